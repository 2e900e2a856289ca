"""Ctrl K: pages, readers and books one may go to."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yanshu.collection.catalogue.queries import item_by_barcode
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.ui.masking import mask_number
from yanshu.core.ui.palette import PaletteEntry, answer
from yanshu.doors.desk import navigation
from yanshu.readers.patrons import queries as patrons

MOST_READERS = 5
KEYED = "id-"
"""Identity numbers used as card numbers are kept as keyed hashes that begin so."""


@requires("reports.overview")
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Answer what was typed."""
    actor, words = Actor.of(request), request.GET.get("q", "").strip()
    entries = [*_pages(actor), *_readers(actor, words), *_items(actor, words)]
    return answer(request, entries, _("Go to"))


def _pages(actor: Actor) -> Iterator[PaletteEntry]:
    for wing in navigation.WINGS:
        for _section, entries in navigation.shown_to(actor, wing.sections):
            for entry, url in entries:
                yield PaletteEntry(entry.label, url, entry.icon, kind=wing.label, key=entry.key)


def _readers(actor: Actor, words: str) -> Iterator[PaletteEntry]:
    if not actor.may("patrons.see") or not words:
        return
    for patron in patrons.named(patrons.listed(actor), words)[:MOST_READERS]:
        numbers = tuple(card.number for card in patron.cards.all() if not card.number.startswith(KEYED))
        shown = f"{patron.name} {mask_number(numbers[0]) if numbers else ''}".strip()
        yield PaletteEntry(
            shown,
            reverse("desk:patrons-patron", args=[patron.pk]),
            "person",
            kind=_("Reader"),
            also=(words, *numbers),
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
