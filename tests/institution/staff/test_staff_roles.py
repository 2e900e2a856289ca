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
    elsewhere = queries.staff_actor(account, door=Door.DESK, branch_id=world.central.pk)
    assert elsewhere.branch_id == world.branch.pk
    with pytest.raises(PermissionMissing):
        actor.demand_branch(world.central.pk)


@pytest.mark.django_db
def test_roles_do_not_lend_each_other_their_reach():
    world = make_world()
    account = world.account()
    RoleGrant.objects.create(account=account, role="party_secretary", granted_at=NOON)
    RoleGrant.objects.create(account=account, role="clerk", branch=world.central, granted_at=NOON)
    RoleGrant.objects.create(account=account, role="branch_manager", branch=world.branch, granted_at=NOON)
    at_central = queries.staff_actor(account, door=Door.DESK, branch_id=world.central.pk)
    at_branch = queries.staff_actor(account, door=Door.DESK, branch_id=world.branch.pk)
    assert not at_central.may("circulation.override")
    assert at_branch.may("circulation.override")
    assert at_branch.narrowed("circulation.override").scope == {world.branch.pk}
    assert at_central.narrowed("circulation.checkout").scope == {world.central.pk, world.branch.pk}
    assert at_central.narrowed("reports.overview").scope is None


@pytest.mark.django_db
def test_nobody_hands_on_or_takes_over_more_than_he_has():
    world = make_world()
    director, operator = world.account("d"), world.account("o")
    RoleGrant.objects.create(account=director, role="director", granted_at=NOON)
    RoleGrant.objects.create(account=operator, role="operator", granted_at=NOON)
    actor = queries.staff_actor(operator, door=Door.DESK)
    for attempt in (
        lambda: operations.grant_role(
            account_id=operator.pk, role=Role.DIRECTOR, branch_id=None, actor=actor, now=NOON
        ),
        lambda: operations.reset_password(account_id=director.pk, actor=actor, now=NOON),
        lambda: operations.set_account(
            account_id=director.pk, values={"is_active": False}, actor=actor, now=NOON
        ),
    ):
        with pytest.raises(PermissionMissing):
            attempt()
    assert operations.reset_password(account_id=operator.pk, actor=actor, now=NOON)


@pytest.mark.django_db
def test_a_first_password_is_changed_before_anything_else(client):
    world = make_world()
    account = world.account(must_change_password=True)
    RoleGrant.objects.create(account=account, role="director", branch=None, granted_at=NOON)
    account.set_password("first-one-1")
    account.save()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/staff/").url == "/account/password/change/"
    client.post(
        "/account/password/change/",
        {"oldpassword": "first-one-1", "password1": "second-one-2", "password2": "second-one-2"},
    )
    account.refresh_from_db()
    assert not account.must_change_password
    assert client.get("/desk/staff/").status_code == 200


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
        operations.revoke_role(account_id=account.pk, grant_id=grant.pk, actor=actor, now=NOON)
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
