"""Passwords shown at machines and by other systems: right or wrong, and closed after too many wrong ones."""

from datetime import datetime

from django.contrib.auth.hashers import check_password

from yanshu.core.actor import Actor, Door
from yanshu.core.operation import operation
from yanshu.readers.patrons import queries, rules
from yanshu.readers.patrons.models import PinTry
from yanshu.readers.patrons.terms import PinVerdict


def check_pin(
    *, card_number: str, pin: str, now: datetime, door: Door = Door.SIP2, library_id: int | None = None
) -> PinVerdict:
    """Compare a password with the one of a card's reader; doors that ask have logged a machine in before.

    The comparison takes a tenth of a second by design and holds no transaction. When it is right and none
    was wrong before, one read is all; a wrong one is counted. Five wrong ones within a quarter of an hour
    close the reader's password at machines until the quarter is over; the reader pages stay open to him.

    Args:
        library_id: whose card is meant where two libraries share a number.

    Source: docs/rules/readers.md#passwords-at-machines.
    """
    facts = queries.pin_facts(card_number, library_id=library_id)
    if facts is None:
        return PinVerdict.UNKNOWN
    if facts.since is not None and rules.pin_locked(facts.wrong, facts.since, now):
        return PinVerdict.LOCKED
    library = Actor.system(door, permissions={"patrons.check_pin"})
    right = bool(facts.password) and check_password(pin, facts.password)
    if right:
        if facts.wrong:
            forget_wrong_pins(patron_id=facts.patron_id, actor=library, now=now)
        return PinVerdict.RIGHT
    return count_wrong_pin(patron_id=facts.patron_id, actor=library, now=now)


@operation("patrons.count_wrong_pin", permission="patrons.check_pin", journalled=False)
def count_wrong_pin(*, patron_id: int, actor: Actor, now: datetime) -> PinVerdict:
    """Count a wrong password; say whether it was one too many."""
    row, _made = PinTry.objects.select_for_update().get_or_create(
        patron_id=patron_id, defaults={"since": now}
    )
    row.wrong, row.since = rules.wrong_pins_now(row.wrong, row.since, now)
    row.save(update_fields=["wrong", "since"])
    return PinVerdict.LOCKED if rules.pin_locked(row.wrong, row.since, now) else PinVerdict.WRONG


@operation("patrons.forget_wrong_pins", permission="patrons.check_pin", journalled=False)
def forget_wrong_pins(*, patron_id: int, actor: Actor, now: datetime) -> None:
    """Begin to count anew after a right password."""
    PinTry.objects.filter(patron_id=patron_id).delete()
