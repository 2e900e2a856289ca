"""The writes of readers; other apps and doors import them from here."""

from yanshu.readers.patrons.operations.codes import issue_one_time_code, set_password_by_code
from yanshu.readers.patrons.operations.membership import (
    Registration,
    change,
    keep_history,
    lift_suspension,
    register,
    renew_membership,
    set_category,
    suspend,
)

__all__ = [
    "Registration",
    "change",
    "issue_one_time_code",
    "keep_history",
    "lift_suspension",
    "register",
    "renew_membership",
    "set_category",
    "set_password_by_code",
    "suspend",
]
