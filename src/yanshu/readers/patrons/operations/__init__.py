"""The writes of readers; other apps and doors import them from here."""

from yanshu.readers.patrons.operations.cards import issue_card
from yanshu.readers.patrons.operations.categories import set_category
from yanshu.readers.patrons.operations.codes import (
    CODE_VALID_DAYS,
    issue_one_time_code,
    set_password_by_code,
)
from yanshu.readers.patrons.operations.loading import load_readers
from yanshu.readers.patrons.operations.membership import (
    Registration,
    change,
    keep_history,
    register,
    renew_membership,
)
from yanshu.readers.patrons.operations.pins import check_pin
from yanshu.readers.patrons.operations.suspension import lift_suspension, suspend
from yanshu.readers.patrons.operations.upkeep import erase_traces, tidy

__all__ = [
    "CODE_VALID_DAYS",
    "Registration",
    "change",
    "check_pin",
    "erase_traces",
    "issue_card",
    "issue_one_time_code",
    "keep_history",
    "lift_suspension",
    "load_readers",
    "register",
    "renew_membership",
    "set_category",
    "set_password_by_code",
    "suspend",
    "tidy",
]
