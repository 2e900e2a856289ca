"""Batch work on records and copies: first how many would change and how many not, then the act, then undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanshu.collection.catalogue import operations, queries
from yanshu.collection.catalogue.terms import BatchAct, CopyAct, ItemState
from yanshu.collection.catalogue.web.crumbs import copy_crumbs, record_crumbs
from yanshu.collection.catalogue.web.selection import (
    chosen_copies,
    chosen_records,
    packed,
    remember_undo,
    undo_of,
    unpacked,
)
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.institution.places import queries as places
from yanshu.institution.places.models import ShelvingLocation

RECORD_ACTS = {
    BatchAct.PROOFREAD: ("catalogue.proofread", operations.proofread_records),
    BatchAct.RELEASE: ("catalogue.release", operations.release_records),
    BatchAct.SEND_BACK: ("catalogue.send_back", operations.send_back_records),
}
COPY_ACTS = {CopyAct.PLACE: "catalogue.place_item", CopyAct.RELOCATE: "catalogue.change_item"}
PAGE = "catalogue/desk/batch.html"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page says before a batch: its question, what stays and why, the fields that carry it on."""

    title: str
    save: str
    action: str
    back: str
    changing: int
    staying: tuple[str, ...]
    fields: Mapping[str, Any]


@requires("catalogue.see")
@require_POST
def records(request: HttpRequest) -> HttpResponse:
    """Preview an act on many records, or do it once it was confirmed."""
    actor = Actor.of(request)
    wanted = request.POST.get("act", "")
    if wanted not in BatchAct.values:
        return redirect("desk:catalogue-records")
    act = BatchAct(wanted)
    permission, do = RECORD_ACTS[act]
    actor.demand(permission)
    if request.POST.get("confirmed") == "1":
        done = do(record_ids=unpacked(request.POST.get("ids", "")), actor=actor, now=clock.now())
        if act != BatchAct.SEND_BACK:
            remember_undo(request, "records", {"ids": list(done)})
        _say(request, _("%(count)s records: %(act)s.") % {"count": len(done), "act": act.label},
             "" if act == BatchAct.SEND_BACK else reverse("desk:catalogue-records-undo"))  # fmt: skip
        return redirect("desk:catalogue-records")
    return _show(request, _record_preview(act, chosen_records(request)), record_crumbs(act.label))


@requires("catalogue.send_back")
@require_http_methods(["GET", "HEAD"])
def records_undo(request: HttpRequest) -> HttpResponse:
    """Ask whether the last batch of records is to be taken back."""
    ids = undo_of(request, "records").get("ids", [])
    return _show(request, _record_preview(BatchAct.SEND_BACK, ids), record_crumbs(_("Undo")))


@requires("catalogue.see")
@require_POST
def items(request: HttpRequest) -> HttpResponse:
    """Preview an act on many copies, or do it once it was confirmed."""
    actor = Actor.of(request)
    wanted = request.POST.get("act", "")
    state, shelf = request.POST.get("state", ""), _shelf(actor, request.POST.get("location", ""))
    if wanted not in CopyAct.values:
        return redirect("desk:catalogue-items")
    act = CopyAct(wanted)
    actor.demand(COPY_ACTS[act])
    if (act == CopyAct.PLACE and state not in queries.placeable_states()) or (
        act == CopyAct.RELOCATE and shelf is None
    ):
        messages.warning(request, _("Choose the state or the shelf first."))
        return redirect("desk:catalogue-items")
    if request.POST.get("confirmed") == "1":
        return _act_on_copies(request, act, unpacked(request.POST.get("ids", "")), state, shelf)
    preview = _copy_preview(act, chosen_copies(request), actor, state, shelf)
    return _show(request, preview, copy_crumbs(act.label))


@requires("catalogue.see")
@require_http_methods(["GET", "HEAD", "POST"])
def items_undo(request: HttpRequest) -> HttpResponse:
    """Ask whether the last batch of copies is to be taken back, and take it back."""
    kept = undo_of(request, "items")
    former: dict[str, Any] = kept.get("former", {})
    actor = Actor.of(request)
    if request.method == "POST" and former:
        actor.demand(COPY_ACTS[CopyAct(kept["act"])])
        if kept["act"] == CopyAct.PLACE:
            states = {int(pk): ItemState(state) for pk, state in former.items()}
            count = len(operations.place_items(states=states, actor=actor, now=clock.now()))
        else:
            shelves = {int(pk): location for pk, location in former.items()}
            count = len(operations.relocate_items(shelves=shelves, actor=actor, now=clock.now()))
        remember_undo(request, "", {})
        messages.success(request, _("%(count)s copies are as they were before.") % {"count": count})
        return redirect("desk:catalogue-items")
    preview = Preview(
        title=_("Take back the last change of %(count)s copies?") % {"count": len(former)},
        save=_("Take it back for %(count)s copies") % {"count": len(former)},
        action=reverse("desk:catalogue-items-undo"),
        back=reverse("desk:catalogue-items"),
        changing=len(former),
        staying=(),
        fields={},
    )
    return _show(request, preview, copy_crumbs(_("Undo")))


def _act_on_copies(
    request: HttpRequest, act: CopyAct, ids: list[int], state: str, shelf: ShelvingLocation | None
) -> HttpResponse:
    actor, now = Actor.of(request), clock.now()
    former: Mapping[int, Any]
    if shelf is not None and act == CopyAct.RELOCATE:
        former = operations.relocate_items(shelves=dict.fromkeys(ids, shelf.pk), actor=actor, now=now)
        words = _("%(count)s copies now stand at %(shelf)s.") % {"count": len(former), "shelf": shelf.name}
    else:
        wanted = ItemState(state)
        former = operations.place_items(states=dict.fromkeys(ids, wanted), actor=actor, now=now)
        words = _("%(count)s copies: %(act)s.") % {"count": len(former), "act": wanted.label}
    remember_undo(
        request, "items", {"act": act.value, "former": {str(pk): was for pk, was in former.items()}}
    )
    _say(request, words, reverse("desk:catalogue-items-undo"))
    return redirect("desk:catalogue-items")


def _record_preview(act: BatchAct, ids: list[int]) -> Preview:
    over = len(ids) > queries.RECORDS_AT_ONCE
    found = queries.preview_records(ids[: queries.RECORDS_AT_ONCE], act)
    count = len(found.changing)
    staying = []
    if found.not_their_turn:
        words = _("%(count)s stay as they are: it is not their turn (drafted, proofread, released).")
        staying.append(words % {"count": found.not_their_turn})
    if over:
        staying.append(_("One batch takes %(most)s at most.") % {"most": queries.RECORDS_AT_ONCE})
    return Preview(
        title=_("%(act)s: %(count)s records?") % {"act": act.label, "count": count},
        save=_("%(act)s: %(count)s records") % {"act": act.label, "count": count},
        action=reverse("desk:catalogue-records-batch"),
        back=reverse("desk:catalogue-records"),
        changing=count,
        staying=tuple(staying),
        fields={"act": act.value, "ids": packed(found.changing)},
    )


def _copy_preview(
    act: CopyAct, ids: list[int], actor: Actor, state: str, shelf: ShelvingLocation | None
) -> Preview:
    placing = act == CopyAct.PLACE
    found = queries.preview_copies(
        ids[: queries.COPIES_AT_ONCE],
        actor=actor,
        state=ItemState(state) if placing else None,
        location=None if placing else shelf,
    )
    count = len(found.changing)
    what = ItemState(state).label if placing else f"{shelf.branch} {shelf.name}" if shelf else ""
    reasons = (
        (found.elsewhere, _("%(count)s stay as they are: they are at another branch.")),
        (found.busy, _("%(count)s stay as they are: in transit, held for a reader, or withdrawn.")),
        (found.unchanged, _("%(count)s are so already.")),
    )
    staying = [words % {"count": number} for number, words in reasons if number]
    if len(ids) > queries.COPIES_AT_ONCE:
        staying.append(_("One batch takes %(most)s at most.") % {"most": queries.COPIES_AT_ONCE})
    return Preview(
        title=_("%(count)s copies: %(act)s?") % {"count": count, "act": what},
        save=_("%(act)s for %(count)s copies") % {"act": act.label, "count": count},
        action=reverse("desk:catalogue-items-batch"),
        back=reverse("desk:catalogue-items"),
        changing=count,
        staying=tuple(staying),
        fields={
            "act": act.value,
            "ids": packed(found.changing),
            "state": state if placing else "",
            "location": shelf.pk if shelf and not placing else "",
        },
    )


def _shelf(actor: Actor, text: str) -> ShelvingLocation | None:
    return places.locations(actor).filter(pk=int(text)).first() if text.isdecimal() else None


def _show(request: HttpRequest, preview: Preview, crumbs: Any) -> HttpResponse:
    return render(request, PAGE, {"preview": preview, "crumbs": crumbs})


def _say(request: HttpRequest, words: str, undo: str) -> None:
    said = format_html('{} <a href="{}">{}</a>', words, undo, _("Undo")) if undo else words
    messages.success(request, said)
