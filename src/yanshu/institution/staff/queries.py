"""Reading accounts and what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from yanshu.core.actor import Actor, Door
from yanshu.core.models import JournalLine
from yanshu.core.operation import registry as operations
from yanshu.core.permission import registry as permissions
from yanshu.institution.places.models import Library
from yanshu.institution.places.queries import usual_permissions
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff import rules
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.terms import AccountKind, Role


def declared_permissions() -> frozenset[str]:
    """Return every permission there is: those declared and those operations ask for."""
    return frozenset(permissions) | {entry.permission for entry in operations.values()}


@lru_cache(maxsize=256)
def _permissions(roles: frozenset[str]) -> frozenset[str]:
    return rules.permissions_of(roles, declared_permissions())


def permissions_of_role(role: str) -> frozenset[str]:
    """Return the permissions of one role."""
    return _permissions(frozenset({role}))


def staff_actor(account: Account, *, door: Door, branch_id: int | None = None) -> Actor:
    """Return the actor for a member of staff at his workplace.

    Roles granted at the workplace or for the whole library hold there, and no others: who is clerk at one
    branch and manager of another is manager only while he works at that other one. Each permission reaches
    the branches at which a role with it was granted.

    Args:
        branch_id: the branch chosen for this session; without one the account's own workplace, or the only
            branch the roles name.
    """
    grants = list(RoleGrant.objects.filter(account=account).values_list("role", "branch_id"))
    everywhere = any(branch is None for _role, branch in grants)
    known = None if everywhere else frozenset(branch for _role, branch in grants if branch is not None)
    workplace = _workplace(account, known, branch_id)
    here = frozenset(role for role, branch in grants if branch in {None, workplace})
    permissions = _permissions(here)
    whole = all(branch is None for _role, branch in grants)
    return Actor(
        label=account.display_name or account.username,
        door=door,
        permissions=permissions,
        account_id=account.pk,
        branch_id=workplace,
        scope=None if whole and grants else frozenset() if workplace is None else frozenset({workplace}),
        reach={} if whole else _reach(grants, permissions),
    )


def _reach(
    grants: Sequence[tuple[str, int | None]], permissions: frozenset[str]
) -> dict[str, frozenset[int] | None]:
    reach: dict[str, frozenset[int] | None] = {}
    for role, branch in grants:
        for code in permissions_of_role(role) & permissions:
            known = reach.get(code, frozenset())
            reach[code] = None if branch is None or known is None else known | {branch}
    return reach


def permissions_of_account(account_id: int) -> frozenset[str]:
    """Return what an account may do anywhere, all its roles together."""
    return _permissions(
        frozenset(RoleGrant.objects.filter(account_id=account_id).values_list("role", flat=True))
    )


def is_founded() -> bool:
    """Say whether there is a library in this database."""
    return Library.objects.exists()


def accounts() -> QuerySet[Account]:
    """Return the accounts of staff with their roles."""
    rows: QuerySet[Account] = (
        Account.objects.filter(kind=AccountKind.STAFF)
        .select_related("home_branch")
        .prefetch_related("grants__branch")
        .order_by("username")
    )
    return rows


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """A permission, its words, and who holds it: keys of ``holders``."""

    code: str
    label: Any
    holders: frozenset[str]


def holders() -> list[tuple[str, Any]]:
    """Return who holds permissions, key and words: the roles, then the kinds of machines that may do any."""
    kinds = [(kind.value, kind.label) for kind in TerminalKind if usual_permissions(kind)]
    return [*Role.choices, *kinds]


def permission_table() -> list[PermissionRow]:
    """Return the whole table, every permission and who holds it, in the order the apps declare them."""
    place = {code: number for number, code in enumerate(permissions)}
    held = {role: permissions_of_role(role) for role in rules.TABLE}
    held |= {kind.value: frozenset(usual_permissions(kind)) for kind in TerminalKind}
    return [
        PermissionRow(
            code=code,
            label=permissions.get(code, code),
            holders=frozenset(holder for holder, codes in held.items() if code in codes),
        )
        for code in sorted(declared_permissions(), key=lambda code: (place.get(code, len(place)), code))
    ]


def journal(*, actor: Actor) -> QuerySet[JournalLine]:
    """Return the audit log as far as the actor's branches reach, newest first."""
    lines = JournalLine.objects.order_by("-at", "-id")
    return lines if actor.scope is None else lines.filter(branch_id__in=actor.scope)


def _workplace(account: Account, scope: frozenset[int] | None, chosen: int | None) -> int | None:
    if chosen is not None and (scope is None or chosen in scope):
        return chosen
    if account.home_branch_id is not None and (scope is None or account.home_branch_id in scope):
        return account.home_branch_id
    return min(scope) if scope else None
