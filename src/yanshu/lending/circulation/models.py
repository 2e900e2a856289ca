"""Lending policies, loans, holds, and the ledger of what happened."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core.actor import Door
from yanshu.core.ledger import LedgerLine
from yanshu.lending.circulation.terms import OPEN_HOLD_STATES, HoldState, LoanEventKind, ReturnIssueKind


class LoanPolicy(models.Model):
    """What a patron category may borrow of an item category at a branch; an empty field means any.

    Specificity is stated: a policy that names the patron category beats one that does not; then the item
    category; then the branch. ``loan_limit`` counts all open loans of the reader; ``category_limit`` counts
    those of this item category only.
    """

    name = models.CharField(_("name"), max_length=100)
    article = models.CharField(_("article of the regulations"), max_length=60, blank=True)
    patron_category = models.ForeignKey(
        "patrons.PatronCategory",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("patron category"),
    )
    item_category = models.ForeignKey(
        "catalogue.ItemCategory",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("item category"),
    )
    branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("branch")
    )
    lendable = models.BooleanField(_("is lent"), default=True)
    loan_limit = models.PositiveSmallIntegerField(_("open loans in all"), default=5)
    category_limit = models.PositiveSmallIntegerField(
        _("open loans of this kind of item"), null=True, blank=True
    )
    loan_days = models.PositiveSmallIntegerField(_("loan period, days"), default=30)
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=1)
    renewal_days = models.PositiveSmallIntegerField(_("renewal period, days"), default=30)
    hold_limit = models.PositiveSmallIntegerField(_("holds"), default=3)
    pickup_days = models.PositiveSmallIntegerField(_("kept on the hold shelf, open days"), default=3)
    suspension_days_per_day = models.PositiveSmallIntegerField(
        _("days of suspension for a day overdue"), default=1
    )
    suspension_most_days = models.PositiveSmallIntegerField(_("longest suspension, days"), default=90)
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "loan policy")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron_category", "item_category", "branch"],
                condition=Q(active=True),
                name="circulation_policy_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name


class Loan(models.Model):
    """An item in a reader's hands. The link to the reader is cut a set time after return.

    ``returned_late`` marks what came back after its due day, so that what was overdue on a past day is found
    without reading all loans ended since. ``served_hold`` is the hold the checkout served;
    ``before_return`` keeps what the return changed elsewhere (the reader's suspension, where the item was and
    in what state), so that it can be put back the same day. Both go with the link.
    """

    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, related_name="loans")
    patron = models.ForeignKey(
        "patrons.Patron", on_delete=models.PROTECT, null=True, blank=True, related_name="loans"
    )
    policy = models.ForeignKey(LoanPolicy, on_delete=models.PROTECT, null=True)
    branch = models.ForeignKey("places.Branch", on_delete=models.PROTECT, related_name="loans_made")
    opened_at = models.DateTimeField()
    due_on = models.DateField(_("due on"))
    due_moved_from = models.DateField(null=True, blank=True)
    due_moved_because = models.CharField(max_length=100, blank=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    patron_last_loan_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_branch = models.ForeignKey(
        "places.Branch", on_delete=models.PROTECT, null=True, related_name="loans_closed"
    )
    returned_late = models.BooleanField(default=False, db_default=False)
    door = models.CharField(max_length=10, choices=Door.choices)
    served_hold = models.ForeignKey(
        "circulation.Hold", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    before_return = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "loan")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(closed_at__isnull=True), name="circulation_one_open_loan_an_item"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="circulation_loan_ends_after_its_beginning",
            ),
        ]
        indexes = [
            models.Index(
                fields=["patron", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="circulation_loan_open_patron",
            ),
            models.Index(
                fields=["branch", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="circulation_loan_open_branch",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(closed_at__isnull=True),
                name="circulation_loan_open_due",
            ),
            models.Index(
                fields=["opened_at", "due_on"],
                condition=Q(closed_at__isnull=True),
                name="circulation_loan_open_since",
            ),
            # Without the open ones: loans share few instants, so a planner would take the open ones for few.
            models.Index(
                fields=["closed_at", "opened_at", "due_on"],
                condition=Q(closed_at__isnull=False),
                name="circulation_loan_ended",
            ),
            models.Index(
                fields=["closed_at", "opened_at", "due_on"],
                condition=Q(returned_late=True),
                name="circulation_loan_late",
            ),
            models.Index(fields=["opened_at", "branch"], name="circulation_loan_begun"),
            models.Index(
                fields=["closed_at"],
                condition=Q(patron__isnull=False, closed_at__isnull=False),
                name="circulation_loan_to_cut",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class LoanEvent(LedgerLine):
    """A line of the circulation ledger: what statistics need, and no name.

    ``quantity`` is 1, and −1 on a line that takes another back, so that sums stay sums; 0 on a loan taken
    over from a former system, which counted it itself. ``first_today`` and ``first_this_year`` mark the
    reader's first loan of the day and year, so that distinct readers stay countable when the link to the
    reader is long cut.
    """

    kind = models.CharField(max_length=10, choices=LoanEventKind.choices)
    quantity = models.SmallIntegerField(default=1)
    loan_id = models.BigIntegerField(db_index=True)
    item_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    owning_branch_id = models.BigIntegerField()
    patron_category = models.CharField(max_length=20)
    age_band = models.CharField(max_length=10)
    item_category = models.CharField(max_length=20)
    medium = models.CharField(max_length=15)
    class_main = models.CharField(max_length=2, blank=True)
    by_reader = models.BooleanField(default=True)
    first_today = models.BooleanField(default=False)
    first_this_year = models.BooleanField(default=False)
    overdue_days = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    due_before = models.DateField(null=True)
    policy_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [
            models.Index(fields=["tx", "id"], name="circulation_event_feed"),
            # The key's own index is nearly all nothing, and SQLite would rather read the ledger through.
            models.Index(
                fields=["corrects"], condition=Q(corrects__isnull=False), name="circulation_event_corrects"
            ),
            models.Index(fields=["business_date", "kind"], name="circulation_event_day"),
            models.Index(fields=["-happened_at", "-id"], name="circulation_event_latest"),
            models.Index(fields=["record_id", "business_date"], name="circulation_event_record"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_date}"


class Hold(models.Model):
    """A reader's claim on the next copy of a title.

    ``pickup_moved_from`` is the day until which the copy was kept before a closure kept it longer.
    """

    record = models.ForeignKey("catalogue.BibRecord", on_delete=models.PROTECT, related_name="holds")
    patron = models.ForeignKey(
        "patrons.Patron", on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    pickup_branch = models.ForeignKey("places.Branch", on_delete=models.PROTECT, related_name="holds")
    placed_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=HoldState.choices, default=HoldState.WAITING)
    item = models.ForeignKey(
        "catalogue.Item", on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    ready_at = models.DateTimeField(null=True, blank=True)
    pickup_until = models.DateField(null=True, blank=True)
    pickup_moved_from = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    door = models.CharField(max_length=10, choices=Door.choices)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "hold")
        ordering = ["placed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "patron"],
                condition=Q(state__in=OPEN_HOLD_STATES),
                name="circulation_one_open_hold_a_title",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state=HoldState.READY),
                name="circulation_one_ready_hold_an_item",
            ),
        ]
        indexes = [
            models.Index(fields=["record", "state", "placed_at"], name="circulation_hold_queue"),
            models.Index(fields=["pickup_branch", "state"], name="circulation_hold_shelf"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ReturnIssue(models.Model):
    """Something a return brought to light. A return is never refused; it opens one of these instead."""

    kind = models.CharField(max_length=20, choices=ReturnIssueKind.choices)
    barcode = models.CharField(_("barcode"), max_length=64)
    item = models.ForeignKey("catalogue.Item", on_delete=models.PROTECT, null=True, blank=True)
    branch = models.ForeignKey("places.Branch", on_delete=models.PROTECT, null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=100, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=100, blank=True)
    settlement = models.CharField(_("what was done"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "return issue")
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["settled_at", "-opened_at"], name="circulation_issue_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.barcode}"
