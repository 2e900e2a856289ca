"""Who may do what: the table, the actor, and what accounts and roles refuse."""

import pytest

from world import NOON, make_world
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.operation import registry as registered_operations
from yanshu.core.permission import registry as declared
from yanshu.core.refusal import Conflict, Invalid
from yanshu.institution.places.models import Branch, Library
from yanshu.institution.staff import operations, queries, rules
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.operations.founding import USUAL_WEEK
from yanshu.institution.staff.terms import Role

NOT_FOR_STAFF = rules.DOOR_ONLY | {"demo.load"}


def test_every_operation_has_words_and_a_role_that_may():
    held = {code for role in rules.TABLE for code in queries.permissions_of_role(role)}
    codes = {entry.permission for entry in registered_operations.values()}
    asked = {code for code in codes if not code.startswith("test")}  # other tests declare their own
    assert sorted(asked - set(declared) - {"demo.load"}) == []
    assert sorted(asked - held - NOT_FOR_STAFF) == []


def test_every_role_is_in_the_table_and_every_pattern_matches_something():
    assert set(rules.TABLE) == {role.value for role in Role}
    codes = queries.declared_permissions()
    idle = {
        (role, pattern)
        for role, patterns in rules.TABLE.items()
        for pattern in patterns
        if not rules.permissions_of([role], codes) or not rules.matches(pattern, codes)
    }
    assert sorted(idle) == []


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("clerk", "circulation.checkout", "circulation.override"),
        ("branch_manager", "circulation.override", "staff.grant_role"),
        ("cataloguer", "catalogue.release", "patrons.see"),
        ("auditor", "audit.see", "circulation.checkout"),
        ("operator", "staff.grant_role", "patrons.see"),
        ("director", "staff.grant_role", "patrons.activate"),
    ],
)
def test_what_roles_may(role, may, may_not):
    held = queries.permissions_of_role(role)
    assert may in held
    assert may_not not in held


@pytest.mark.django_db
def test_scope_and_workplace_follow_the_grants():
    world = make_world()
    account = world.account()
    RoleGrant.objects.create(account=account, role="clerk", branch=world.branch, granted_at=NOON)
    actor = queries.staff_actor(account, door=Door.DESK)
    assert (actor.scope, actor.branch_id) == (frozenset({world.branch.pk}), world.branch.pk)
    assert (
        queries.staff_actor(account, door=Door.DESK, branch_id=world.central.pk).branch_id == world.branch.pk
    )
    with pytest.raises(PermissionMissing):
        actor.demand_branch(world.central.pk)
    RoleGrant.objects.create(account=account, role="director", granted_at=NOON)
    assert queries.staff_actor(account, door=Door.DESK).scope is None


@pytest.mark.django_db
def test_accounts_are_made_with_a_first_password_and_refused_twice():
    world = make_world()
    actor = world.actor()
    account, password = operations.set_account(
        values={"username": "wang", "display_name": "王馆员"}, actor=actor, now=NOON
    )
    assert account.check_password(password)
    assert account.must_change_password
    with pytest.raises(Invalid) as refused:
        operations.set_account(values={"username": "wang", "display_name": "x"}, actor=actor, now=NOON)
    assert refused.value.codes == ("username-taken",)


@pytest.mark.django_db
def test_roles_are_granted_once_within_reach_and_the_last_director_stays():
    world = make_world()
    actor, account = world.actor(), world.account()
    grant = operations.grant_role(
        account_id=account.pk, role=Role.DIRECTOR, branch_id=None, actor=actor, now=NOON
    )
    with pytest.raises(Conflict):
        operations.grant_role(
            account_id=account.pk, role=Role.DIRECTOR, branch_id=None, actor=actor, now=NOON
        )
    with pytest.raises(Conflict) as refused:
        operations.revoke_role(grant_id=grant.pk, actor=actor, now=NOON)
    assert refused.value.codes == ("last-director",)
    bound = world.actor(scope=frozenset({world.branch.pk}))
    with pytest.raises(PermissionMissing):
        operations.grant_role(account_id=account.pk, role=Role.CLERK, branch_id=None, actor=bound, now=NOON)


@pytest.mark.django_db
def test_a_library_is_founded_once_with_branch_hours_and_director():
    actor = Actor.system(Door.COMMAND)
    entered = {
        "library_name": "新城图书馆", "owner_code": "CN-NEW", "branch_name": "总馆", "username": "director",
        "display_name": "馆长", "week": USUAL_WEEK,
    }  # fmt: skip
    with pytest.raises(Invalid):
        operations.found_library(**entered, password="123", actor=actor, now=NOON)
    assert not Library.objects.exists()
    director = operations.found_library(**entered, password="long-enough-1", actor=actor, now=NOON)
    assert queries.staff_actor(director, door=Door.DESK).scope is None
    assert Branch.objects.get().weekly_periods.count() == 6
    with pytest.raises(Conflict):
        operations.found_library(**entered, password="long-enough-1", actor=actor, now=NOON)
    assert Account.objects.count() == 1
