"""What a return changes besides the loan: kept with the loan, and put back when the return is taken back."""

from datetime import date, datetime
from typing import Any

from yanshu.collection.catalogue import operations as catalogue
from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core.actor import Actor
from yanshu.lending.circulation import rules
from yanshu.lending.circulation.models import Loan
from yanshu.readers.patrons import operations as patrons
from yanshu.readers.patrons.models import Patron

OVERDUE = "overdue"
"""The reason a suspension bears that an overdue return has brought."""


def of(loan: Loan, item: Item) -> dict[str, Any]:
    """Return what is to be kept before a return changes anything."""
    patron = loan.patron
    until = patron.suspended_until if patron else None
    return {
        "branch": item.branch_id,
        "state": item.state,
        "suspended_until": until.isoformat() if until else None,
        "suspension_reason": patron.suspension_reason if patron else "",
        "brought": None,
    }


def put_item_back(loan: Loan, *, actor: Actor, now: datetime) -> None:
    """Put the item where it was and into the state it was in when it came back."""
    kept, item = loan.before_return or {}, Item.objects.get(pk=loan.item_id)
    state = kept.get("state", item.state)
    if item.state != state:
        catalogue.place_item(item_id=item.pk, state=ItemState(state), actor=actor, now=now)
    branch_id = kept.get("branch", item.branch_id)
    if item.branch_id != branch_id:
        catalogue.move_item(item_id=item.pk, branch_id=branch_id, actor=actor, now=now)


def put_suspension_back(loan: Loan, *, returned_on: date, actor: Actor, now: datetime) -> None:
    """Take the days off that the return had brought; a suspension of any other reason stays as it is."""
    kept = loan.before_return or {}
    if loan.patron_id is None or not kept.get("brought"):
        return
    patron = Patron.objects.select_for_update().get(pk=loan.patron_id)
    if patron.suspended_until is None or patron.suspension_reason != OVERDUE:
        return
    former = date.fromisoformat(kept["suspended_until"]) if kept["suspended_until"] else None
    until = rules.suspension_without(
        patron.suspended_until,
        brought=date.fromisoformat(kept["brought"]),
        former=former,
        returned_on=returned_on,
    )
    patrons.lift_suspension(
        patron_id=patron.pk, reason="return taken back", served=True, actor=actor, now=now
    )
    if until is not None:
        reason = kept["suspension_reason"] if until == former else OVERDUE
        patrons.suspend(patron_id=patron.pk, until=until, reason=reason, served=True, actor=actor, now=now)
