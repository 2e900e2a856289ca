"""Opening hours in words, the same on every page."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yanshu.core import clock
from yanshu.core.ui import dates
from yanshu.institution.places.queries import DayFact, Period, TodayHours
from yanshu.institution.places.terms import Because

NO_HOURS = "–"


def periods_words(periods: Iterable[Period]) -> str:
    """Return periods as ``8:30–12:00, 14:00–17:30``; open round the clock has its word."""
    listed = list(periods)
    if len(listed) == 1 and listed[0].is_whole_day:
        return _("24 hours")
    return _(", ").join(_period_words(period) for period in listed)


def day_words(day: DayFact) -> str:
    """Return the hours of a day, or that it is closed, with the reason."""
    if day.is_open:
        hours = periods_words(day.periods)
        return (
            _("%(hours)s (%(reason)s)") % {"hours": hours, "reason": reason_words(day)}
            if _told(day)
            else hours
        )
    reason = reason_words(day)
    return _("Closed (%(reason)s)") % {"reason": reason} if reason else pgettext("hours", "Closed")


def coming_words(day: DayFact) -> str:
    """Return a coming day in words; a public holiday on which the week holds says its name."""
    if day.because is Because.WEEK and day.words:
        return _("%(hours)s (%(reason)s)") % {"hours": day_words(day), "reason": day.words}
    return day_words(day)


def reason_words(day: DayFact) -> str:
    """Return why a day is as it is; nothing for a day that goes by the week."""
    if day.because is Because.WEEK:
        return ""
    if day.because is Because.OUT_OF_SERVICE:
        return str(Because.OUT_OF_SERVICE.label)
    return day.words or str(day.because.label)


def today_words(hours: TodayHours) -> str:
    """Return one sentence: open until when, or closed until when and why."""
    if hours.round_the_clock:
        return _("Open round the clock")
    if hours.is_open and hours.until is not None:
        until = _moment_words(hours.until, hours.day.on)
        return _("Open now, until %(until)s") % {"until": until}
    if hours.closure is not None:
        return _("Closed: %(reason)s. Opens again on %(day)s") % {
            "reason": hours.closure.reason,
            "day": dates.short_date(hours.closure.reopens_on),
        }
    if hours.opens_at is None:
        return (
            _("Not open yet") if hours.day.because is Because.OUT_OF_SERVICE else pgettext("hours", "Closed")
        )
    opens = _moment_words(hours.opens_at, hours.day.on)
    reason = reason_words(hours.day)
    if reason and not hours.day.is_open:
        return _("Closed today (%(reason)s), opens %(opens)s") % {"reason": reason, "opens": opens}
    return _("Closed now, opens %(opens)s") % {"opens": opens}


def minutes_words(minutes: int) -> str:
    """Return a length of opening as hours with at most one decimal."""
    hours = minutes / 60
    shown = f"{hours:.1f}".removesuffix(".0")
    return ngettext("%(hours)s hour", "%(hours)s hours", int(hours) or 1) % {"hours": shown}


def _told(day: DayFact) -> bool:
    return day.because in {Because.EXCEPTION, Because.HOLIDAY, Because.WORKDAY} and bool(reason_words(day))


def _period_words(period: Period) -> str:
    if period.closes > 24 * 60:
        opens, _dash, closes = str(period).partition("–")
        return _("%(opens)s to %(closes)s the next day") % {"opens": opens, "closes": closes}
    return str(period)


def _moment_words(moment: datetime, today: date) -> str:
    """Return an instant as seen from ``today``: the time alone, tomorrow with the time, or day and time."""
    day = clock.business_date(moment)
    at = dates.clock_time(moment)
    if day == today:
        return at
    if (day - today).days == 1:
        return _("24:00") if at == "00:00" else _("tomorrow %(time)s") % {"time": at}
    return _("%(day)s (%(weekday)s) %(time)s") % {
        "day": dates.short_date(day),
        "weekday": dates.weekday(day),
        "time": at,
    }
