"""The command palette: pages, actions and records found by characters, full pinyin or initials."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from pypinyin import Style, lazy_pinyin

MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something one can go to.

    Args:
        kind: what it is, shown at the right: the wing of a page, "book", "reader".
        key: the key that does the same, where there is one.
        also: further words it is found by, such as a barcode.
        is_searched: a search of its own found it, by whatever words; it stands behind what is called so.
    """

    label: Any
    url: str
    icon: str = "arrow-right"
    kind: Any = ""
    key: str = ""
    also: tuple[str, ...] = ()
    is_searched: bool = False


@lru_cache(maxsize=4096)
def spellings(label: str) -> tuple[str, str, str]:
    """Return a label as typed, in full pinyin and in initials, all in lower case without spaces.

    Example:
        ``续借`` gives ``续借``, ``xujie``, ``xj``.
    """
    plain = "".join(label.lower().split())
    full = "".join(lazy_pinyin(plain))
    initials = "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER))
    return plain, full, initials


def find(entries: Iterable[PaletteEntry], query: str) -> list[PaletteEntry]:
    """Return the entries ``query`` fits, the closest first; all in their order for an empty query."""
    wanted = "".join(query.lower().split())
    known = list(entries)
    if not wanted:
        return known[:MOST_SHOWN]
    ranked = [
        (rank, place) for place, entry in enumerate(known) if (rank := _rank(entry, wanted)) is not None
    ]
    return [known[place] for _, place in sorted(ranked)[:MOST_SHOWN]]


def answer(request: HttpRequest, entries: Iterable[PaletteEntry], title: Any, words: str) -> HttpResponse:
    """Answer what was typed as JSON to the palette, and as a page of its own where scripts do not run.

    The words are posted, so that names and numbers stand in no address and no log, and are not sent back.
    """
    found = find(entries, words)
    reply: HttpResponse
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        reply = JsonResponse({"entries": [_as_json(entry) for entry in found]})
    else:
        reply = render(request, "ui/palette_page.html", {"entries": found, "title": title})
    patch_vary_headers(reply, ["Accept"])
    return reply


def _as_json(entry: PaletteEntry) -> dict[str, str]:
    return {
        "label": str(entry.label),
        "url": entry.url,
        "icon": entry.icon,
        "kind": str(entry.kind),
        "key": entry.key,
    }


def _rank(entry: PaletteEntry, wanted: str) -> int | None:
    spelled = [*spellings(str(entry.label)), *(word.lower().replace(" ", "") for word in entry.also)]
    if wanted in spelled:
        return 0
    if any(form.startswith(wanted) for form in spelled):
        return 1
    return 2 if entry.is_searched or any(wanted in form for form in spelled) else None
