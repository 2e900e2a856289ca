"""Staff accounts with their roles; only the demonstration's log-ins get a password, a random one."""

from typing import NamedTuple

from yanshu.core.actor import Door
from yanshu.demo.loader.terms import Doer, Loading, Premises, Staff
from yanshu.institution.places.terms import BranchKind
from yanshu.institution.staff import operations as staff
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import Role

__all__ = ["load_staff"]

CLERKS_AT_CENTRAL, CLERKS_ELSEWHERE = 5, 2


class _Post(NamedTuple):
    """An account to be made: ``place`` is where it works, ``bound`` whether its role holds there alone."""

    username: str
    name: str
    role: Role
    place: int
    bound: bool
    may_log_in: bool


def load_staff(loading: Loading, premises: Premises) -> Staff:
    """Make the accounts; return who does what, and the log-ins."""
    central = next(p for p, b in enumerate(premises.in_service) if b.kind == BranchKind.CENTRAL)
    clerks: dict[int, list[Doer]] = {}
    logins: dict[str, str] = {}
    cataloguer: Doer | None = None
    for post in _posts(loading, premises, central):
        account, password = _make(loading, premises, post)
        doer = Doer(account.pk, account.display_name, Door.DESK.value, None)
        if post.may_log_in:
            logins[post.username] = password
        if post.role == Role.CLERK:
            clerks.setdefault(post.place, []).append(doer)
        if post.role == Role.CATALOGUER:
            cataloguer = doer
    assert cataloguer is not None
    for place in range(len(premises.in_service)):
        clerks.setdefault(place, clerks[central])
    return Staff(clerks=clerks, cataloguer=cataloguer, logins=logins)


def _posts(loading: Loading, premises: Premises, central: int) -> list[_Post]:
    specs = loading.scenario.branches_in_service
    others = [p for p, spec in enumerate(specs) if p != central and not spec.round_the_clock]
    posts = [
        _Post("director", "馆长(演示)", Role.DIRECTOR, central, bound=False, may_log_in=True),
        _Post("cataloguer", "编目员(演示)", Role.CATALOGUER, central, bound=False, may_log_in=True),
        _Post("auditor", "审计员(演示)", Role.AUDITOR, central, bound=False, may_log_in=True),
        _Post("operator", "系统管理员(演示)", Role.OPERATOR, central, bound=False, may_log_in=True),
    ]
    posts += _clerks("clerk", premises.in_service[central].name, central, CLERKS_AT_CENTRAL)
    for number, place in enumerate(others):
        name, suffix = premises.in_service[place].name, "" if number == 0 else f"-{specs[place].code}"
        posts += _clerks(f"branch-clerk{suffix}", name, place, CLERKS_ELSEWHERE)
        posts.append(
            _Post(
                f"branch-manager{suffix}",
                f"{name}馆长(演示)",
                Role.BRANCH_MANAGER,
                place,
                bound=True,
                may_log_in=number == 0,
            )
        )
    return posts


def _clerks(username: str, branch: str, place: int, count: int) -> list[_Post]:
    """Return the clerks of a branch; the first of them can log in."""
    return [
        _Post(
            username if number == 1 else f"{username}-{number}",
            f"{branch}借阅员{number}(演示)",
            Role.CLERK,
            place,
            bound=True,
            may_log_in=number == 1 and username in {"clerk", "branch-clerk"},
        )
        for number in range(1, count + 1)
    ]


def _make(loading: Loading, premises: Premises, post: _Post) -> tuple[Account, str]:
    branch = premises.in_service[post.place]
    password = ""
    if post.may_log_in:
        values = {"username": post.username, "display_name": post.name, "home_branch_id": branch.pk}
        account, password = staff.set_account(values=values, **loading.by)
        account.must_change_password, account.is_demonstration = False, True
    else:
        account = Account(
            username=post.username, display_name=post.name, home_branch=branch, created_at=loading.now
        )
        account.set_unusable_password()
    account.save()
    branch_id = branch.pk if post.bound else None
    staff.grant_role(account_id=account.pk, role=post.role, branch_id=branch_id, **loading.by)
    return account, password
