"""The carriers of a reader's number: one person, several cards."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid
from yanshu.core.sequence import take
from yanshu.institution.places.models import Branch
from yanshu.readers.patrons import queries, rules
from yanshu.readers.patrons.models import Card, Patron
from yanshu.readers.patrons.operations.record import demand_running, demand_served
from yanshu.readers.patrons.terms import CardKind

CARD_DIGITS = 9
NUMBER_LENGTH = 64


@operation("patrons.issue_card")
def issue_card(
    *, patron_id: int, kind: CardKind, number: str = "", served: bool = False, actor: Actor, now: datetime
) -> Card:
    """Give a reader another carrier: a second library card, his identity or social security card, a code.

    Args:
        number: what the machine reads from the carrier. Without it a library card or code gets the next
            number of the library. An identity number is kept as its keyed hash only.
        served: see ``demand_served``.

    Raises:
        PermissionMissing: when the reader is another branch's and not served.
        Invalid: when the number belongs to another card, or is missing where the carrier bears its own.
        Conflict: when the membership is cancelled.
    """
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    demand_served(patron, served=served, actor=actor)
    demand_running(patron)
    about(patron)
    return add_card(patron, kind, number, today=clock.business_date(now))


def add_card(patron: Patron, kind: CardKind, number: str, *, today: date, field: str = "number") -> Card:
    """Write a carrier with the number read from it, or with the next number of the library.

    Args:
        field: the form field a refusal names.

    Raises:
        Invalid: when the number cannot be taken.
    """
    library_id = Branch.objects.values_list("library_id", flat=True).get(pk=patron.home_branch_id)
    wanted = _number(kind, number, field) or next_card_numbers(library_id, 1)[0]
    card = Card(patron=patron, library_id=library_id, kind=kind, number=wanted, issued_on=today)
    if Card.objects.filter(library_id=library_id, number=wanted).exists():
        raise _taken(field)
    try:
        with transaction.atomic():
            card.save()
    except IntegrityError:
        raise _taken(field) from None
    return card


def next_card_numbers(library_id: int, count: int) -> list[str]:
    """Take the next free card numbers of a library: nine digits, counted up, those in use passed over."""
    found: list[str] = []
    while len(found) < count:
        run = take(f"patrons.card.{library_id}", count - len(found))
        numbers = [f"{value:0{CARD_DIGITS}d}" for value in run]
        cards = Card.objects.filter(library_id=library_id, number__in=numbers)
        used = set(cards.values_list("number", flat=True))
        found.extend(number for number in numbers if number not in used)
    return found


def _number(kind: CardKind, text: str, field: str) -> str:
    number = text.strip()
    if not number:
        if kind in {CardKind.ID_CARD, CardKind.SOCIAL_SECURITY_CARD}:
            raise Invalid.because(field, "card-number-missing", _("Lay the card on the reader."))
        return ""
    if kind == CardKind.LIBRARY_CARD and rules.looks_like_identity_number(rules.compact_number(number)):
        raise Invalid.because(
            field,
            "identity-number-as-card",
            _("An identity number is no card number. Give the identity card itself as another card."),
        )
    kept = queries.card_key(number)
    if len(kept) > NUMBER_LENGTH or any(character.isspace() for character in kept):
        raise Invalid.because(
            field, "card-number-shape", _("A card number has at most 64 characters and no blanks.")
        )
    return kept


def _taken(field: str) -> Invalid:
    return Invalid.because(field, "card-taken", _("This card belongs to a reader already."))
