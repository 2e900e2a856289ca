"""What every page knows without its view saying so: chosen look, name of the library, the day, the banner."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from yanshu.core import clock
from yanshu.core.remembered import remembered
from yanshu.core.ui.presentation import Presentation, presentation_of

NAME_KEPT_SECONDS = 5
"""How long a page of another process may still show a library's former name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What this installation is, as far as every page shows it."""

    library_name: str
    is_demonstration: bool


@remembered(seconds=NAME_KEPT_SECONDS)
def standing() -> Standing:
    """Return name and kind of this installation."""
    from yanshu.core.models import Instance

    row = Instance.objects.filter(pk=1).values_list("name", "is_demonstration").first()
    return Standing(*row) if row else Standing("", is_demonstration=False)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the shells show on every page; the database is asked every few seconds."""
    here = standing()
    return {
        **bare_shell(request),
        "is_demonstration": here.is_demonstration,
        "library_name": here.library_name or _("Library"),
        "today": SimpleLazyObject(lambda: clock.business_date(clock.now())),
    }


def bare_shell(request: HttpRequest) -> dict[str, Any]:
    """Return what a page shows that must come up without the database, such as the page of a failure."""
    look = getattr(request, "presentation", None) or presentation_of(request.COOKIES)
    assert isinstance(look, Presentation)
    return {
        "presentation": look,
        "library_name": _("Library"),
        "search_url": address("opac:search"),
        "activate_url": address("opac:patrons-activate"),
    }


def address(name: str) -> str:
    """Return the address of a page of a door, or nothing in an installation without that door."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
