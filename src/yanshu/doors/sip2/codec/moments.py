"""Dates on the wire: YYYYMMDD, four characters of time zone, HHMMSS."""

from datetime import UTC, datetime, tzinfo

_WIDTH = 18


def wire_moment(value: datetime) -> str:
    """Write a moment as its own clock shows it; the blank zone means "where the library is"."""
    return f"{value:%Y%m%d}    {value:%H%M%S}"


def moment(text: str, zone: tzinfo) -> datetime | None:
    """Read a date of the wire; nothing when it is blank or is none.

    A blank zone is the library's own; ``Z`` is universal time. Some systems put digits there: they mean their
    own place too, so they are read as blank.
    """
    if len(text) < _WIDTH:
        return None
    try:
        return datetime(
            int(text[0:4]),
            int(text[4:6]),
            int(text[6:8]),
            int(text[12:14]),
            int(text[14:16]),
            int(text[16:18]),
            tzinfo=UTC if text[8:12].strip() == "Z" else zone,
        )
    except ValueError:
        return None
