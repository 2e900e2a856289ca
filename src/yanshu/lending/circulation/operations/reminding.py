"""Reminders of overdue loans: who takes readers' names out on paper stands in the journal."""

from collections.abc import Sequence
from datetime import datetime

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.models import Loan


@operation("circulation.remind")
def remind(*, loan_ids: Sequence[int], actor: Actor, now: datetime) -> list[Loan]:
    """Return the overdue ones of some loans with their readers, and leave the line that says who asked.

    The line names no reader and no loan, as the line of an export does: nothing kept leads from a title to
    a reader (docs/rules/privacy.md). What is not overdue or lies outside the actor's branches is left out.
    """
    return list(queries.to_remind(loan_ids, actor=actor, today=clock.business_date(now)))
