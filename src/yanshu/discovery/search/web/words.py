"""The words of codes: branches, forms, languages, classes, and numbers as a reader knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from stdnum import isbn as isbns

from yanshu.collection.catalogue.terms import Form
from yanshu.discovery.search.queries import FacetName, Wish, marked_places
from yanshu.discovery.search.terms import LANGUAGES


@dataclass(frozen=True, slots=True)
class FacetWords:
    """Words for the values of facets."""

    branches: Mapping[int, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: FacetName, value: str | int) -> str:
        """Return a value in words; what has no word is shown as its code."""
        if name is FacetName.BRANCH:
            return self.branches.get(int(value), str(value))
        if name is FacetName.AVAILABILITY:
            return _("On the shelf now") if value == "available" else _("Not on the shelf now")
        if value in {"", 0}:
            return pgettext("filter", "Not stated")
        if name is FacetName.CLASS:
            return " ".join(part for part in (str(value), self.classes.get(str(value), "")) if part)
        known = {FacetName.FORM: dict(Form.choices), FacetName.LANGUAGE: LANGUAGES}.get(name, {})
        return str(known.get(str(value), value))


def isbn_words(number: str) -> str:
    """Return an ISBN with its hyphens, or as it stands when it is none."""
    return str(isbns.format(number)) if number and isbns.is_valid(number) else number


def marked(text: str, wish: Wish | None) -> SafeString:
    """Return a text with the places that answer the search in ``<mark>``."""
    places = marked_places(text, wish.query) if wish is not None else ()
    at, pieces = 0, []
    for start, end in places:
        pieces.append((text[at:start], text[start:end]))
        at = end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[at:])
