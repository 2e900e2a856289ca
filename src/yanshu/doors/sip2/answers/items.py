"""Answers 18 and 20: what a copy is and where it is."""

from yanshu.doors.sip2 import wording
from yanshu.doors.sip2.answers.asking import Asking, yuan
from yanshu.doors.sip2.codec import Message


def information(asking: Asking) -> Message:
    """Answer 17; beyond 3M's fields the call number and the shelf, which stock-taking machines look for."""
    if hindrance := asking.hindrance(barcode=True):
        return asking.refuse(hindrance)
    item = asking.library.item(asking.terminal, barcode=asking.barcode, owner=asking.owner, now=asking.now)
    if item is None:
        return asking.refuse(wording.UNKNOWN_ITEM)
    letters = asking.settings.dialect.letters
    return asking.answer(
        {"circulation_status": str(item.status), "security_marker": "01", "fee_type": "01"},
        [
            ("CF", "" if item.hold_queue is None else str(item.hold_queue)),
            ("AH", asking.due(item.due_at)),
            ("CM", f"{item.hold_until:%Y%m%d}    235900" if item.hold_until else ""),
            ("AB", item.barcode),
            ("AJ", item.title),
            ("BG", item.owner),
            *([("BH", "CNY"), ("BV", yuan(item.fee_fen))] if item.fee_fen else []),
            ("CK", item.media_type),
            ("AQ", item.permanent_location),
            ("AP", item.current_location),
            (letters("call_number"), item.call_number),
            (letters("permanent_shelf"), item.permanent_shelf),
            (letters("current_shelf"), item.current_shelf),
        ],
        item.notes,
    )


def status_update(asking: Asking) -> Message:
    """Answer 19: properties of a copy are not kept by terminals here, and 98 has said so."""
    return asking.refuse(wording.NOT_SUPPORTED)
