"""Places for other programs: branches, their hours, open or not at a moment."""

from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from yanshu.core import clock
from yanshu.core.refusal import Invalid, NotFound
from yanshu.institution.places import queries
from yanshu.institution.places.models import Branch

router = Router(tags=["places"])
MOST_DAYS = 400
FIRST_YEAR, LAST_YEAR = 1900, 2999


class BranchOut(Schema):
    """A branch in service; ``kind`` is a stable code."""

    code: str
    name: str
    name_en: str
    kind: str
    address: str
    telephone: str


class PeriodOut(Schema):
    """From when to when; ``closes`` earlier than ``opens`` lies on the next day, 24:00 is midnight."""

    opens: str
    closes: str


class DayOut(Schema):
    """One day of the calendar, and what decides over it."""

    day: date
    open: bool
    periods: list[PeriodOut]
    because: str
    reason: str


class OpenOut(Schema):
    """Whether a branch is open at a moment, until when, and when it opens next."""

    at: datetime
    open: bool
    until: datetime | None
    opens_at: datetime | None


@router.get("/branches", response=list[BranchOut], auth=None, summary="Branches in service")
def branches(request: HttpRequest) -> list[Branch]:
    """Return the branches now in service."""
    del request
    return list(queries.branches_serving(clock.business_date(clock.now())))


@router.get("/branches/{code}/hours", response=list[DayOut], auth=None, summary="Opening hours by day")
def hours(
    request: HttpRequest, code: str, first: date | None = None, end: date | None = None
) -> list[DayOut]:
    """Return what each day is, from ``first`` to before ``end``; a week from today by default."""
    del request
    start = first or clock.business_date(clock.now())
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise Invalid.because("first", "span-unfit", _("A day of the years 1900 to 2999."))
    stop = end or start + timedelta(days=7)
    if not 0 <= (stop - start).days <= MOST_DAYS:
        label = _("A span of %(days)s days at most, which does not end before it begins.")
        raise Invalid.because("end", "span-unfit", label % {"days": MOST_DAYS})
    calendar = queries.calendar_of(_branch(code).pk)
    return [_day(fact) for fact in calendar.days(start, stop)]


@router.get("/branches/{code}/open", response=OpenOut, auth=None, summary="Open or not")
def is_open(request: HttpRequest, code: str, at: datetime | None = None) -> OpenOut:
    """Return whether the branch is open at ``at`` (with an offset from UTC), or now."""
    del request
    moment = at or clock.now()
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.zone())
    calendar = queries.calendar_of(_branch(code).pk)
    found = calendar.is_open(moment)
    return OpenOut(
        at=moment,
        open=found,
        until=calendar.open_until(moment) if found else None,
        opens_at=None if found else calendar.next_opening(moment),
    )


def _branch(code: str) -> Branch:
    found = Branch.objects.filter(code=code).first()
    if found is None:
        raise NotFound.because("unknown-branch", _("There is no branch with this code."))
    return found


def _day(fact: queries.DayFact) -> DayOut:
    ends = (str(period).partition("–") for period in fact.periods)
    return DayOut(
        day=fact.on,
        open=fact.is_open,
        periods=[PeriodOut(opens=opens, closes=closes) for opens, _dash, closes in ends],
        because=fact.because.value,
        reason=fact.words,
    )
