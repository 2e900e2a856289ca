"""Founding: the first library, its first branch with hours and a shelf, and the director."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.models import Instance
from yanshu.core.operation import operation
from yanshu.core.refusal import Conflict
from yanshu.institution.places import operations as places
from yanshu.institution.places.queries import Period
from yanshu.institution.places.terms import BranchData, BranchKind, LibraryData, LocationData
from yanshu.institution.staff import queries
from yanshu.institution.staff.models import Account, RoleGrant
from yanshu.institution.staff.operations.accounts import demand_strong
from yanshu.institution.staff.terms import AccountKind, Role

NINE, SIX = 9 * 60, 18 * 60
USUAL_WEEK: Sequence[Sequence[Period]] = ((), *((Period(NINE, SIX),),) * 6)
"""Tuesday to Sunday, nine to six: what most of such libraries keep; changed on the calendar page."""


@operation("staff.found")
def found_library(  # noqa: PLR0913  a library begins with these
    *,
    library_name: str,
    owner_code: str,
    branch_name: str,
    username: str,
    display_name: str,
    password: str,
    week: Sequence[Sequence[Period]] = USUAL_WEEK,
    actor: Actor,
    now: datetime,
) -> Account:
    """Make the library, its first branch with opening hours and a shelf, and the director who logs in.

    Raises:
        Conflict: when there is a library already.
        Invalid: with every field that cannot stand.
    """
    _one_at_a_time()
    if queries.is_founded():
        raise Conflict.because("founded", _("There is a library here already. Log in instead."))
    demand_strong(password)
    library = places.make_library(LibraryData(code=owner_code, name=library_name), actor=actor, now=now)
    branch = places.make_branch(
        BranchData(library_id=library.pk, code="C", name=branch_name, kind=BranchKind.CENTRAL),
        actor=actor,
        now=now,
    )
    places.make_location(
        LocationData(branch_id=branch.pk, code="A", name=str(_("Lending hall"))), actor=actor, now=now
    )
    places.set_week(branch, week, actor=actor, now=now)
    director = Account(
        username=username.strip(),
        display_name=display_name.strip(),
        kind=AccountKind.STAFF,
        home_branch=branch,
        created_at=now,
    )
    director.set_password(password)
    director.save()
    RoleGrant.objects.create(
        account=director, role=Role.DIRECTOR, branch=None, granted_at=now, granted_by=actor.label
    )
    return director


def _one_at_a_time() -> None:
    """Let only one found at a time: the second waits for the row of the installation and finds a library."""
    Instance.objects.get_or_create(pk=1)
    Instance.objects.select_for_update().get(pk=1)
