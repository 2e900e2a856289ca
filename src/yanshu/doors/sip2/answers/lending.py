"""Answers 10, 12, 16, 30, 66: lending, taking back, renewing, reserving."""

from yanshu.doors.sip2 import wording
from yanshu.doors.sip2.answers.asking import Asking, said, yuan
from yanshu.doors.sip2.codec import Message
from yanshu.doors.sip2.port import (
    CheckinAnswer,
    CheckinAsked,
    CheckoutAnswer,
    CheckoutAsked,
    HoldAnswer,
    HoldAsked,
    HoldMode,
    RenewAsked,
)


def checkout(asking: Asking) -> Message:
    """Answer 11; with ``BI`` yes the loan made just now is taken back.

    A second checkout by the same reader renews only where the message's renewal policy *and* the terminal's
    setting say so.
    """
    if hindrance := asking.hindrance(card=True, barcode=True):
        return asking.refuse(hindrance)
    request = asking.request
    if request.get("BI") == "Y":
        answer = asking.library.cancel_checkout(
            asking.terminal,
            card=asking.card,
            barcode=asking.barcode,
            owner=asking.owner,
            now=asking.now,
        )
    else:
        answer = asking.library.checkout(
            asking.terminal,
            CheckoutAsked(
                card=asking.card,
                barcode=asking.barcode,
                owner=asking.owner,
                renews_own=request.says_yes("renewal_policy") and asking.settings.renews_own,
                happened_at=asking.happened_at(),
                fee_acknowledged=request.get("BO") == "Y",
            ),
            now=asking.now,
        )
    return _lent(asking, answer)


def renew(asking: Asking) -> Message:
    """Answer 29."""
    request = asking.request
    title_id = request.get("AJ")
    if hindrance := asking.hindrance(card=True, barcode=not title_id):
        return asking.refuse(hindrance)
    answer = asking.library.renew(
        asking.terminal,
        RenewAsked(
            card=asking.card,
            barcode=asking.barcode,
            title_id=title_id,
            owner=asking.owner,
            happened_at=asking.happened_at(),
            fee_acknowledged=request.get("BO") == "Y",
        ),
        now=asking.now,
    )
    return _lent(asking, answer)


def renew_all(asking: Asking) -> Message:
    """Answer 65; the counts are those of the lists."""
    if hindrance := asking.hindrance(card=True):
        return asking.refuse(hindrance)
    answer = asking.library.renew_all(asking.terminal, card=asking.card, now=asking.now)
    return asking.answer(
        {
            "ok": answer.ok,
            "renewed_count": len(answer.renewed),
            "unrenewed_count": len(answer.unrenewed),
        },
        [
            *(("BM", barcode) for barcode in answer.renewed),
            *(("BN", barcode) for barcode in answer.unrenewed),
        ],
        said(answer.reasons, answer.notes),
    )


def checkin(asking: Asking) -> Message:
    """Answer 09. A return needs no reader."""
    if hindrance := asking.hindrance(barcode=True):
        return asking.refuse(hindrance)
    if asking.request.get("BI") == "Y":
        return asking.refuse(wording.NOT_SUPPORTED)
    answer = asking.library.checkin(
        asking.terminal,
        CheckinAsked(
            barcode=asking.barcode,
            owner=asking.owner,
            location=asking.request.get("AP"),
            happened_at=asking.happened_at("return_date"),
        ),
        now=asking.now,
    )
    if not answer.ok:
        return asking.answer(
            {"ok": False, "resensitize": False, "magnetic": None, "alert": True},
            [("AB", answer.barcode or asking.barcode), ("AJ", answer.title), ("CV", answer.alert or "99")],
            said(answer.reasons, answer.notes),
        )
    return asking.answer(
        {
            "ok": True,
            "resensitize": answer.resensitize,
            "magnetic": answer.magnetic,
            "alert": answer.alert is not None,
        },
        _taken_back(asking, answer),
        said(answer.reasons, answer.notes),
    )


def hold(asking: Asking) -> Message:
    """Answer 15."""
    request = asking.request
    title_id = request.get("MA") or request.get("AJ")
    if hindrance := asking.hindrance(card=True, barcode=not title_id):
        return asking.refuse(hindrance)
    mode = request.fixed.get("mode", "")
    if mode not in set(HoldMode):
        return asking.refuse(wording.NOT_SUPPORTED)
    answer = asking.library.hold(
        asking.terminal,
        HoldAsked(
            mode=HoldMode(mode),
            card=asking.card,
            barcode=asking.barcode,
            title_id=title_id,
            owner=asking.owner,
            pickup=request.get("BS"),
            expires_at=asking.asked_moment("BW"),
            hold_type=request.get("BY"),
            fee_acknowledged=request.get("BO") == "Y",
        ),
        now=asking.now,
    )
    return asking.answer(
        {"ok": answer.ok, "available": answer.available},
        _held(asking, answer),
        said(answer.reasons, answer.notes),
    )


def _lent(asking: Asking, answer: CheckoutAnswer) -> Message:
    """Word a loan or renewal, or the reasons against it (``120NUN``, the due date field there and empty)."""
    fields = [
        ("AA", asking.card),
        ("AB", answer.barcode or asking.barcode),
        ("AJ", answer.title),
        *([("BH", "CNY"), ("BV", yuan(answer.fee_fen))] if answer.fee_fen else []),
        ("CK", answer.media_type),
        ("BK", asking.request.get("BK")),
    ]
    if not answer.ok:
        return asking.answer(
            {"ok": False, "renewal_ok": False, "magnetic": None, "desensitize": False},
            fields,
            said(answer.reasons, answer.notes),
        )
    surprise = [wording.RENEWED] if answer.renewed and asking.code == "12" and not answer.notes else []
    return asking.answer(
        {
            "ok": True,
            "renewal_ok": answer.renewed,
            "magnetic": answer.magnetic,
            "desensitize": answer.desensitize,
        },
        [*fields, ("AH", asking.due(answer.due_at))],
        [*surprise, *answer.reasons, *answer.notes],
    )


def _taken_back(asking: Asking, answer: CheckinAnswer) -> list[tuple[str, str]]:
    settings = asking.settings
    fields = [
        ("AB", answer.barcode or asking.barcode),
        ("AQ", answer.permanent_location),
        ("AJ", answer.title),
        ("CL", answer.sort_bin),
        ("CK", answer.media_type),
        ("CV", answer.alert or ""),
        ("CT", answer.destination),
        ("CS", answer.call_number),
    ]
    if settings.shows_returner:
        fields.append(("AA", answer.returner_card))
    if settings.shows_hold_reader:
        fields += [("CY", answer.hold_card), ("DA", answer.hold_name)]
    if answer.overdue_fen:
        fields.append((settings.dialect.letters("overdue_amount"), yuan(answer.overdue_fen)))
    return fields


def _held(asking: Asking, answer: HoldAnswer) -> list[tuple[str, str]]:
    return [
        ("BW", asking.due(answer.expires_at)),
        ("BR", "" if answer.queue_position is None else str(answer.queue_position)),
        ("BS", answer.pickup),
        ("AA", asking.card),
        ("AB", answer.barcode or asking.barcode),
        ("AJ", answer.title),
        ("MA", answer.title_id),
    ]
