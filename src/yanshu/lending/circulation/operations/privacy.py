"""Cutting the link from returned loans and closed holds to their readers, on one clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.models import Hold, Loan

BATCH = 2000
"""So many rows hold the one writer of SQLite for some hundredths of a second."""
CLEARED: tuple[tuple[Any, dict[str, None]], ...] = (
    (Loan.objects, {"patron": None, "patron_last_loan_on": None, "served_hold": None, "before_return": None}),
    (Hold.objects, {"patron": None}),
)
"""Where a reader stands, and what else goes with him; docs/rules/privacy.md says why nowhere else."""


def cut_links(
    *,
    actor: Actor,
    now: datetime,
    most: int = 200_000,
    batch: int = BATCH,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Forget who had what, for loans returned and holds closed long enough ago; return how many.

    Readers who have switched their loan history on keep it. The ledger never knew. Rows are cut in batches,
    each in a transaction of its own, so that desks work on meanwhile and a run broken off has done what it
    has done; the next one takes up the rest. The first batch leaves the one line in the journal.

    Args:
        most: the most rows of one run.
        batch: the most rows of one transaction.
        progress: called after every batch with how many have been cut so far.

    Source: law on public libraries, article on readers' data (docs/rules/privacy.md).
    """
    cut = done = _cut_first(most=min(batch, most), actor=actor, now=now)
    while done:
        if progress is not None:
            progress(cut)
        done = _cut_more(most=min(batch, most - cut), actor=actor, now=now) if cut < most else 0
        cut += done
    return cut


@operation("circulation.cut_links")
def _cut_first(*, most: int, actor: Actor, now: datetime) -> int:
    return _cut(most, now=now)


@operation("circulation.cut_more_links", permission="circulation.cut_links", journalled=False)
def _cut_more(*, most: int, actor: Actor, now: datetime) -> int:
    return _cut(most, now=now)


def _cut(most: int, *, now: datetime) -> int:
    """Cut the oldest links there are to be cut, those of loans before those of holds."""
    for every, cleared in CLEARED:
        rows = every.filter(queries.to_be_forgotten(now=now))
        if keys := list(rows.order_by("closed_at").values_list("pk", flat=True)[:most]):
            changed: int = every.filter(pk__in=keys).update(**cleared)
            return changed
    return 0
