"""Finding by the beginning of a column, in a way the database's index can serve."""

from django.db import connection
from django.db.models import Q

_LAST = chr(0x10FFFF)


def begins(column: str, text: str) -> Q:
    """Return the condition that a column begins with ``text``.

    SQLite's LIKE uses no index for case-sensitive text, a range does; PostgreSQL orders by language, so that
    there a range would not be a beginning.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + _LAST})
    return Q(**{f"{column}__startswith": text})
