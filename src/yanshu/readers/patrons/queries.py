"""Reading readers."""

from yanshu.core.actor import Actor, Door
from yanshu.institution.staff.terms import READER_PERMISSIONS
from yanshu.institution.staff.models import Account
from yanshu.readers.patrons.models import Patron


def reader_actor(account: Account, *, door: Door) -> Actor:
    """Return the actor of a reader who has logged in: himself, and nothing else."""
    patron = Patron.objects.filter(account=account).values_list("pk", "home_branch_id").first()
    if patron is None:
        return Actor.nobody(door)
    return Actor(
        label="",
        door=door,
        permissions=frozenset(READER_PERMISSIONS),
        account_id=account.pk,
        patron_id=patron[0],
        branch_id=patron[1],
        scope=frozenset(),
    )
