"""How dates are said: whole in prose, short where the year is plain, near days in words."""

from datetime import date, datetime

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from yanshu.core import clock

_WEEKDAYS_ZH = "一二三四五六日"
_NEAR_DAYS = 30


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def as_date(value: date | datetime) -> date:
    """Return the library's calendar date of a date or an instant."""
    return clock.business_date(value) if isinstance(value, datetime) else value


def weekday(value: date | datetime) -> str:
    """Return the day of the week, short: 周六, Sat."""
    day = as_date(value)
    return f"周{_WEEKDAYS_ZH[day.weekday()]}" if _chinese() else str(WEEKDAYS_ABBR[day.weekday()])


def weekday_letter(value: date | datetime) -> str:
    """Return the day of the week as the head of a calendar has it: 六, Sa."""
    day = as_date(value)
    return _WEEKDAYS_ZH[day.weekday()] if _chinese() else str(WEEKDAYS_ABBR[day.weekday()])[:2]


def full_date(value: date | datetime | None) -> str:
    """Return a date as prose writes it: 2019年11月16日（周六）, Sat 16 Nov 2019."""
    if value is None:
        return ""
    return f"{long_date(value)}（{weekday(value)}）" if _chinese() else f"{weekday(value)} {long_date(value)}"


def long_date(value: date | datetime | None) -> str:
    """Return a date whose day of the week says nothing, as a day of birth: 2019年11月16日, 16 Nov 2019."""
    if value is None:
        return ""
    day = as_date(value)
    if _chinese():
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS_3[day.month].title()} {day.year}"


def short_date(value: date | datetime | None) -> str:
    """Return a date whose year is plain: 11月16日, 16 Nov."""
    if value is None:
        return ""
    day = as_date(value)
    return f"{day.month}月{day.day}日" if _chinese() else f"{day.day} {MONTHS_3[day.month].title()}"


def table_date(value: date | datetime | None) -> str:
    """Return a date as tables show it: 2019-11-16."""
    return "" if value is None else as_date(value).isoformat()


def clock_time(value: datetime | None) -> str:
    """Return the time of day on the library's wall: 14:30."""
    return "" if value is None else f"{clock.local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """Return an instant as tables show it: 2019-11-16 14:30."""
    return "" if value is None else f"{clock.local(value):%Y-%m-%d %H:%M}"


def near_date(value: date | datetime | None, today: date) -> str:
    """Return how far a day lies from ``today``, in words; nothing beyond thirty days.

    Example:
        今天, 明天, 还有 6 天, 3 天前.
    """
    if value is None:
        return ""
    days = (as_date(value) - today).days
    words = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in words:
        return words[days]
    if abs(days) > _NEAR_DAYS:
        return ""
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def due_words(due_on: date, today: date) -> str:
    """Return what a due date means today: 今天到期, 明天到期, 还有 6 天, 超期 3 天."""
    days = (due_on - today).days
    if days < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
    if days == 0:
        return pgettext("loan", "due today")
    if days == 1:
        return pgettext("loan", "due tomorrow")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def due_tone(due_on: date, today: date, warn_days: int = 2) -> str:
    """Return the tone of a due date: ``no`` overdue, ``wait`` within ``warn_days`` days, else ``stone``."""
    days = (due_on - today).days
    if days < 0:
        return "no"
    return "wait" if days <= warn_days else "stone"


def span_words(start: date, end: date) -> str:
    """Return both ends of a span of days, inclusive, without repeating what is the same."""
    if start == end:
        return full_date(start)
    if _chinese():
        last = (
            f"{end.month}月{end.day}日" if start.year == end.year else f"{end.year}年{end.month}月{end.day}日"
        )
        return f"{start.year}年{start.month}月{start.day}日至{last}"
    if start.year == end.year:
        return f"{short_date(start)} – {short_date(end)} {end.year}"
    return f"{short_date(start)} {start.year} – {short_date(end)} {end.year}"
