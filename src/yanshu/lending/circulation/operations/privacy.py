"""Cutting the link from returned loans and closed holds to their readers, on one clock."""

from datetime import datetime, timedelta

from django.db.models import Q

from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.lending.circulation.models import Hold, Loan

KEPT_AFTER_RETURN = timedelta(days=30)
BATCH = 2000
OF_THE_READER = {"patron_last_loan_on": None, "served_hold": None, "before_return": None}
"""What else a loan keeps of its reader."""


@operation("circulation.cut_links")
def cut_links(*, actor: Actor, now: datetime, most: int = 200_000) -> int:
    """Forget who had what, for loans returned and holds closed long enough ago; return how many.

    Readers who have switched their loan history on keep it. The ledger never knew.
    Source: law on public libraries, article on readers' data (docs/rules/privacy.md).
    """
    del actor
    limit = now - KEPT_AFTER_RETURN
    cut = 0
    for model in (Loan, Hold):
        rows = model.objects.filter(Q(closed_at__lt=limit), patron__isnull=False, patron__keep_history=False)
        while cut < most:
            keys = list(rows.order_by("closed_at").values_list("pk", flat=True)[:BATCH])
            if not keys:
                break
            cleared = {"patron": None, **(OF_THE_READER if model is Loan else {})}
            cut += model.objects.filter(pk__in=keys).update(**cleared)
    return cut
