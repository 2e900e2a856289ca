"""The words of circulation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoanEventKind(models.TextChoices):
    """What a ledger line says happened."""

    CHECKOUT = "checkout", _("Checkout")
    RENEWAL = "renewal", _("Renewal")
    RETURN = "return", _("Return")


class HoldState(models.TextChoices):
    """Where a hold stands."""

    WAITING = "waiting", _("Waiting")
    READY = "ready", _("Waiting for collection")
    FULFILLED = "fulfilled", _("Collected")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Not collected")


OPEN_HOLD_STATES = (HoldState.WAITING, HoldState.READY)


class Block(models.TextChoices):
    """A reason not to lend, in the order a librarian would name them."""

    PATRON_UNKNOWN = "patron-unknown", _("No reader has this card")
    CARD_INVALID = "card-invalid", _("This card is no longer valid")
    MEMBERSHIP_CANCELLED = "membership-cancelled", _("The membership has been cancelled")
    CARD_EXPIRED = "card-expired", _("The membership has expired")
    SUSPENDED = "suspended", _("Borrowing is suspended")
    OVERDUE_LOANS = "overdue-loans", _("Overdue loans must come back first")
    LOAN_LIMIT = "loan-limit", _("The loan limit is reached")
    CATEGORY_LIMIT = "category-limit", _("The limit for this kind of item is reached")
    ITEM_UNKNOWN = "item-unknown", _("No item has this barcode")
    ITEM_WITHDRAWN = "item-withdrawn", _("The item has been withdrawn")
    ITEM_NOT_LENDABLE = "item-not-lendable", _("This kind of item is not lent to this reader")
    ITEM_FOR_REFERENCE = "item-for-reference", _("For reading on the premises only")
    ITEM_IN_PROCESSING = "item-in-processing", _("The item is not yet released")
    ITEM_AWAY = "item-away", _("The item is away: bindery, transfer or display")
    ITEM_ON_LOAN = "item-on-loan", _("The item is on loan to another reader")
    ITEM_ON_LOAN_TO_PATRON = "item-on-loan-to-patron", _("The reader has this item already")
    ITEM_KEPT = "item-kept", _("The item is on the hold shelf for another reader")
    ITEM_HELD = "item-held", _("The item is reserved for another reader")
    NO_POLICY = "no-policy", _("No lending policy covers this reader and item")
    RENEWAL_LIMIT = "renewal-limit", _("The loan cannot be renewed again")
    NOT_ON_LOAN = "not-on-loan", _("The item is not on loan")
    LOAN_OF_OTHER = "loan-of-other", _("The item is on loan to another reader")
    HOLD_LIMIT = "hold-limit", _("The limit of holds is reached")
    HOLD_EXISTS = "hold-exists", _("The reader has reserved this title already")
    HOLD_NO_ITEM = "hold-no-item", _("No copy of this title can be reserved")
    HOLD_TITLE = "hold-title", _("This title has not been released")
    PICKUP_CLOSED = "pickup-closed", _("The pick-up branch is not in service")
    COPY_ON_SHELF = "copy-on-shelf", _("A copy is on the shelf at the pick-up branch")


class ReturnIssueKind(models.TextChoices):
    """What a return brought to light."""

    UNKNOWN_BARCODE = "unknown-barcode", _("No item has this barcode")
    NOT_ON_LOAN = "not-on-loan", _("The item was not on loan")
    WITHDRAWN_ITEM = "withdrawn-item", _("The item had been withdrawn")
    LOST_ITEM_FOUND = "lost-item-found", _("A lost or missing item has come back")


CLOSURE = "closure:"


def closure_reason(order_id: int) -> str:
    """Return how a loan says which closure moved its due date."""
    return f"{CLOSURE}{order_id}"
