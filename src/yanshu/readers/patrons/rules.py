"""Decisions about readers: ages, bands, how long a membership runs. No database, no clock."""

import calendar
from datetime import date

MONTHS_A_YEAR = 12
BANDS = ((6, "0-6"), (14, "7-14"), (18, "15-18"), (35, "19-35"), (59, "36-59"))


def age_on(birth_date: date, day: date) -> int:
    """Return the completed years of life on ``day``."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


def age_band(birth_date: date | None, day: date) -> str:
    """Return the band of ages statistics keep of a birth date (value of ``terms.AgeBand``)."""
    if birth_date is None:
        return "unknown"
    age = age_on(birth_date, day)
    return next((band for oldest, band in BANDS if age <= oldest), "60+")


def fits_category(birth_date: date | None, day: date, *, youngest: int | None, oldest: int | None) -> bool:
    """Say whether somebody born then may hold a category with these bounds; unknown births fit all."""
    if birth_date is None:
        return True
    age = age_on(birth_date, day)
    return (youngest is None or age >= youngest) and (oldest is None or age <= oldest)


def expires_on(start: date, months: int) -> date:
    """Return the last day of a membership of ``months`` months that begins on ``start``."""
    number = start.month - 1 + months
    year, month = start.year + number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
