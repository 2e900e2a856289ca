"""Marks the words a reader searched for in a line of text."""

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString


def highlight(text: str, terms: str | Iterable[str]) -> SafeString:
    """Return ``text`` escaped, with every occurrence of a term in ``<mark>``; longer terms win."""
    words = terms.split() if isinstance(terms, str) else list(terms)
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        return conditional_escape(text)
    pattern = re.compile("|".join(re.escape(word) for word in wanted), re.IGNORECASE)
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in pattern.finditer(text):
        pieces.append((text[at : match.start()], match.group()))
        at = match.end()
    marked = format_html_join("", "{}<mark>{}</mark>", pieces)
    return marked + conditional_escape(text[at:])
