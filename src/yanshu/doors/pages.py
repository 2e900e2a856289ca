"""Collects the pages apps offer: each app's ``web.urls`` lists those for the desk and those for readers."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern

APPS = (
    "yanshu.institution.places",
    "yanshu.institution.staff",
    "yanshu.institution.visits",
    "yanshu.readers.patrons",
    "yanshu.collection.catalogue",
    "yanshu.lending.circulation",
    "yanshu.discovery.search",
    "yanshu.reporting.figures",
    "yanshu.reporting.reports",
)


def pages(door: str) -> list[URLPattern]:
    """Return the pages of all apps for ``door`` (``desk`` or ``opac``)."""
    found: list[URLPattern] = []
    for app in APPS:
        if find_spec(f"{app}.web") is not None and find_spec(f"{app}.web.urls") is not None:
            found.extend(getattr(import_module(f"{app}.web.urls"), door))
    return found
