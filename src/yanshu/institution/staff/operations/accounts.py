"""Accounts and roles: made, changed, granted, revoked."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.event import publish
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Conflict, Invalid, Reason
from yanshu.institution.staff import queries
from yanshu.institution.staff.events import RoleGranted, RoleRevoked
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.terms import AccountKind, Role

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
FIRST_PASSWORD_LENGTH = 12


@operation("staff.set_account")
def set_account(
    *, account_id: int | None = None, values: Mapping[str, Any], actor: Actor, now: datetime
) -> tuple[Account, str]:
    """Make or change a staff account; a new one comes with a first password, returned once.

    Raises:
        Invalid: when the user name is empty or taken.
    """
    account = (
        Account.objects.select_for_update().get(pk=account_id, kind=AccountKind.STAFF)
        if account_id
        else Account(kind=AccountKind.STAFF, created_at=now)
    )
    if account_id:
        demand_over(actor, account_id)
    if account_id and values.get("is_active") is False:
        _demand_another_director(account_id)
    for name in ("username", "display_name", "home_branch_id", "is_active"):
        if name in values:
            setattr(account, name, values[name])
    account.username = account.username.strip()
    _demand_name(account)
    password = "" if account_id else _give_password(account)
    account.save()
    about(account)
    return account, password


@operation("staff.reset_password")
def reset_password(*, account_id: int, actor: Actor, now: datetime) -> str:
    """Give a member of staff a new first password, returned once; he must change it at log-in."""
    account = Account.objects.select_for_update().get(pk=account_id, kind=AccountKind.STAFF)
    demand_over(actor, account_id)
    password = _give_password(account)
    account.save()
    about(account)
    return password


@operation("staff.grant_role")
def grant_role(
    *, account_id: int, role: Role, branch_id: int | None, actor: Actor, now: datetime
) -> RoleGrant:
    """Grant a role at one branch, or in the whole library when no branch is named.

    Raises:
        Conflict: when the account holds it there already.
        PermissionMissing: when somebody bound to branches grants beyond them.
    """
    _demand_reach(actor, branch_id)
    _demand_no_more(actor, queries.permissions_of_role(role))
    if _held(account_id, role, branch_id).exists():
        raise Conflict.because("role-held", _("The account holds this role there already."))
    grant = RoleGrant.objects.create(
        account_id=account_id, role=role, branch_id=branch_id, granted_at=now, granted_by=actor.label
    )
    publish(RoleGranted(account_id=account_id, role=role, branch_id=branch_id), now=now)
    about(grant.account)
    return grant


@operation("staff.revoke_role")
def revoke_role(*, account_id: int, grant_id: int, actor: Actor, now: datetime) -> None:
    """Revoke a role; the last director of the library keeps his.

    Raises:
        Conflict: when nobody would be left to grant roles.
    """
    grant = RoleGrant.objects.select_related("account").get(pk=grant_id, account_id=account_id)
    _demand_reach(actor, grant.branch_id)
    _demand_no_more(actor, queries.permissions_of_role(grant.role))
    if grant.role == Role.DIRECTOR and grant.branch_id is None:
        _demand_another_director(account_id)
    about(grant.account)
    publish(RoleRevoked(account_id=grant.account_id, role=grant.role, branch_id=grant.branch_id), now=now)
    grant.delete()


def demand_over(actor: Actor, account_id: int) -> None:
    """Refuse to touch an account that reaches further, or may more, than the actor himself.

    Raises:
        PermissionMissing: naming what the actor lacks.
    """
    for branch_id in RoleGrant.objects.filter(account_id=account_id).values_list("branch_id", flat=True):
        _demand_reach(actor, branch_id)
    _demand_no_more(actor, queries.permissions_of_account(account_id))


def _demand_no_more(actor: Actor, permissions: frozenset[str]) -> None:
    for code in sorted(permissions):
        actor.demand(code)


def _demand_another_director(account_id: int) -> None:
    # The rows are locked, so that two directors cannot remove each other at once.
    directors = set(
        RoleGrant.objects.select_for_update()
        .filter(role=Role.DIRECTOR, branch=None, account__is_active=True)
        .values_list("account_id", flat=True)
    )
    if directors == {account_id}:
        raise Conflict.because(
            "last-director", _("This is the last director. Grant the role to somebody else first.")
        )


def demand_strong(password: str) -> None:
    """Refuse a password that is too weak.

    Raises:
        Invalid: with every reason.
    """
    try:
        validate_password(password)
    except ValidationError as weak:
        raise Invalid(
            [Reason(code="password-weak", label=sentence, field="password") for sentence in weak.messages]
        ) from weak


def _held(account_id: int, role: Role, branch_id: int | None) -> QuerySet[RoleGrant]:
    grants = RoleGrant.objects.filter(account_id=account_id, role=role)
    return grants.filter(branch=None) if branch_id is None else grants.filter(branch_id=branch_id)


def _give_password(account: Account) -> str:
    password = "".join(secrets.choice(ALPHABET) for _place in range(FIRST_PASSWORD_LENGTH))
    account.set_password(password)
    account.must_change_password = True
    return password


def _demand_name(account: Account) -> None:
    if not account.username:
        raise Invalid.because("username", "username-missing", _("Write a user name."))
    if Account.objects.filter(username=account.username).exclude(pk=account.pk).exists():
        raise Invalid.because("username", "username-taken", _("Somebody else has this user name."))


def _demand_reach(actor: Actor, branch_id: int | None) -> None:
    if actor.scope is not None and branch_id is None:
        actor.demand_branch(-1)
    actor.demand_branch(branch_id)
