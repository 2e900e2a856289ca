"""Weekly hours and the days that depart from them."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid, NotFound, Reason
from yanshu.institution.places import rules
from yanshu.institution.places.models import (
    Branch,
    CalendarVersion,
    ClosedDay,
    DayException,
    ServicePoint,
    WeeklyPeriod,
)
from yanshu.institution.places.queries.calendars import weekly_hours
from yanshu.institution.places.rules import Period
from yanshu.institution.places.terms import ExceptionKind

WEEK_DAYS = 7


def renew_calendars() -> None:
    """Say, in the transaction of the change, that calendars have changed; every process reads them anew.

    All operations of places do this. A bulk load that writes the tables itself calls it once at its end.
    """
    CalendarVersion.objects.update_or_create(pk=1, defaults={"stamp": secrets.token_hex(16)})


@operation("places.set_week")
def set_week(
    branch: Branch,
    week: Sequence[Sequence[Period]],
    *,
    actor: Actor,
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
    service_point: ServicePoint | None = None,
) -> Branch:
    """Set the weekly hours of a branch, or of one service point, from a day on.

    What held before that day stays as it was; with ``valid_until`` (the first day after) the earlier hours
    hold again afterwards, as for summer hours. Without any day the hours hold for all time.

    Args:
        week: seven sequences of periods, Monday first.

    Raises:
        Invalid: for periods that overlap, a validity that ends before it begins, or an alien service point.
    """
    actor.demand_branch(branch.pk)
    _demand_own(branch, service_point)
    _demand_week(week, valid_from, valid_until)
    standing = WeeklyPeriod.objects.select_for_update().filter(branch=branch, service_point=service_point)
    new = rules.replace_week(weekly_hours(standing), week, valid_from=valid_from, valid_until=valid_until)
    standing.delete()
    WeeklyPeriod.objects.bulk_create([_row(branch, service_point, hours) for hours in new])
    renew_calendars()
    about(branch)
    return branch


@operation("places.set_exception")
def set_exception(
    branch: Branch,
    day: date,
    *,
    kind: ExceptionKind,
    actor: Actor,
    now: datetime,
    periods: Sequence[Period] = (),
    reason: str = "",
    service_point: ServicePoint | None = None,
) -> DayException:
    """Let a day depart from the week: shut, or open with its own periods; an earlier exception gives way.

    Raises:
        Invalid: for an open day without periods, overlapping periods, a shut day without a reason, or a day
            that an order keeps shut.
    """
    actor.demand_branch(branch.pk)
    _demand_own(branch, service_point)
    opens = kind == ExceptionKind.OPEN
    if reasons := _exception_reasons(branch, day, opens=opens, periods=periods, reason=reason):
        raise Invalid(reasons)
    exception, _created = DayException.objects.update_or_create(
        branch=branch,
        service_point=service_point,
        day=day,
        defaults={
            "kind": kind,
            "periods": [str(period).replace("–", "-") for period in sorted(periods)] if opens else [],
            "reason": reason.strip(),
        },
    )
    renew_calendars()
    return exception


@operation("places.remove_exception")
def remove_exception(
    branch: Branch,
    day: date,
    *,
    actor: Actor,
    now: datetime,
    service_point: ServicePoint | None = None,
) -> Branch:
    """Let a day go by its week again.

    Raises:
        NotFound: when the day has no exception.
    """
    actor.demand_branch(branch.pk)
    deleted, _tables = DayException.objects.filter(
        branch=branch, service_point=service_point, day=day
    ).delete()
    if not deleted:
        raise NotFound.because("no-exception", _("This day has no exception."))
    renew_calendars()
    about(branch)
    return branch


# --- how ---------------------------------------------------------------------------------------------------


def _demand_own(branch: Branch, point: ServicePoint | None) -> None:
    if point is not None and point.branch_id != branch.pk:
        label = _("The service point belongs to another branch.")
        raise Invalid.because("service_point", "other-branch", label)


def _demand_week(week: Sequence[Sequence[Period]], valid_from: date | None, valid_until: date | None) -> None:
    if len(week) != WEEK_DAYS:
        raise ValueError(f"a week has seven days, not {len(week)}")
    reasons = [
        Reason(code="overlap", label=_("Two periods overlap."), field=f"day_{weekday}")
        for weekday in rules.overlapping_weekdays(week)
    ]
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        label = _("The last day of validity comes before the first.")
        reasons.append(Reason(code="ends-before-start", label=label, field="valid_until"))
    if reasons:
        raise Invalid(reasons)


def _exception_reasons(
    branch: Branch, day: date, *, opens: bool, periods: Sequence[Period], reason: str
) -> list[Reason]:
    reasons = []
    if opens and not periods:
        label = _("Enter from when to when it is open.")
        reasons.append(Reason(code="no-periods", label=label, field="periods"))
    if opens and rules.overlaps(periods):
        reasons.append(Reason(code="overlap", label=_("Two periods overlap."), field="periods"))
    if not opens and not reason.strip():
        label = _("Write the reason; readers will see it.")
        reasons.append(Reason(code="missing", label=label, field="reason"))
    if opens and ClosedDay.objects.filter(branch=branch, day=day).exists():
        label = _("A closure order keeps this day shut; change the day of reopening instead.")
        reasons.append(Reason(code="closed-by-order", label=label, field="kind"))
    return reasons


def _row(branch: Branch, point: ServicePoint | None, hours: rules.WeeklyHours) -> WeeklyPeriod:
    opens, closes = rules.times(hours.period)
    return WeeklyPeriod(
        branch=branch,
        service_point=point,
        weekday=hours.weekday,
        opens=opens,
        closes=closes,
        valid_from=hours.valid_from,
        valid_until=hours.valid_until,
    )
