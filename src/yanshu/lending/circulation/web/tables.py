"""Lending's lists as tables."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tables2 import Column

from yanshu.core.actor import Actor, Door
from yanshu.core.ui.dates import due_tone, due_words, table_date
from yanshu.core.ui.masking import mask_number, mask_surname
from yanshu.core.ui.parts import state
from yanshu.core.ui.pieces import State
from yanshu.core.ui.tables import (
    CodeColumn,
    DateColumn,
    ListTable,
    MomentColumn,
    NumberColumn,
    TickColumn,
    TitleColumn,
)
from yanshu.institution.places.queries import branch_name
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.models import LoanPolicy
from yanshu.lending.circulation.terms import HoldState, LoanEventKind, ReturnIssueKind
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import Patron

HOLD_LOOKS = {
    HoldState.WAITING: ("kept", "bookmark-fill"),
    HoldState.READY: ("kept", "bell-fill"),
    HoldState.FULFILLED: ("yes", "check-circle-fill"),
    HoldState.CANCELLED: ("stone", "x-circle"),
    HoldState.EXPIRED: ("wait", "clock-history"),
}


def hold_state(value: str) -> State:
    """Return how the state of a hold is shown."""
    member = HoldState(value)
    tone, icon = HOLD_LOOKS[member]
    return State(member.label, tone, icon)


def shown_name(patron: Patron, actor: Actor) -> str:
    """Return a reader's name in a list: whole for who sees him, else the surname."""
    return patron.name if patrons.is_of(actor, patron.home_branch_id) else mask_surname(patron.name)


class LoanTable(ListTable):
    """Open loans."""

    tick = TickColumn(label_of=lambda loan: loan.item.barcode)
    title = TitleColumn(
        accessor="item__record__title",
        verbose_name=gettext_lazy("Title"),
        sub=lambda loan: loan.item.record.author,
        order_by="item__record__title",
        linkify=lambda record, table: (
            reverse("desk:catalogue-record", args=[record.item.record_id])
            if table.actor.may("catalogue.see")
            else None
        ),
    )
    due_on = Column(verbose_name=gettext_lazy("Due"))
    barcode = CodeColumn(accessor="item__barcode", verbose_name=gettext_lazy("Barcode"))
    reader = Column(accessor="patron", verbose_name=gettext_lazy("Reader"), orderable=False)
    category = Column(accessor="patron__category", verbose_name=gettext_lazy("Patron category"))
    branch = Column(accessor="branch", verbose_name=gettext_lazy("Lent at"))
    opened_at = DateColumn(verbose_name=gettext_lazy("Lent on"))
    renewals = NumberColumn(verbose_name=gettext_lazy("Renewals"))

    region_label = gettext_lazy("Open loans")
    empty_title = gettext_lazy("Nothing is on loan")
    empty_words = gettext_lazy("What readers have borrowed appears here until it comes back.")

    def __init__(self, *args: Any, today: Any, actor: Actor, **options: Any) -> None:
        self.today, self.actor = today, actor
        hidden = () if actor.may("circulation.remind") else ("tick",)
        super().__init__(*args, exclude=hidden, **options)

    def render_due_on(self, value: Any) -> Any:
        """Return the due date with what it means today."""
        shown = State(table_date(value), due_tone(value, self.today), "calendar-event")
        return state(shown, suffix=due_words(value, self.today), bare=True)

    def render_reader(self, value: Patron) -> Any:
        """Return the reader as this colleague may see him, with the way to his page, and his card."""
        number = mask_number(patrons.number_in_use(list(value.cards.all())))
        name: Any = shown_name(value, self.actor)
        if patrons.is_of(self.actor, value.home_branch_id):
            name = format_html('<a href="{}">{}</a>', reverse("desk:patrons-patron", args=[value.pk]), name)
        return format_html('{}<span class="ys-sub ys-code ys-nowrap">{}</span>', name, number)


class HoldTable(ListTable):
    """Holds of all states."""

    title = TitleColumn(
        accessor="record__title",
        verbose_name=gettext_lazy("Title"),
        sub=lambda hold: hold.record.author,
        order_by="record__title",
    )
    state = Column(verbose_name=gettext_lazy("State"))
    reader = Column(
        accessor="patron__name", verbose_name=gettext_lazy("Reader"), orderable=False, default="—"
    )
    pickup_branch = Column(verbose_name=gettext_lazy("Pick-up branch"))
    placed_at = MomentColumn(verbose_name=gettext_lazy("Placed"))
    pickup_until = DateColumn(verbose_name=gettext_lazy("Kept until"))
    barcode = CodeColumn(accessor="item__barcode", verbose_name=gettext_lazy("Barcode"))

    region_label = gettext_lazy("Holds")
    empty_title = gettext_lazy("No holds yet")
    empty_words = gettext_lazy("Titles that readers have reserved appear here.")

    def render_state(self, value: Any, record: Any) -> Any:
        """Return the badge of the state."""
        del value
        return state(hold_state(record.state))

    def render_reader(self, value: str) -> str:
        """Return the surname only."""
        return mask_surname(value)


class PolicyTable(ListTable):
    """Lending policies."""

    name = TitleColumn(
        verbose_name=gettext_lazy("Name"),
        sub=lambda policy: policy.article,
        linkify=lambda record, table: (
            reverse("desk:circulation-policy", args=[record.pk]) if table.may_set else None
        ),
    )
    state = Column(verbose_name=gettext_lazy("State"), accessor="active")
    patron_category = Column(verbose_name=gettext_lazy("Patron category"), default=gettext_lazy("any"))
    item_category = Column(verbose_name=gettext_lazy("Item category"), default=gettext_lazy("any"))
    branch = Column(verbose_name=gettext_lazy("Branch"), default=gettext_lazy("any"))
    loan_limit = NumberColumn(verbose_name=gettext_lazy("Open loans in all"))
    loan_days = NumberColumn(verbose_name=gettext_lazy("Loan period, days"))
    renewals = NumberColumn(verbose_name=gettext_lazy("Renewals"))
    hold_limit = NumberColumn(verbose_name=gettext_lazy("Holds"))

    region_label = gettext_lazy("Lending policies")
    empty_title = gettext_lazy("No lending policy yet")
    empty_words = gettext_lazy(
        "Without a policy nothing can be lent. One general policy is enough to begin with."
    )

    def __init__(self, *args: Any, may_set: bool, **options: Any) -> None:
        self.may_set = may_set
        super().__init__(*args, **options)

    def render_state(self, record: LoanPolicy) -> Any:
        """Return whether it holds, and whether anything is lent by it."""
        if not record.active:
            return state(State(_("Out of force"), "stone", "x-circle"))
        if record.lendable:
            return state(State(_("In force"), "yes", "check-circle-fill"))
        return state(State(_("Not lent"), "xiang", "book-half"))

    def render_loan_limit(self, record: LoanPolicy) -> Any:
        """Return the limit, and under it the one of this kind."""
        if record.category_limit is None:
            return record.loan_limit
        own = _("%(limit)s of this kind") % {"limit": record.category_limit}
        return format_html('{}<span class="ys-sub">{}</span>', record.loan_limit, own)

    def render_renewals(self, record: LoanPolicy) -> str:
        """Return how often, and for how many days each time."""
        words = _("%(times)s × %(days)s days")
        return words % {"times": record.renewals, "days": record.renewal_days}


class LineTable(ListTable):
    """Lines of the circulation ledger."""

    happened_at = MomentColumn(verbose_name=gettext_lazy("When"))
    kind = Column(verbose_name=gettext_lazy("What happened"))
    title = Column(verbose_name=gettext_lazy("Title"), empty_values=(), orderable=False)
    barcode = CodeColumn(verbose_name=gettext_lazy("Barcode"), empty_values=(), orderable=False)
    branch_id = Column(verbose_name=gettext_lazy("Branch"))
    door = Column(verbose_name=gettext_lazy("Door"))
    actor_label = Column(verbose_name=gettext_lazy("By"))
    due_on = DateColumn(verbose_name=gettext_lazy("Due"))
    quantity = NumberColumn(verbose_name=gettext_lazy("Counted"))

    row_head = "title"
    region_label = gettext_lazy("Lines of the ledger")
    empty_title = gettext_lazy("Nothing has been written on this day")
    empty_words = gettext_lazy(
        "Every loan, renewal and return writes a line; what is taken back writes another."
    )

    @cached_property
    def items(self) -> dict[int, Any]:
        """The copies of the page shown, in one statement."""
        return queries.items_with_titles([row.record.item_id for row in self.paginated_rows])

    def render_kind(self, value: Any, record: Any) -> Any:
        """Return what happened, or that it was taken back."""
        del value
        label = LoanEventKind(record.kind).label
        if record.quantity < 0:
            return state(State(_("%(act)s taken back") % {"act": label}, "stone", "arrow-counterclockwise"))
        return state(State(label, "xiang", "check-circle-fill"))

    def render_title(self, record: Any) -> str:
        """Return the title of the copy, looked up for the whole page at once."""
        item = self.items.get(record.item_id)
        return item.record.title if item else ""

    def render_barcode(self, record: Any) -> str:
        """Return the barcode of the copy."""
        item = self.items.get(record.item_id)
        return item.barcode if item else ""

    def render_branch_id(self, value: int) -> str:
        """Return the branch by name."""
        return branch_name(value)

    def render_door(self, value: Any, record: Any) -> str:
        """Return the door in words."""
        del value
        return str(Door(record.door).label)


def issue_state(issue: Any) -> State:
    """Return how an issue stands: open, or settled."""
    if issue.settled_at is None:
        return State(_("Open"), "wait", "hourglass-split")
    return State(_("Settled"), "yes", "check-circle-fill")


def issue_label(kind: str) -> str:
    """Return what a return brought to light, in words."""
    return str(ReturnIssueKind(kind).label)
