"""Desk pages of copies: the list, one copy with its history, its form, spine labels."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.models import Item, ItemEvent
from yanshu.collection.catalogue.terms import ItemEventKind, ItemState, Origin
from yanshu.collection.catalogue.web.crumbs import copy_crumbs
from yanshu.collection.catalogue.web.filters import CopyFilter
from yanshu.collection.catalogue.web.forms import CopyForm
from yanshu.collection.catalogue.web.selection import chosen_copies
from yanshu.collection.catalogue.web.tables import CopyTable
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.money import yuan
from yanshu.core.ui.dates import moment, table_date
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.list_page import ListPage, list_page
from yanshu.core.ui.pieces import Entry
from yanshu.institution.places import queries as places

LABELS_AT_ONCE = 500


@requires("catalogue.see")
@require_safe
def items(request: HttpRequest) -> HttpResponseBase:
    """List the copies of the actor's branches, the newest first."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Copies"),
        unit=_("copies"),
        kind="items",
        shown="q branch state",
        crumbs=copy_crumbs()[:1],
        template="catalogue/desk/items.html",
    )
    chosen = CopyFilter(request.GET, queries.copies_seen_by(actor), request=request)
    return list_page(
        request,
        page,
        filterset=chosen,
        table=CopyTable,
        states=queries.placeable_states() if actor.may("catalogue.place_item") else [],
        shelves=list(places.locations(actor)) if actor.may("catalogue.change_item") else [],
    )


@requires("catalogue.see")
@require_safe
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one copy: where it is, what is kept of it, what happened to it."""
    copy = _copy(request, item_id)
    actor = Actor.of(request)
    title = reverse("desk:catalogue-record", args=[copy.record_id])
    return render(
        request,
        "catalogue/desk/item.html",
        {
            "item": copy,
            "look": ItemState(copy.state).look,
            "spine": queries.spine_lines(copy.call_number),
            "facts": _facts(copy),
            "history": [_entry(event) for event in queries.history_of(copy)],
            "may_change": actor.may("catalogue.change_item"),
            "may_shelve": actor.may("catalogue.shelve_item"),
            "waits": copy.state == ItemState.PROCESSING,
            "crumbs": copy_crumbs((copy.record.title, title), copy.barcode),
        },
    )


@requires("catalogue.change_item")
@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Change what is kept of a copy."""
    copy = _copy(request, item_id)
    actor = Actor.of(request)
    names = ("call_number", "volume", "price_fen", "origin", "for_reference", "note", "version")
    initial = {name: getattr(copy, name) for name in names} | {
        "location": copy.location_id,
        "category": copy.category_id,
        "accessories": "\n".join(copy.accessories),
    }
    shelves = places.locations(actor).filter(branch_id=copy.branch_id)
    form = CopyForm(request.POST or None, shelves=shelves, initial=initial)
    back = reverse("desk:catalogue-item", args=[copy.pk])
    page = FormPage(
        title=_("Change copy %(barcode)s") % {"barcode": copy.barcode},
        save=_("Save the copy"),
        back=back,
        done=_("The copy is saved."),
        lead=copy.record.title,
        crumbs=copy_crumbs((copy.barcode, back), _("Change")),
    )

    def save(sound: CopyForm) -> Item:
        return operations.change_item(
            item_id=copy.pk,
            version=sound.cleaned_data["version"],
            values=sound.values(),
            actor=actor,
            now=clock.now(),
        )

    return form_page(request, page, form, save)


@requires("catalogue.shelve_item")
@require_POST
def shelve(request: HttpRequest, item_id: int) -> HttpResponse:
    """Put a processed copy on its shelf."""
    operations.shelve_item(item_id=_copy(request, item_id).pk, actor=Actor.of(request), now=clock.now())
    messages.success(request, _("The copy is on the shelf, readers can take it."))
    return redirect("desk:catalogue-item", item_id)


@requires("catalogue.see")
@require_http_methods(["GET", "HEAD", "POST"])
def labels(request: HttpRequest) -> HttpResponse:
    """Show a sheet of spine labels, 50 by 30 mm each, for chosen copies."""
    ids: Sequence[int]
    if request.method == "POST":
        ids = chosen_copies(request)
    else:
        ids = [int(text) for text in request.GET.getlist("item") if text.isdecimal()]
    rows = queries.copies_seen_by(Actor.of(request)).filter(pk__in=ids[:LABELS_AT_ONCE])
    shown = [(copy, queries.spine_lines(copy.call_number)) for copy in rows.order_by("call_number", "pk")]
    left = max(len(ids) - LABELS_AT_ONCE, 0)
    return render(request, "catalogue/desk/labels.html", {"labels": shown, "left": left})


def _copy(request: HttpRequest, item_id: int) -> Item:
    found = queries.item_seen_by(Actor.of(request), item_id)
    if found is None:
        raise Http404
    return found


def _facts(copy: Item) -> list[tuple[Any, Any]]:
    return [
        (_("Call number"), copy.call_number),
        (_("Volume"), copy.volume),
        (_("Belongs to"), str(copy.home_branch)),
        (_("Now at"), f"{copy.branch}　{copy.location.name}"),
        (_("Category"), copy.category.name),
        (_("Use of the copies"), _("For reading here") if copy.for_reference else _("Can be borrowed")),
        (_("Price (yuan)"), yuan(copy.price_fen) if copy.price_fen is not None else ""),
        (_("Origin"), Origin(copy.origin).label),
        (_("Owner"), str(copy.library)),
        (_("Accession number"), copy.accession_number),
        (_("Accessioned on"), table_date(copy.accessioned_on)),
        (_("First released on"), table_date(copy.released_on)),
        (_("Withdrawn on"), table_date(copy.withdrawn_on)),
        (_("Note"), copy.note),
    ]


def _entry(event: ItemEvent) -> Entry:
    words = str(ItemEventKind(event.kind).label)
    if event.kind == ItemEventKind.PLACED and event.to_state:
        words = _("%(what)s: %(state)s") % {"what": words, "state": ItemState(event.to_state).label}
    if event.note and event.kind != ItemEventKind.MOVED:
        words = _("%(what)s (%(note)s)") % {"what": words, "note": event.note}
    return Entry(moment(event.happened_at), words, event.actor_label)
