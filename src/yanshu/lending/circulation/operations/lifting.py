"""Lending against a refusal: a colleague who may lifts it, and his name stands in the journal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.db import models

from yanshu.core.actor import Actor
from yanshu.core.operation import about, keep_private, operation
from yanshu.lending.circulation.rules import OVERRIDE
from yanshu.lending.circulation.terms import Block

T = TypeVar("T")


@operation("circulation.override")
def lift(
    act: Callable[[Actor], T],
    *,
    needs: str,
    waive: frozenset[Block],
    subject: models.Model,
    clerk: Actor,
    actor: Actor,
    now: datetime,
) -> T:
    """Do one act of a clerk against a refusal; the journal keeps who lifted it, what, and for whom.

    Args:
        act: the checkout, renewal or hold, as a function of the actor it is done by.
        needs: the permission the clerk must hold for the act itself.
        subject: the item or record the act is about; never the reader.
        clerk: who stands at the desk; the ledger line bears his name.
        actor: who lifts the refusal: the clerk himself where he may, or a colleague.

    Raises:
        PermissionMissing: when ``actor`` may not lift, or the clerk may not do the act.
        CirculationRefused: with what stands although it was lifted.
    """
    clerk.demand(needs)
    about(subject)
    keep_private(blocks=sorted(block.value for block in waive), act=needs, clerk=clerk.label)
    return act(replace(clerk, permissions=clerk.permissions | {OVERRIDE}))
