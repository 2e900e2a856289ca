"""What stands round every reader page: the words of navigation, who one is, how long the library is open.

``shell`` is a context processor: every page in the readers' shell gets it, whichever app shows the page.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from yanshu.core import clock
from yanshu.core.remembered import remembered
from yanshu.core.ui.navigation import Group, Link
from yanshu.institution.places.models import Branch, Library
from yanshu.institution.places.web.panels import open_words

OTHER_DOORS = ("/desk/", "/api/")
NAMES_KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the readers: its word, its address, its icon, and the pages that lie behind it."""

    label: Any
    name: str
    icon: str
    behind: tuple[str, ...] = ()


HOME = Place(pgettext_lazy("reader navigation", "Home"), "home", "house-door")
FIND = Place(
    pgettext_lazy("reader navigation", "Find books"), "search", "search", ("search-advanced", "record")
)
NEW = Place(pgettext_lazy("reader navigation", "New books"), "new-books", "book-half")
RANKING = Place(pgettext_lazy("reader navigation", "Most borrowed"), "ranking", "trophy")
HOURS = Place(
    pgettext_lazy("reader navigation", "Opening hours"), "places-hours", "clock", ("places-hours-branch",)
)
CARD = Place(pgettext_lazy("reader navigation", "Card"), "patrons-card", "qr-code")
OPEN = Place(pgettext_lazy("reader navigation", "Open"), HOURS.name, HOURS.icon, HOURS.behind)
MINE = Place(pgettext_lazy("reader navigation", "Mine"), "account", "person", ("circulation-my-history",))
ACCOUNT = Place(pgettext_lazy("reader navigation", "My library"), "account", "person", MINE.behind)

MAIN = (HOME, FIND, NEW, RANKING, HOURS)
TABS = (HOME, FIND, CARD, OPEN, MINE)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the readers' shell shows; nothing for pages of another door."""
    if request.path.startswith(OTHER_DOORS):
        return {}
    match = request.resolver_match
    here = match.url_name or "" if match is not None else ""
    return {
        **_english_name(),
        "nav_main": _links(MAIN, here),
        "nav_tabs": _links(TABS, here),
        "account": next(iter(_links((ACCOUNT,), here)), None),
        "home_url": reverse("opac:home"),
        "hours_url": _address(HOURS),
        "open_words": SimpleLazyObject(lambda: open_words(clock.now())),
        "library_name_latin": SimpleLazyObject(lambda: "" if _is_english() else standing().library_en),
        "footer_lines": SimpleLazyObject(lambda: standing().lines(is_english=_is_english())),
        "footer": _footer(),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """What the foot of every page says: the English name, the main branch and how to reach it."""

    library_en: str = ""
    branch: str = ""
    branch_en: str = ""
    address: str = ""
    telephone: str = ""

    def lines(self, *, is_english: bool) -> list[str]:
        """Return the lines of the foot in the language of the page."""
        branch = self.branch_en if is_english and self.branch_en else self.branch
        lines = [f"{branch}　{self.address}" if self.address else "", self.telephone]
        return [line for line in lines if line]


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def _english_name() -> dict[str, Any]:
    """Return the library's English name for English pages, where it has one."""
    return {"library_name": standing().library_en} if _is_english() and standing().library_en else {}


@remembered(seconds=NAMES_KEPT_SECONDS)
def standing() -> Standing:
    """Return what the foot says, in one query each for library and branch."""
    library = Library.objects.order_by("pk").first()
    branch = Branch.objects.order_by("position", "pk").first()
    if library is None or branch is None:
        return Standing()
    return Standing(
        library.name_en,
        branch.name,
        branch.name_en,
        branch.address or library.address,
        branch.telephone or library.telephone,
    )


def _links(places: tuple[Place, ...], here: str) -> list[Link]:
    return [
        Link(place.label, url, place.icon, is_current=here == place.name or here in place.behind)
        for place in places
        if (url := _address(place))
    ]


@cache
def _address(place: Place) -> str:
    """Return the address of a page, or nothing where the installation has not got it; it never changes."""
    try:
        return reverse(f"opac:{place.name}")
    except NoReverseMatch:
        return ""


def _footer() -> list[Group]:
    services = _links((FIND, NEW, RANKING, HOURS), "")
    own = [*_links((ACCOUNT,), ""), Link(_("For staff"), reverse("desk:home"))]
    return [
        Group(pgettext("reader footer", "Services"), services),
        Group(pgettext("reader footer", "Log in"), own),
    ]
