"""What can be taken out of lending as files. No list bears a reader's name or whole card number."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yanshu.core import exporting
from yanshu.core.actor import Actor, Door
from yanshu.institution.places.queries import branch_name
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.models import Hold, Loan, LoanEvent, LoanPolicy
from yanshu.lending.circulation.terms import HoldState, LoanEventKind
from yanshu.readers.patrons.queries import category_name


@exporting.declare
class Loans(exporting.Exporter):
    """Open loans; who has the item stays here."""

    kind = "loans"
    title = _("Open loans")
    permission = "circulation.export"
    columns = (
        exporting.Column("barcode", _("Barcode"), "item__barcode"),
        exporting.Column("title", _("Title"), "item__record__title"),
        exporting.Column("call_number", _("Call number"), "item__call_number"),
        exporting.Column("patron_category", _("Patron category"), "patron__category__name"),
        exporting.Column("branch", _("Lent at"), "branch__name"),
        exporting.Column("opened_at", _("Lent on")),
        exporting.Column("due_on", _("Due")),
        exporting.Column("renewals", _("Renewals")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[Loan]:
        """Return the open loans made at the actor's branches."""
        return queries.loans_in_scope(actor=actor).select_related("patron__category")


@exporting.declare
class Holds(exporting.Exporter):
    """Holds of all states."""

    kind = "holds"
    title = _("Holds")
    permission = "circulation.export"
    columns = (
        exporting.Column("title", _("Title"), "record__title"),
        exporting.Column("state", _("State"), shown=lambda value: HoldState(value).label),
        exporting.Column("pickup_branch", _("Pick-up branch"), "pickup_branch__name"),
        exporting.Column("placed_at", _("Placed")),
        exporting.Column("pickup_until", _("Kept until")),
        exporting.Column("barcode", _("Barcode"), "item__barcode"),
    )

    def rows(self, *, actor: Actor) -> QuerySet[Hold]:
        """Return the holds for collection at the actor's branches."""
        return queries.holds_in_scope(actor=actor)


@exporting.declare
class LoanLines(exporting.Exporter):
    """Lines of the circulation ledger, as statistics keep them."""

    kind = "loan-lines"
    title = _("Lines of the circulation ledger")
    permission = "circulation.export"
    columns = (
        exporting.Column("id", _("Line")),
        exporting.Column("happened_at", _("When")),
        exporting.Column("business_date", _("Day")),
        exporting.Column("kind", _("What happened"), shown=lambda value: LoanEventKind(value).label),
        exporting.Column("quantity", _("Counted")),
        exporting.Column("corrects", _("Takes back line"), "corrects_id"),
        exporting.Column("branch_id", _("Branch"), shown=branch_name),
        exporting.Column("owning_branch_id", _("Owning branch"), shown=branch_name),
        exporting.Column("door", _("Door"), shown=lambda value: Door(value).label),
        exporting.Column("patron_category", _("Patron category"), shown=category_name),
        exporting.Column("age_band", _("Age")),
        exporting.Column("item_category", _("Item category")),
        exporting.Column("medium", _("Medium")),
        exporting.Column("class_main", _("Main class")),
        exporting.Column("record_id", _("Record")),
        exporting.Column("due_on", _("Due")),
        exporting.Column("overdue_days", _("Days overdue")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[LoanEvent]:
        """Return the lines of the actor's branches, newest first."""
        return queries.lines_in_scope(actor=actor)


def _code(name: str) -> Any:
    return lambda policy: getattr(getattr(policy, name), "code", "")


@exporting.declare
class Policies(exporting.Exporter):
    """Lending policies, in the columns the import of the same kind reads."""

    kind = "policies"
    title = _("Lending policies")
    permission = "circulation.see"
    columns = (
        exporting.Column("name", _("Name")),
        exporting.Column("article", _("Article")),
        exporting.Column("patron_category", _("Patron category"), _code("patron_category")),
        exporting.Column("item_category", _("Item category"), _code("item_category")),
        exporting.Column("branch", _("Branch"), _code("branch")),
        exporting.Column("lendable", _("Is lent")),
        exporting.Column("loan_limit", _("Open loans in all")),
        exporting.Column("category_limit", _("Open loans of this kind")),
        exporting.Column("loan_days", _("Loan period, days")),
        exporting.Column("renewals", _("Renewals")),
        exporting.Column("renewal_days", _("Renewal period, days")),
        exporting.Column("hold_limit", _("Holds")),
        exporting.Column("pickup_days", _("Kept on the hold shelf, open days")),
        exporting.Column("suspension_days_per_day", _("Days of suspension for a day overdue")),
        exporting.Column("suspension_most_days", _("Longest suspension, days")),
        exporting.Column("active", _("In force")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[LoanPolicy]:
        """Return all policies; they are no secret."""
        del actor
        return queries.policies_listed()
