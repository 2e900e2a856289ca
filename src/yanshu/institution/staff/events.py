"""What others may hear of accounts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """An account got a role."""

    account_id: int
    role: str
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """An account lost a role."""

    account_id: int
    role: str
    branch_id: int | None
