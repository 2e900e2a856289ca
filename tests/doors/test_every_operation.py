"""Every operation, asked for by everybody: who lacks its permission is refused before anything is read."""

import pytest

from world import NOON, make_world
from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.operation import Operation, registry
from yanshu.institution.places.models import Terminal
from yanshu.institution.places.queries import actor_of_terminal
from yanshu.institution.places.terms import TerminalKind
from yanshu.institution.staff.models import RoleGrant
from yanshu.institution.staff.queries import permissions_of_role, staff_actor
from yanshu.institution.staff.terms import AccountKind, Role
from yanshu.readers.patrons.queries import reader_actor

pytestmark = pytest.mark.django_db
#: What a reader may do for himself.
OWN = {"circulation.renew", "circulation.place_hold", "circulation.cancel_hold", "patrons.change_own"}


def refuses(entry, actor):
    """Say whether an operation refuses somebody at once; whom it lets in misses its arguments."""
    try:
        entry.run(actor=actor, now=NOON)
    except PermissionMissing:
        return True
    except TypeError:
        return False
    return False


def ours():
    return {code: entry for code, entry in registry.items() if not code.startswith("test")}


def refused(actor, operations):
    return {code for code, entry in operations.items() if refuses(entry, actor)}


@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_refused_whatever_its_row_of_the_table_does_not_hold(role, django_assert_num_queries):
    world = make_world()
    account = world.account()
    RoleGrant.objects.create(account=account, role=role, granted_at=NOON)
    actor, may = staff_actor(account, door=Door.DESK), permissions_of_role(role)
    closed = {code: entry for code, entry in ours().items() if entry.permission not in may}
    assert len(ours()) > 100
    with django_assert_num_queries(0):
        assert refused(actor, closed) == set(closed)
    open_to_him = {code: entry for code, entry in ours().items() if code not in closed}
    assert refused(actor, dict(list(open_to_him.items())[:3])) == set()


def test_nobody_and_a_machine_without_permissions_are_refused_everything():
    world = make_world()
    machine = Terminal.objects.create(
        branch=world.central, kind=TerminalKind.CLIENT, name="M", login="m", key_hash="x", permissions=[]
    )
    for actor in (Actor.nobody(Door.OPAC), actor_of_terminal(machine)):
        assert refused(actor, ours()) == set(ours())


def test_a_reader_is_refused_all_but_what_is_his_own():
    world = make_world()
    account = world.account(kind=AccountKind.READER)
    world.patron(account=account)
    held = reader_actor(account, door=Door.OPAC).permissions
    assert {entry.permission for entry in ours().values() if entry.permission in held} == OWN


def test_the_walk_notices_an_operation_that_lets_everybody_in():
    def run(*, subject, actor, now):
        """Do nothing, whoever asks."""

    lax = Operation(code="lax", permission="staff.grant_role", journalled=False, run=run)
    assert refused(Actor.nobody(Door.DESK), {"lax": lax}) == set()
