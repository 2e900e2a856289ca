"""Answers about a reader: 24, 26, 36, 38, 64.

Nothing of a person leaves the door before the right PIN: no name, no counts, no blocks, no address.
A terminal that lends by card alone is shown a masked name.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from yanshu.doors.sip2 import wording
from yanshu.doors.sip2.answers.asking import Asking, patron_status, said, yuan
from yanshu.doors.sip2.codec import Message
from yanshu.doors.sip2.codec.writing import FixedValue
from yanshu.doors.sip2.port import DENIED, FeePaid, ListKind, ListWanted, PatronFacts
from yanshu.doors.sip2.reader import PinState
from yanshu.doors.sip2.wording import Words

_LIST_FIELDS = {
    ListKind.HOLDS: "AS",
    ListKind.OVERDUE: "AT",
    ListKind.CHARGED: "AU",
    ListKind.FINES: "AV",
    ListKind.RECALLS: "BU",
    ListKind.UNAVAILABLE_HOLDS: "CD",
}
_COUNTS = {
    "hold_items": ListKind.HOLDS,
    "overdue_items": ListKind.OVERDUE,
    "charged_items": ListKind.CHARGED,
    "fine_items": ListKind.FINES,
    "recall_items": ListKind.RECALLS,
    "unavailable_holds": ListKind.UNAVAILABLE_HOLDS,
}
_AMOUNT = re.compile(r"(?P<yuan>[0-9]{1,7})(?:[.](?P<fen>[0-9]{1,2}))?")


def status(asking: Asking) -> Message:
    """Answer 23."""
    return _about_reader(asking, None)


def information(asking: Asking) -> Message:
    """Answer 63, with the one list it may ask for."""
    return _about_reader(asking, _wanted(asking))


def block(asking: Asking) -> Message:
    """Answer 01: the machine keeps or blocks a card; no PIN is to be had then."""
    if not asking.card:
        return asking.refuse(wording.CARD_MISSING)
    done = asking.library.block_patron(
        asking.terminal,
        card=asking.card,
        card_retained=asking.request.says_yes("card_retained"),
        reason=asking.request.get("AL"),
        now=asking.now,
    )
    asking.reader.leave()
    return asking.refuse(*said(done.reasons, done.notes))


def enable(asking: Asking) -> Message:
    """Answer 25."""
    if hindrance := asking.hindrance(card=True):
        return asking.refuse(hindrance)
    done = asking.library.enable_patron(asking.terminal, card=asking.card, now=asking.now)
    if not done.ok:
        return asking.refuse(*said(done.reasons, done.notes))
    return _about_reader(asking, None)


def end_session(asking: Asking) -> Message:
    """Answer 35 and forget the reader."""
    asking.reader.leave()
    done = asking.library.end_session(asking.terminal, card=asking.card, now=asking.now)
    return asking.answer({"ended": done.ok}, [("AA", asking.card)], said(done.reasons, done.notes))


def fee_paid(asking: Asking) -> Message:
    """Answer 37. Anyone may pay for a card, so no PIN is asked."""
    if not asking.card:
        return asking.refuse(wording.CARD_MISSING)
    if asking.request.fixed.get("currency", "").strip() not in {"", "CNY", "RMB"}:
        return asking.refuse(wording.CURRENCY_UNKNOWN)
    amount_fen = _fen(asking.request.get("BV"))
    if amount_fen is None:
        return asking.refuse(wording.AMOUNT_UNREADABLE)
    request = asking.request
    done = asking.library.pay(
        asking.terminal,
        FeePaid(
            card=asking.card,
            amount_fen=amount_fen,
            fee_type=request.fixed.get("fee_type", "").strip(),
            payment_type=request.fixed.get("payment_type", "").strip(),
            fee_id=request.get("CG"),
            transaction_id=request.get("BK"),
        ),
        now=asking.now,
    )
    return asking.answer(
        {"accepted": done.ok},
        [("AA", asking.card), ("BK", request.get("BK"))],
        said(done.reasons, done.notes),
    )


def _about_reader(asking: Asking, wanted: ListWanted | None) -> Message:
    if not asking.card:
        return asking.refuse(wording.CARD_MISSING)
    state = asking.pin()
    if not state.may_act:
        return _stranger(asking, state)
    facts = asking.library.patron(asking.terminal, card=asking.card, wanted=wanted, now=asking.now)
    if facts is None:
        return _stranger(asking, PinState.UNKNOWN_CARD)
    fixed: dict[str, FixedValue] = {"patron_status": patron_status(facts.flags)}
    if asking.code == "64":
        fixed |= _counts(facts.counts)
    fields = [*_person(asking, facts, state), *_money(asking, facts)]
    if asking.code == "64":
        fields += [*_limits(facts), *_listed(asking, facts, wanted)]
    return asking.answer(fixed, fields, said(facts.reasons, facts.notes))


def _stranger(asking: Asking, state: PinState) -> Message:
    """Answer about a reader who has not shown to be the one: the card just read, and why no more."""
    said_of: dict[PinState, Words] = {
        PinState.NEEDED: wording.PIN_NEEDED,
        PinState.WRONG: wording.PIN_WRONG,
        PinState.LOCKED: wording.PIN_LOCKED,
        PinState.UNKNOWN_CARD: wording.UNKNOWN_CARD,
    }
    fixed: dict[str, FixedValue] = {"patron_status": patron_status(DENIED)}
    if asking.code == "64":
        fixed |= _counts({})
    unknown = state is PinState.UNKNOWN_CARD
    return asking.answer(
        fixed,
        [("AA", asking.card), ("BL", "N" if unknown else "Y"), ("CQ", "N")],
        [said_of[state]],
    )


def _person(asking: Asking, facts: PatronFacts, state: PinState) -> list[tuple[str, str]]:
    right = state is PinState.RIGHT
    shown = facts.name if right and not asking.settings.masks_names else wording.masked(facts.name)
    fields = [
        ("AA", facts.card),
        ("AE", shown),
        ("BL", "Y" if facts.valid else "N"),
        ("CQ", "Y" if right else ""),
    ]
    if right and asking.code == "64":
        fields += [
            (code, value)
            for code, value in _personal(facts).items()
            if code in asking.settings.personal_fields
        ]
    return fields


def _personal(facts: PatronFacts) -> dict[str, str]:
    return {
        "BD": facts.address,
        "BE": facts.email,
        "BF": facts.phone,
        "PA": f"{facts.expires_on:%Y%m%d}" if facts.expires_on else "",
        "PB": f"{facts.born_on:%Y%m%d}" if facts.born_on else "",
        "PC": facts.category,
    }


def _money(asking: Asking, facts: PatronFacts) -> list[tuple[str, str]]:
    if not facts.owed_fen or asking.code == "26":
        return []
    return [("BH", "CNY"), ("BV", yuan(facts.owed_fen))]


def _limits(facts: PatronFacts) -> list[tuple[str, str]]:
    limits = {"BZ": facts.hold_limit, "CA": facts.overdue_limit, "CB": facts.loan_limit}
    fields = [(code, f"{min(limit, 9999):04d}") for code, limit in limits.items() if limit is not None]
    if facts.fee_limit_fen is not None:
        fields.append(("CC", yuan(facts.fee_limit_fen)))
    return fields


def _listed(asking: Asking, facts: PatronFacts, wanted: ListWanted | None) -> list[tuple[str, str]]:
    if wanted is None:
        return []
    code = _LIST_FIELDS[wanted.kind]
    if asking.settings.titles_in_lists:
        return [(code, each.title or each.barcode) for each in facts.listed]
    return [(code, each.barcode or each.title) for each in facts.listed]


def _counts(counts: Mapping[ListKind, int]) -> dict[str, FixedValue]:
    return {name: counts.get(kind, 0) for name, kind in _COUNTS.items()}


def _wanted(asking: Asking) -> ListWanted | None:
    """Read the summary: at most one list, and from which to which place."""
    summary = asking.request.fixed.get("summary", "")
    kind = next((each for each in ListKind if summary[each : each + 1] == "Y"), None)
    if kind is None:
        return None
    wanted = ListWanted(kind=kind)
    first, last = asking.request.get("BP"), asking.request.get("BQ")
    if first.isdecimal() and int(first) > 0:
        wanted = replace(wanted, first=int(first))
    if last.isdecimal() and int(last) >= wanted.first:
        wanted = replace(wanted, last=int(last))
    return wanted


def _fen(text: str) -> int | None:
    """Read an amount in yuan; nothing when it is none, or nothing was paid."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    fen = int(found["yuan"]) * 100 + int((found["fen"] or "0").ljust(2, "0"))
    return fen or None
