"""Lending's writes; other apps and doors import them from here."""

from yanshu.lending.circulation.operations.closures import MOST_MOVED, move_due_dates, restore_due_dates
from yanshu.lending.circulation.operations.holds import (
    cancel_hold,
    expire_holds,
    keep_for_hold,
    place_hold,
    preview_hold,
)
from yanshu.lending.circulation.operations.lending import (
    Checkout,
    CheckoutPreview,
    checkout,
    preview_checkout,
)
from yanshu.lending.circulation.operations.lifting import lift
from yanshu.lending.circulation.operations.opening import take_over_loan
from yanshu.lending.circulation.operations.policies import set_policy
from yanshu.lending.circulation.operations.privacy import cut_links
from yanshu.lending.circulation.operations.reminding import remind
from yanshu.lending.circulation.operations.renewal import Renewal, Tried, preview_renewal, renew, renew_all
from yanshu.lending.circulation.operations.returning import Return, return_item, settle_issue
from yanshu.lending.circulation.operations.setting_up import make_usual_rules
from yanshu.lending.circulation.operations.undo import undo

__all__ = [
    "MOST_MOVED",
    "Checkout",
    "CheckoutPreview",
    "Renewal",
    "Return",
    "Tried",
    "cancel_hold",
    "checkout",
    "cut_links",
    "expire_holds",
    "keep_for_hold",
    "lift",
    "make_usual_rules",
    "move_due_dates",
    "place_hold",
    "preview_checkout",
    "preview_hold",
    "preview_renewal",
    "remind",
    "renew",
    "renew_all",
    "restore_due_dates",
    "return_item",
    "set_policy",
    "settle_issue",
    "take_over_loan",
    "undo",
]
