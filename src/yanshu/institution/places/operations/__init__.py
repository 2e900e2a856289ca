"""Writing places: premises, terminals, opening hours, holidays, closure orders."""

from yanshu.institution.places.operations.closures import (
    move_reopening,
    order_closure,
    restore_closure,
    revoke_closure,
)
from yanshu.institution.places.operations.holidays import HolidaysLoaded, load_holidays, set_holiday
from yanshu.institution.places.operations.hours import (
    remove_exception,
    renew_calendars,
    set_exception,
    set_week,
)
from yanshu.institution.places.operations.premises import (
    change_branch,
    change_library,
    change_location,
    change_service_point,
    make_branch,
    make_library,
    make_location,
    make_service_point,
)
from yanshu.institution.places.operations.terminals import (
    NewKey,
    change_terminal,
    make_terminal,
    note_terminal_seen,
    renew_terminal_key,
)

__all__ = [
    "HolidaysLoaded",
    "NewKey",
    "change_branch",
    "change_library",
    "change_location",
    "change_service_point",
    "change_terminal",
    "load_holidays",
    "make_branch",
    "make_library",
    "make_location",
    "make_service_point",
    "make_terminal",
    "move_reopening",
    "note_terminal_seen",
    "order_closure",
    "remove_exception",
    "renew_calendars",
    "renew_terminal_key",
    "restore_closure",
    "revoke_closure",
    "set_exception",
    "set_holiday",
    "set_week",
]
