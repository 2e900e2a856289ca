"""Finds what apps declare by the name of the room it stands in."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

ROOMS = (
    "permissions",
    "operations",
    "indicators",
    "report",
    "imports",
    "exports",
    "subscribers",
    "jobs",
    "checks",
    "waiting",
)


def discover() -> None:
    """Import the declaring rooms of every app of ours, so that the registries are full."""
    import_module("yanshu.core.upkeep")
    for config in apps.get_app_configs():
        if not config.name.startswith("yanshu.") or config.name == "yanshu.core":
            continue
        for room in ROOMS:
            name = f"{config.name}.{room}"
            if find_spec(name) is not None:
                import_module(name)
