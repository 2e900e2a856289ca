"""Sessions and cache live beside the library's own SQLite file, so that they never hold its write lock."""

from typing import Any

from django.conf import settings

SIDE_APPS = frozenset({"sessions", "django_cache"})


class SideRouter:
    """Sends sessions and cache to the side database where there is one."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        """Return the database that holds ``model``."""
        return "side" if model._meta.app_label in SIDE_APPS and "side" in settings.DATABASES else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool | None:
        """Keep the two databases apart."""
        if "side" not in settings.DATABASES:
            return None
        return (app_label in SIDE_APPS) == (db == "side")
