import pytest

from yanshu.core.actor import Actor, Door, PermissionMissing

CLERK = Actor(
    label="李",
    door=Door.DESK,
    permissions=frozenset({"patrons.see"}),
    account_id=7,
    branch_id=1,
    scope=frozenset({1, 2}),
)


@pytest.mark.parametrize(
    ("actor", "permission", "may"),
    [
        (CLERK, "patrons.see", True),
        (CLERK, "patrons.change", False),
        (CLERK, "*", False),
        (Actor.system(Door.JOB), "anything.at_all", True),
        (Actor.system(Door.JOB, permissions=["figures.sum_up"]), "anything.at_all", False),
        (Actor.nobody(Door.OPAC), "patrons.see", False),
    ],
)
def test_permissions(actor, permission, may):
    assert actor.may(permission) is may
    if may:
        actor.demand(permission)
        return
    with pytest.raises(PermissionMissing) as refused:
        actor.demand(permission)
    assert refused.value.codes == ("permission-missing",)
    assert refused.value.reasons[0].rule == permission


@pytest.mark.parametrize(
    ("actor", "branch_id", "sees"),
    [
        (CLERK, 2, True),
        (CLERK, 3, False),
        (CLERK, None, True),
        (Actor.system(Door.COMMAND), 3, True),
        (Actor.nobody(Door.OPAC), 3, False),
    ],
)
def test_branches_in_scope(actor, branch_id, sees):
    assert actor.sees(branch_id) is sees
    if sees:
        actor.demand_branch(branch_id)
        return
    with pytest.raises(PermissionMissing) as refused:
        actor.demand_branch(branch_id)
    assert refused.value.codes == ("other-branch",)


def test_an_actor_at_another_branch_is_the_same_actor():
    there = CLERK.at(2)
    assert (there.branch_id, there.account_id, there.scope) == (2, 7, CLERK.scope)
    assert CLERK.branch_id == 1


def test_permissions_do_not_stand_in_logs():
    assert "patrons.see" not in repr(CLERK)
