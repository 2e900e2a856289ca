"""The writes of accounts and roles; other apps and doors import them from here."""

from yanshu.institution.staff.operations.accounts import (
    demand_strong,
    grant_role,
    reset_password,
    revoke_role,
    set_account,
)
from yanshu.institution.staff.operations.founding import found_library

__all__ = [
    "demand_strong",
    "found_library",
    "grant_role",
    "reset_password",
    "revoke_role",
    "set_account",
]
