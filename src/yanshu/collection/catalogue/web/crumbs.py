"""The ways to the catalogue's pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yanshu.core.ui.navigation import Crumb, way


def record_crumbs(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of records."""
    return way((_("Records"), reverse("desk:catalogue-records")), *steps)


def copy_crumbs(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page of copies."""
    return way((_("Copies"), reverse("desk:catalogue-items")), *steps)
