"""The one place that reads the clock. Only doors, jobs and commands call it; all others take ``now``.

With demonstration data loaded the library's day is an invented one: an offset stored with the data is added
to real time. Sessions, certificates of encryption and log files use real time and do not come here.
"""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_lock = threading.Lock()
_offset: timedelta | None = None


def zone() -> ZoneInfo:
    """Return the library's time zone, in which its business dates are told."""
    return ZoneInfo(settings.TIME_ZONE)


def real_now() -> datetime:
    """Return the instant of the machine, without the demonstration offset."""
    return datetime.now(tz=UTC)


def now() -> datetime:
    """Return the library's present instant, aware, in UTC."""
    return real_now() + offset()


def local(moment: datetime) -> datetime:
    """Return ``moment`` as the clock on the library's wall shows it."""
    return moment.astimezone(zone())


def business_date(moment: datetime) -> date:
    """Return the library's calendar date at ``moment``."""
    return moment.astimezone(zone()).date()


def offset() -> timedelta:
    """Return the stored demonstration offset; zero where no demonstration data was loaded."""
    global _offset  # noqa: PLW0603  one value a process, read once
    if _offset is None:
        with _lock:
            from yanshu.core.models import Instance

            row = Instance.objects.filter(pk=1).values_list("clock_offset_seconds", flat=True).first()
            _offset = timedelta(seconds=row or 0)
    return _offset


def forget() -> None:
    """Drop the remembered offset, so that the next call reads it again."""
    global _offset  # noqa: PLW0603  one value a process, read once
    _offset = None
