"""The way to a page of places."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yanshu.core.ui.navigation import Crumb, way


def crumbs(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of places: pairs of words and address; the last one is the page itself."""
    return way((_("Places"), reverse("desk:places-branches")), *steps)
