"""Ctrl K: pages, readers and books one may go to."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yanshu.collection.catalogue.queries import item_by_barcode
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.ui.masking import mask_number
from yanshu.core.ui.palette import PaletteEntry, answer
from yanshu.discovery.search import queries as search
from yanshu.doors.desk import navigation
from yanshu.doors.desk.actions import actions_of
from yanshu.readers.patrons import queries as patrons

MOST_READERS = 5
MOST_TITLES = 5


@requires("reports.overview")
@require_http_methods(["GET", "HEAD", "POST"])
def palette(request: HttpRequest) -> HttpResponse:
    """Answer what was typed, which is posted: a name or number in an address would stand in every log."""
    actor, words = Actor.of(request), request.POST.get("q", "").strip()
    known = [*_pages(actor), *actions_of(actor)]
    entries = [*known, *_readers(actor, words), *_items(actor, words), *_titles(actor, words)]
    return answer(request, entries, _("Go to"), words)


def _pages(actor: Actor) -> Iterator[PaletteEntry]:
    for wing in navigation.WINGS:
        for _section, entries in navigation.shown_to(actor, wing.sections):
            for entry, url in entries:
                yield PaletteEntry(entry.label, url, entry.icon, kind=wing.label, key=entry.key)


def _readers(actor: Actor, words: str) -> Iterator[PaletteEntry]:
    if not actor.may("patrons.see") or not words:
        return
    own = patrons.listed(actor.narrowed("patrons.see"))
    for patron in patrons.named(own, words)[:MOST_READERS]:
        number = patrons.number_in_use(list(patron.cards.all()))
        shown = f"{patron.name} {mask_number(number)}".strip()
        yield PaletteEntry(
            shown,
            reverse("desk:patrons-patron", args=[patron.pk]),
            "person",
            kind=_("Reader"),
            also=(words,),
        )


def _items(actor: Actor, words: str) -> Iterator[PaletteEntry]:
    item = item_by_barcode(words) if words and actor.may("catalogue.see") else None
    if item is not None:
        yield PaletteEntry(
            item.record.title,
            reverse("desk:catalogue-record", args=[item.record_id]),
            "book",
            kind=_("Copy"),
            also=(words,),
        )


def _titles(actor: Actor, words: str) -> Iterator[PaletteEntry]:
    """Yield the released titles the catalogue's search finds first."""
    if not words or not actor.may("catalogue.see"):
        return
    for record in search.titles(search.closest(words, limit=MOST_TITLES)):
        yield PaletteEntry(
            record.title,
            reverse("desk:catalogue-record", args=[record.pk]),
            "book",
            kind=record.author or _("Title"),
            is_searched=True,
        )
