"""Small parts of a page as functions: what a template tag, a table column and a test all call."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanshu.core.ui.numbers import Number

TONES = frozenset({"xiang", "goose", "yes", "wait", "no", "kept", "stone"})


def icon(name: str) -> SafeString:
    """Return a glyph of the icon font, hidden from those who hear the page: the word beside it speaks."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name) if name else SafeString("")


def state(value: Any, *, suffix: Any = "", bare: bool = False) -> SafeString:
    """Return the badge of a state word: icon and word in a tone.

    Args:
        value: an enum member or object with ``label``, ``tone`` and ``icon``.
        suffix: what follows the word, such as a due date.
        bare: without ground, for running lists.
    """
    if value is None or value == "":
        return SafeString("")
    label = getattr(value, "label", value)
    tone = getattr(value, "tone", "stone")
    return format_html(
        '<span class="ys-state{} tone-{}">{}{}{}</span>',
        SafeString(" ys-state--bare") if bare else "",
        tone if tone in TONES else "stone",
        icon(getattr(value, "icon", "info-circle-fill")),
        label,
        format_html(" {}", suffix) if suffix else "",
    )


def meter(value: Number, total: Number, label: str, tone: str = "xiang") -> SafeString:
    """Return a bar filled to the share of ``value`` in ``total``, named ``label``."""
    share = max(0.0, min(100.0, float(value) / float(total) * 100)) if total else 0.0
    return format_html(
        '<svg class="ys-meter tone-{}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><rect width="100" height="8"/><rect width="{}" height="8"/></svg>',
        tone,
        label,
        f"{share:.1f}",
    )


def cover_url(title: str, author: str = "", class_letter: str = "") -> str:
    """Return the address of the drawn cover of a title."""
    return f"{reverse('ui:cover')}?{urlencode({'t': title, 'a': author, 'c': class_letter[:1]})}"


def cover(
    title: str, author: str = "", class_letter: str = "", *, size: str = "", alt: str = "", src: str = ""
) -> SafeString:
    """Return the cover of a book at 5:7.

    Args:
        size: ``s`` or ``m`` for the small ones of lists; empty fills its column.
        alt: empty in lists, where the title stands beside it.
        src: the address of the real cover where the library may show it.
    """
    return format_html(
        '<img class="ys-cover{}" src="{}" alt="{}" width="120" height="168" loading="lazy" decoding="async">',
        format_html(" ys-cover--{}", size) if size else "",
        src or cover_url(title, author, class_letter),
        alt,
    )


def figure(words: Any, url: str = "", *, drift: bool = False) -> SafeString:
    """Return a live figure in prose that opens to its card; a drifted one says so.

    Args:
        words: the figure as written, with its unit.
        drift: a recount gives another number.
    """
    if not url:
        return format_html('<span class="ys-fig">{}</span>', words)
    return format_html(
        '<a class="ys-fig{}" href="{}">{}{}</a>',
        SafeString(" ys-fig--drift") if drift else "",
        url,
        words,
        format_html('<span class="visually-hidden">{}</span>', _(" (printed otherwise)")) if drift else "",
    )
