"""The calendar and what may be entered in it: facts in, days and reasons out."""

from yanshu.institution.places.rules.calendar import (
    HORIZON_DAYS,
    Calendar,
    ClosureFact,
    DayFact,
    DayRule,
    HolidayFact,
    calendar_of_point,
)
from yanshu.institution.places.rules.closure import ClosureFacts, closure_flaws, closure_stage, draft_notice
from yanshu.institution.places.rules.period import DAY_MINUTES, NotAPeriod, Period, read_periods, times
from yanshu.institution.places.rules.stage import branch_stage, in_service
from yanshu.institution.places.rules.terminal import (
    USUAL,
    option_flaws,
    permissions_beyond,
    permissions_kept,
    permissions_of,
)
from yanshu.institution.places.rules.week import (
    WeekEffect,
    WeeklyHours,
    compare,
    overlapping_weekdays,
    overlaps,
    replace_week,
)

__all__ = [
    "DAY_MINUTES",
    "HORIZON_DAYS",
    "USUAL",
    "Calendar",
    "ClosureFact",
    "ClosureFacts",
    "DayFact",
    "DayRule",
    "HolidayFact",
    "NotAPeriod",
    "Period",
    "WeekEffect",
    "WeeklyHours",
    "branch_stage",
    "calendar_of_point",
    "closure_flaws",
    "closure_stage",
    "compare",
    "draft_notice",
    "in_service",
    "option_flaws",
    "overlapping_weekdays",
    "overlaps",
    "permissions_beyond",
    "permissions_kept",
    "permissions_of",
    "read_periods",
    "replace_week",
    "times",
]
