"""What must always be true of lending; ``yanshu doctor`` asks."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yanshu.collection.catalogue.models import Item
from yanshu.collection.catalogue.terms import ItemState
from yanshu.core.doctor import check
from yanshu.lending.circulation.models import Hold
from yanshu.lending.circulation.terms import HoldState

MOST = 50

# A standing line is one that takes nothing back and is not taken back. Loans taken over from a former system
# stand with quantity 0, so lines are counted here, not their quantities.
STANDING = """
  FROM circulation_loanevent e
  WHERE e.corrects_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM circulation_loanevent c WHERE c.corrects_id = e.id)
"""
TWICE_ON_LOAN = """
SELECT item_id, count(*) FROM circulation_loan WHERE closed_at IS NULL GROUP BY item_id HAVING count(*) > 1
"""
WITHOUT_CHECKOUT = f"""
SELECT l.id FROM circulation_loan l WHERE l.closed_at IS NULL AND NOT EXISTS (
  SELECT 1 {STANDING} AND e.loan_id = l.id AND e.kind = 'checkout'
)
"""  # noqa: S608  fixed text
UNBALANCED = f"""
SELECT e.loan_id, sum(CASE WHEN e.kind = 'checkout' THEN 1 WHEN e.kind = 'return' THEN -1 ELSE 0 END) AS open
{STANDING} GROUP BY e.loan_id
"""
OPEN_DISAGREES = f"""
SELECT b.loan_id, b.open, (CASE WHEN l.closed_at IS NULL AND l.id IS NOT NULL THEN 1 ELSE 0 END) AS kept
FROM ({UNBALANCED}) b LEFT JOIN circulation_loan l ON l.id = b.loan_id
WHERE b.open <> (CASE WHEN l.closed_at IS NULL AND l.id IS NOT NULL THEN 1 ELSE 0 END)
"""  # noqa: S608  fixed text
BACK_BEFORE_LENT = f"""
SELECT e.loan_id {STANDING} AND e.kind = 'return' AND EXISTS (
  SELECT 1 FROM circulation_loanevent m
  WHERE m.loan_id = e.loan_id AND m.kind = 'checkout' AND m.quantity = 1 AND m.happened_at > e.happened_at
)
"""  # noqa: S608  fixed text
FIRST_OF_YEAR_NOT_OF_DAY = f"""
SELECT e.id {STANDING} AND e.first_this_year AND NOT e.first_today
"""
FIRST_ELSEWHERE = f"""
SELECT e.id {STANDING} AND e.kind <> 'checkout' AND (e.first_today OR e.first_this_year)
"""
LINKED = """
FROM circulation_loanevent e JOIN circulation_loan l ON l.id = e.loan_id
WHERE e.kind = 'checkout' AND l.patron_id IS NOT NULL AND e.corrects_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM circulation_loanevent c WHERE c.corrects_id = e.id)
"""
TWO_FIRSTS_OF_A_DAY = f"""
SELECT l.patron_id, e.business_date, count(*)
{LINKED} AND e.first_today
GROUP BY l.patron_id, e.business_date HAVING count(*) > 1
"""
TWO_FIRSTS_OF_A_YEAR = f"""
SELECT l.patron_id, substr(e.month, 1, 4), count(*)
{LINKED} AND e.first_this_year
GROUP BY l.patron_id, substr(e.month, 1, 4) HAVING count(*) > 1
"""


@check("circulation.one-open-loan", gettext_lazy("No item has two open loans"))
def one_open_loan() -> Iterator[str]:
    """Yield the items that are on loan twice."""
    for item_id, times in _rows(TWICE_ON_LOAN):
        yield _("Item %(item)s has %(times)s open loans.") % {"item": item_id, "times": times}


@check("circulation.checkout-lines", gettext_lazy("Every open loan has its line in the ledger"))
def checkout_lines() -> Iterator[str]:
    """Yield the open loans whose checkout was never written down, or was taken back."""
    for (loan_id,) in _rows(WITHOUT_CHECKOUT):
        yield _("Loan %(loan)s is open, and no line says that it was made.") % {"loan": loan_id}


@check("circulation.ledger-balance", gettext_lazy("Loans less returns are the open loans"))
def ledger_balance() -> Iterator[str]:
    """Yield the loans of which ledger and shelf tell two stories."""
    for loan_id, by_lines, kept in _rows(OPEN_DISAGREES):
        yield _("Loan %(loan)s: its lines say %(lines)s open, its row says %(kept)s.") % {
            "loan": loan_id,
            "lines": by_lines,
            "kept": kept,
        }


@check("circulation.loan-order", gettext_lazy("No item came back before it was lent"))
def loan_order() -> Iterator[str]:
    """Yield the loans that a return of an earlier moment has closed."""
    for (loan_id,) in _rows(BACK_BEFORE_LENT):
        yield _("Loan %(loan)s was closed by a return from before it was made.") % {"loan": loan_id}


@check("circulation.hold-shelf", gettext_lazy("What is ready for collection stands on the hold shelf"))
def hold_shelf() -> Iterator[str]:
    """Yield ready holds without a copy on the hold shelf, and copies there without a hold."""
    ready = Hold.objects.filter(state=HoldState.READY)
    astray = ready.exclude(item__state=ItemState.HOLD_SHELF).values_list("id", flat=True)
    for hold_id in astray[:MOST]:
        yield _("Hold %(hold)s is ready, and its copy is not on the hold shelf.") % {"hold": hold_id}
    shelf = Item.objects.filter(state=ItemState.HOLD_SHELF).exclude(holds__state=HoldState.READY)
    for barcode in shelf.values_list("barcode", flat=True)[:MOST]:
        yield _("The copy %(barcode)s is on the hold shelf for nobody.") % {"barcode": barcode}


@check("circulation.first-loans", gettext_lazy("Marks of a reader's first loan of a day are plausible"))
def first_loans() -> Iterator[str]:
    """Yield marks that cannot be: of the year but not of the day, not at a checkout, twice a day or year."""
    for (line_id,) in _rows(FIRST_OF_YEAR_NOT_OF_DAY):
        yield _("Line %(line)s is marked as the first of the year, but not of the day.") % {"line": line_id}
    for (line_id,) in _rows(FIRST_ELSEWHERE):
        yield _("Line %(line)s is marked as a first loan and is no checkout.") % {"line": line_id}
    for _patron, day, times in _rows(TWO_FIRSTS_OF_A_DAY):
        yield _("On %(day)s one reader has %(times)s first loans of the day.") % {"day": day, "times": times}
    for _patron, year, times in _rows(TWO_FIRSTS_OF_A_YEAR):
        yield _("In %(year)s one reader has %(times)s first loans of the year.") % {
            "year": year,
            "times": times,
        }


def _rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {MOST}")
        return list(cursor.fetchall())
