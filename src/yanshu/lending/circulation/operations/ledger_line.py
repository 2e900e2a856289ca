"""How a line of the circulation ledger is put together: what statistics need, and no name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.lending.circulation.operations import statements
from yanshu.lending.circulation.terms import LoanEventKind
from yanshu.readers.patrons.queries import age_band


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is about, as it was at that moment."""

    loan_id: int
    item_id: int
    record_id: int
    owning_branch_id: int
    patron_category: str
    age_band: str
    item_category: str
    medium: str
    class_main: str
    policy_id: int | None

    @classmethod
    def of(cls, facts: statements.Facts, *, loan_id: int, policy_id: int | None, today: date) -> "Subject":
        """Return the subject of a line from the facts an act was decided by."""
        return cls(
            loan_id=loan_id,
            item_id=facts.item.id,
            record_id=facts.item.record_id,
            owning_branch_id=facts.home_branch_id,
            patron_category=facts.patron_category,
            age_band=age_band(facts.birth_date, today),
            item_category=facts.item_category,
            medium=facts.medium,
            class_main=facts.class_main,
            policy_id=policy_id,
        )


def record(
    kind: LoanEventKind,
    subject: Subject,
    *,
    actor: Actor,
    now: datetime,
    recorded_at: datetime | None = None,
    more: Mapping[str, Any] | None = None,
) -> int:
    """Write one line and return its key.

    Args:
        more: columns that differ from their defaults (``first_today``, ``overdue_days``, ``quantity`` …).
    """
    day = clock.business_date(now)
    line: dict[str, Any] = {
        "happened_at": now,
        "recorded_at": recorded_at or now,
        "business_date": day,
        "month": day.strftime("%Y-%m"),
        "account_id": actor.answerable_id,
        "actor_label": actor.label[:100],
        "door": str(actor.door.value),
        "branch_id": actor.branch_id,
        "terminal_id": actor.terminal_id,
        "corrects_id": None,
        "kind": kind.value,
        "quantity": 1,
        "loan_id": subject.loan_id,
        "item_id": subject.item_id,
        "record_id": subject.record_id,
        "owning_branch_id": subject.owning_branch_id,
        "patron_category": subject.patron_category,
        "age_band": subject.age_band,
        "item_category": subject.item_category,
        "medium": subject.medium,
        "class_main": subject.class_main,
        "by_reader": True,
        "first_today": False,
        "first_this_year": False,
        "overdue_days": 0,
        "due_on": None,
        "due_before": None,
        "policy_id": subject.policy_id,
    }
    return statements.insert_line({**line, **(more or {})})
