"""Decisions about readers: ages, bands, how long a membership runs. No database, no clock."""

import calendar
import re
import unicodedata
from datetime import date, datetime, timedelta

MONTHS_A_YEAR = 12
BANDS = ((6, "0-6"), (14, "7-14"), (18, "15-18"), (35, "19-35"), (59, "36-59"))
MOBILE_DIGITS = 11
TELEPHONE_DIGITS = range(7, 16)
"""Landlines with and without area code, and numbers from abroad (ITU-T E.164: at most 15 digits)."""
MOST_WRONG_PINS = 5
PIN_WINDOW = timedelta(minutes=15)
"""So many wrong passwords inside the window lock a reader at machines until the window ends."""

_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


def age_on(birth_date: date, day: date) -> int:
    """Return the completed years of life on ``day``; born on 29 February, one completes them on 1 March."""
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
    """Return the last day of a membership of ``months`` months counted from ``start``.

    The day of the month stays; where the month has no such day, its last one takes the place.
    """
    number = start.month - 1 + months
    year, month = start.year + number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def membership_state(*, is_active: bool, expires: date, suspended_until: date | None, day: date) -> str:
    """Return how a membership stands on ``day`` (value of ``terms.MembershipState``); the gravest word wins.

    The last day of a membership and the last day of a suspension belong to them.
    """
    if not is_active:
        return "cancelled"
    if expires < day:
        return "expired"
    if suspended_until is not None and suspended_until >= day:
        return "suspended"
    return "valid"


def looks_like_identity_number(text: str) -> bool:
    """Say whether a text has the shape of a resident identity number (GB 11643: 17 digits, one check)."""
    return _IDENTITY_NUMBER.fullmatch(text) is not None


def compact_number(text: str) -> str:
    """Return a number as it is kept: no blanks, no hyphens, capital X, nothing full-width."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def telephone_fault(number: str) -> str:
    """Return what is wrong with a telephone number: ``digits``, ``mobile``, ``length``, or nothing."""
    digits = number.removeprefix("+86")
    if not digits.removeprefix("+").isdecimal():
        return "digits"
    if digits.startswith("1") and len(digits) != MOBILE_DIGITS:
        return "mobile"
    return "" if len(digits.removeprefix("+")) in TELEPHONE_DIGITS else "length"


def pin_locked(wrong: int, since: datetime, now: datetime) -> bool:
    """Say whether so many wrong passwords since then lock a reader now."""
    return wrong >= MOST_WRONG_PINS and now - since < PIN_WINDOW


def wrong_pins_now(wrong: int, since: datetime, now: datetime) -> tuple[int, datetime]:
    """Return the count and beginning of the row of wrong passwords after one more."""
    return (wrong + 1, since) if now - since < PIN_WINDOW else (1, now)
