"""What lending counts."""

from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from yanshu.collection.catalogue.queries import main_class_words
from yanshu.collection.catalogue.terms import Medium
from yanshu.core.actor import Door
from yanshu.core.indicator import Column, Family, Kind, RollUp, Split, ratio
from yanshu.core.span import Span
from yanshu.core.unit import Unit
from yanshu.institution.places.queries import branch_name
from yanshu.lending.circulation.models import Loan, LoanEvent
from yanshu.lending.circulation.terms import LoanEventKind
from yanshu.readers.patrons.queries import category_name
from yanshu.readers.patrons.terms import AgeBand

LINES = Family(
    kind=Kind.FLOW,
    measure=Sum("quantity"),
    rollup=RollUp(day="business_date", branch="branch_id"),
    splits=(
        Split("branch", "branch_id", _("Branch"), branch_name),
        Split("owning_branch", "owning_branch_id", _("Owning branch"), branch_name),
        Split("month", "month", _("Month")),
        Split("patron_category", "patron_category", _("Patron category"), category_name),
        Split("age_band", "age_band", _("Age"), lambda value: AgeBand(value).label),
        Split("class", "class_main", _("Main class"), main_class_words),
        Split("door", "door", _("Channel"), lambda value: Door(value).label),
        Split("kind", "kind", _("Act"), lambda value: LoanEventKind(value).label),
    ),
    columns=(
        Column("happened_at", _("When")),
        Column("kind", _("Act"), lambda value: LoanEventKind(value).label),
        Column("quantity", _("Counts")),
        Column("branch_id", _("Branch"), branch_name),
        Column("owning_branch_id", _("Owning branch"), branch_name),
        Column("patron_category", _("Patron category"), category_name),
        Column("age_band", _("Age"), lambda value: AgeBand(value).label),
        Column("class_main", _("Main class"), main_class_words),
        Column("door", _("Channel"), lambda value: Door(value).label),
    ),
)


def _lines(span: Span) -> QuerySet[LoanEvent]:
    """Return the lines on printed items that count; a loan taken over from elsewhere counts nothing here."""
    return LoanEvent.objects.filter(
        business_date__gte=span.first_day, business_date__lt=span.end_day, medium=Medium.PRINT
    ).exclude(quantity=0)


@LINES.indicator(
    code="circulation.loans",
    name=_("Loans of printed documents"),
    unit=Unit.LOAN,
    counted_from=_(
        "Check-outs and renewals asked for by readers, of printed items, by the day they happened; an act "
        "taken back is deducted; reading on the premises is apart."
    ),
    source="GB/T 13191-2009 (ISO 2789), loans; docs/indicators/circulation.md#circulationloans",
)
def loans(span: Span) -> QuerySet[LoanEvent]:
    """Return the ledger lines counted as loans; one line is one loan."""
    return _lines(span).filter(kind__in=[LoanEventKind.CHECKOUT, LoanEventKind.RENEWAL], by_reader=True)


@LINES.indicator(
    code="circulation.checkouts",
    name=_("Check-outs of printed documents"),
    unit=Unit.LOAN,
    counted_from=_("Check-outs of printed items, without renewals; an act taken back is deducted."),
    source="GB/T 13191-2009 (ISO 2789), loans; docs/indicators/circulation.md#circulationcheckouts",
)
def checkouts(span: Span) -> QuerySet[LoanEvent]:
    """Return the check-outs."""
    return _lines(span).filter(kind=LoanEventKind.CHECKOUT)


@LINES.indicator(
    code="circulation.renewals",
    name=_("Renewals of printed documents"),
    unit=Unit.LOAN,
    counted_from=_("Renewals of printed items asked for by readers; an act taken back is deducted."),
    source="GB/T 13191-2009 (ISO 2789), renewals; docs/indicators/circulation.md#circulationrenewals",
)
def renewals(span: Span) -> QuerySet[LoanEvent]:
    """Return the renewals."""
    return _lines(span).filter(kind=LoanEventKind.RENEWAL, by_reader=True)


@LINES.indicator(
    code="circulation.returns",
    name=_("Returns of printed documents"),
    unit=Unit.LOAN,
    counted_from=_("Returns of printed items at any branch; an act taken back is deducted."),
    source="docs/indicators/circulation.md#circulationreturns",
)
def returns(span: Span) -> QuerySet[LoanEvent]:
    """Return the returns."""
    return _lines(span).filter(kind=LoanEventKind.RETURN)


@LINES.indicator(
    code="circulation.borrowing_visits",
    name=_("Borrowing person-times"),
    unit=Unit.VISIT,
    counted_from=_("A reader who borrows on a day counts once that day, however much he borrows."),
    source="Ministry form, borrowing person-times; "
    "docs/indicators/circulation.md#circulationborrowing_visits",
)
def borrowing_visits(span: Span) -> QuerySet[LoanEvent]:
    """Return each reader's first check-out of a day."""
    return _lines(span).filter(kind=LoanEventKind.CHECKOUT, first_today=True)


@LINES.indicator(
    code="circulation.active_borrowers",
    name=_("Active borrowers"),
    unit=Unit.PERSON,
    counted_from=_("Readers with at least one check-out in the calendar year, at their first of the year."),
    source="GB/T 13191-2009 (ISO 2789), active borrowers; "
    "docs/indicators/circulation.md#circulationactive_borrowers",
)
def active_borrowers(span: Span) -> QuerySet[LoanEvent]:
    """Return each reader's first check-out of a year."""
    return _lines(span).filter(kind=LoanEventKind.CHECKOUT, first_this_year=True)


@LINES.indicator(
    code="circulation.selfservice_loans",
    name=_("Loans without staff"),
    unit=Unit.LOAN,
    counted_from=_("Loans made at self-service machines, kiosks and by readers on their own pages."),
    source="docs/indicators/circulation.md#circulationselfservice_loans",
)
def selfservice_loans(span: Span) -> QuerySet[LoanEvent]:
    """Return the loans no member of staff had a hand in."""
    return loans(span).filter(door__in=[Door.SIP2, Door.KIOSK, Door.OPAC])


def _begun(span: Span) -> QuerySet[Loan]:
    """Return the loans made before the end of the span.

    Said as an exclusion: SQLite would walk all loans by their beginning, and those asked for are told apart
    by their ends.
    """
    return Loan.objects.exclude(opened_at__gte=span.end)


LOANS = Family(
    kind=Kind.STOCK,
    splits=(
        Split("branch", "branch_id", _("Branch"), branch_name),
        Split("class", "item__record__class_main", _("Main class"), main_class_words),
    ),
    columns=(
        Column("item__record__title", _("Title")),
        Column("item__barcode", _("Barcode")),
        Column("opened_at", _("Lent")),
        Column("due_on", _("Due on")),
        Column("branch_id", _("Branch"), branch_name),
    ),
)


@LOANS.indicator(
    code="circulation.open_loans",
    name=_("Items on loan"),
    unit=Unit.COPY,
    counted_from=_("Loans made before the end of the span and not yet returned at that moment."),
    source="docs/indicators/circulation.md#circulationopen_loans",
    rollup=RollUp(
        day="opened_at", until="closed_at", branch="branch_id", feed=LoanEvent, feed_day="business_date"
    ),
)
def open_loans(span: Span) -> QuerySet[Loan]:
    """Return the loans open at the end of the span."""
    return _begun(span).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=span.end))


@LOANS.indicator(
    code="circulation.overdue_loans",
    name=_("Items overdue"),
    unit=Unit.COPY,
    counted_from=_(
        "Loans open at the end of the span whose due date, as it stands now, lies before its last day."
    ),
    source="docs/indicators/circulation.md#circulationoverdue_loans",
)
def overdue_loans(span: Span) -> QuerySet[Loan]:
    """Return the loans open and overdue at the end of the span."""
    # What ended after the span and was overdue in it came back late: few of all that ended since.
    is_open = Q(closed_at__isnull=True) | Q(returned_late=True, closed_at__gte=span.end)
    return _begun(span).filter(is_open, due_on__lt=span.last_day)


ratio(
    code="circulation.selfservice_share",
    name=_("Self-service share of loans"),
    numerator="circulation.selfservice_loans",
    denominator="circulation.loans",
    unit=Unit.PERCENT,
    times=Decimal(100),
    counted_from=_("Loans without staff, of all loans of printed documents."),
    source="docs/indicators/circulation.md#circulationselfservice_share",
)
