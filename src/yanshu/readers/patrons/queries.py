"""Reading readers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import get_language

from yanshu.core import scanned
from yanshu.core.actor import Actor, Door
from yanshu.core.journal import JournalLine
from yanshu.core.permission import registry as permission_words
from yanshu.core.remembered import remembered
from yanshu.core.secret import keyed_hash
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import READER_PERMISSIONS
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron, PatronCategory
from yanshu.readers.patrons.terms import CardState, MembershipState, PatronState

age_band = rules.age_band

ID_NUMBER_PURPOSE = "patron-id-number"
TELEPHONE_PURPOSE = "patron-telephone"
CARD_PURPOSE = "patron-card"
HASHED_CARD = "id-"
HASHED_LENGTH = 48
LEAST_LETTERS = 2
TELEPHONE_LENGTH = 11
EXPIRING_DAYS = 30
HISTORY_LINES = 50


@dataclass(frozen=True, slots=True)
class PinFacts:
    """What comparing a password needs, in one read."""

    patron_id: int
    password: str
    wrong: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the journal about a reader: when, which operation, by whom, which fields it changed."""

    at: datetime
    operation: str
    label: Any
    who: str
    fields: tuple[str, ...] = ()


def reader_actor(account: Account, *, door: Door) -> Actor:
    """Return the actor of a reader who has logged in: himself, and nothing else."""
    running = Patron.objects.filter(account=account, state=PatronState.ACTIVE)
    patron = running.values_list("pk", "home_branch_id").first()
    if patron is None:
        return Actor.nobody(door)
    return Actor(
        label="",
        door=door,
        permissions=frozenset(READER_PERMISSIONS),
        account_id=account.pk,
        patron_id=patron[0],
        branch_id=patron[1],
        scope=frozenset(),
    )


# --- cards ----------------------------------------------------------------------------------------------


def card_key(number: str) -> str:
    """Return the number as a card keeps it: as it is, but of an identity number its keyed hash alone."""
    text = number.strip()
    compact = rules.compact_number(text)
    if rules.looks_like_identity_number(compact):
        return HASHED_CARD + keyed_hash(compact, CARD_PURPOSE)[:HASHED_LENGTH]
    return text


def card_keys(number: str) -> tuple[str, ...]:
    """Return the ways a number that was read or typed may be kept, the likeliest first."""
    text = number.strip()
    kept = card_key(text)
    return scanned.readings(text) if kept == text else (kept,)


def is_hashed(number: str) -> bool:
    """Say whether a card keeps the hash of an identity number: that is neither shown nor printed."""
    return number.startswith(HASHED_CARD)


def card_by_number(number: str, *, library_id: int | None = None) -> Card | None:
    """Return the card with this number, a valid one first; an identity number finds the identity card.

    The owner matters only where two libraries share a number.
    """
    cards = Card.objects.select_related("patron__category", "patron__home_branch")
    return _nearest(cards, number, library_id)


def holders_by_number(numbers: Collection[str]) -> dict[str, frozenset[int]]:
    """Return the reader each of these card numbers means, in one query; several where owners share a number.

    Each number is understood as ``card_by_number`` understands it; a number of nobody is left out.
    """
    forms = {number: card_keys(number) for number in numbers}
    kept: dict[str, list[Card]] = {}
    for card in Card.objects.filter(number__in={form for several in forms.values() for form in several}):
        kept.setdefault(card.number, []).append(card)
    found = {}
    for number, several in forms.items():
        cards = [card for form in several for card in kept.get(form, ())]
        nearest = min((_nearness(card, several) for card in cards), default=None)
        if nearest is not None:
            meant = (card.patron_id for card in cards if _nearness(card, several) == nearest)
            found[number] = frozenset(meant)
    return found


def card_to_log_in(number: str, *, library_id: int | None = None) -> Card | None:
    """Return the card with this number and its reader's account, if it may be used by a reader of today.

    It is the one ``card_by_number`` finds, so that nobody acts on one card by the password of another.
    """
    cards = Card.objects.select_related("patron__account", "patron__pin_try")
    card = _nearest(cards, number, library_id)
    if card is None or card.state != CardState.VALID or card.patron.state != PatronState.ACTIVE:
        return None
    return card


def _nearest(cards: QuerySet[Card], number: str, library_id: int | None) -> Card | None:
    forms = card_keys(number)
    return min(
        cards.filter(number__in=forms),
        key=lambda card: (*_nearness(card, forms), card.library_id != library_id, -card.pk),
        default=None,
    )


def _nearness(card: Card, forms: Sequence[str]) -> tuple[int, bool]:
    """Return how near a card is to what was read, whoever owns it: the number first, then a valid card."""
    return scanned.rank(card.number, forms), card.state != CardState.VALID


def cards_of(patron_id: int) -> QuerySet[Card]:
    """Return the carriers of a reader, the oldest first."""
    return Card.objects.filter(patron_id=patron_id).order_by("id")


def valid_card_number(patron_id: int) -> str:
    """Return the number of the reader's card in use that may be shown and printed, or nothing."""
    return number_in_use(cards_of(patron_id))


def number_in_use(cards: "QuerySet[Card] | list[Card]") -> str:
    """Return the first valid number among cards that is no hash of an identity number."""
    return next(
        (card.number for card in cards if card.state == CardState.VALID and not is_hashed(card.number)),
        "",
    )


def pin_facts(card_number: str, *, library_id: int | None = None) -> PinFacts | None:
    """Return what comparing the password of a card's reader needs; nothing for a card nobody may use."""
    card = card_to_log_in(card_number, library_id=library_id)
    if card is None:
        return None
    account, tried = card.patron.account, getattr(card.patron, "pin_try", None)
    return PinFacts(
        patron_id=card.patron_id,
        password=account.password if account is not None and account.is_active else "",
        wrong=tried.wrong if tried else 0,
        since=tried.since if tried else None,
    )


# --- readers --------------------------------------------------------------------------------------------


def patron(patron_id: int) -> Patron:
    """Return a reader with what a page about him needs.

    Raises:
        Patron.DoesNotExist: when there is none.
    """
    return Patron.objects.select_related("category", "home_branch", "account").get(pk=patron_id)


def is_of(actor: Actor, home_branch_id: int | None) -> bool:
    """Say whether somebody sees readers of this branch: their names whole, and their pages.

    For everybody else a reader is a surname and the end of a number (docs/rules/privacy.md).
    """
    return actor.may("patrons.see") and actor.narrowed("patrons.see").sees(home_branch_id)


def listed(actor: Actor) -> QuerySet[Patron]:
    """Return the readers of the actor's branches as a list shows them, cards with them."""
    rows = Patron.objects.select_related("category", "home_branch").prefetch_related(
        Prefetch("cards", Card.objects.order_by("id"))
    )
    return rows if actor.scope is None else rows.filter(home_branch_id__in=actor.scope)


def find(words: str, *, actor: Actor | None = None) -> QuerySet[Patron]:
    """Return the readers somebody at the desk may mean.

    A whole card, identity or telephone number finds its reader in any branch. A name or its pinyin initials
    find the readers of the actor's own branches; without an actor who may see readers nobody is found by
    name.
    """
    text = words.strip()
    rows = Patron.objects.select_related("category", "home_branch").prefetch_related("cards")
    if len(text) < LEAST_LETTERS:
        return rows.none()
    meant = Q(pk__in=holders_of(text))
    if actor is not None and actor.may("patrons.see"):
        scope = actor.narrowed("patrons.see").scope
        meant |= _called(text) if scope is None else _called(text) & Q(home_branch_id__in=scope)
    return rows.filter(meant)


def named(rows: QuerySet[Patron], words: str) -> QuerySet[Patron]:
    """Narrow a list to a whole number, a name or its pinyin initials."""
    text = words.strip()
    return rows.filter(Q(pk__in=holders_of(text)) | _called(text)) if text else rows


def holders_of(number: str) -> list[int]:
    """Return the readers a whole card, identity or telephone number belongs to, in any branch.

    Who shows his card is served everywhere; who is only looked up by name is found in his own branch.
    """
    text = number.strip()
    if not any(character.isdigit() for character in text):
        return []
    compact = rules.compact_number(text)
    found = list(Card.objects.filter(number__in=card_keys(text)).values_list("patron_id", flat=True))
    if rules.looks_like_identity_number(compact):
        hashed = keyed_hash(compact, ID_NUMBER_PURPOSE)
        found += Patron.objects.filter(id_number_hash=hashed).values_list("pk", flat=True)
    elif compact.isdecimal() and not rules.telephone_fault(compact):
        hashed = keyed_hash(compact, TELEPHONE_PURPOSE)
        found += Patron.objects.filter(telephone_hash=hashed).values_list("pk", flat=True)
    return list(dict.fromkeys(found))


def registered_with(id_number: str) -> Patron | None:
    """Return the reader whose running membership bears this identity number."""
    hashed = keyed_hash(rules.compact_number(id_number), ID_NUMBER_PURPOSE)
    running = Patron.objects.select_related("home_branch").filter(state=PatronState.ACTIVE)
    return running.filter(id_number_hash=hashed).first() if hashed else None


def state_of(patron: Patron, day: date) -> MembershipState:
    """Return how a reader's membership stands on ``day``, in one word."""
    return MembershipState(
        rules.membership_state(
            is_active=patron.state == PatronState.ACTIVE,
            expires=patron.expires_on,
            suspended_until=patron.suspended_until,
            day=day,
        )
    )


def standing(rows: QuerySet[Patron], state: str, day: date) -> QuerySet[Patron]:
    """Keep the readers whose membership stands so on ``day`` (a ``MembershipState``)."""
    if state == MembershipState.CANCELLED:
        return rows.exclude(state=PatronState.ACTIVE)
    running = rows.filter(state=PatronState.ACTIVE)
    if state == MembershipState.EXPIRED:
        return running.filter(expires_on__lt=day)
    running = running.filter(expires_on__gte=day)
    suspended = Q(suspended_until__isnull=False, suspended_until__gte=day)
    return running.filter(suspended) if state == MembershipState.SUSPENDED else running.exclude(suspended)


def expiring(rows: QuerySet[Patron], day: date, *, days: int = EXPIRING_DAYS) -> QuerySet[Patron]:
    """Keep the running memberships that end from ``day`` on within so many days."""
    return rows.filter(
        state=PatronState.ACTIVE, expires_on__gte=day, expires_on__lte=day + timedelta(days=days)
    )


def history(patron_id: int) -> Iterator[Happening]:
    """Yield what was done to a reader's record, newest first: the journal's lines, and fields by name."""
    lines = (
        JournalLine.objects.filter(subject_kind=Patron._meta.label_lower, subject_id=patron_id)
        .select_related("private")
        .order_by("-at", "-id")[:HISTORY_LINES]
    )
    for line in lines:
        private = getattr(line, "private", None)
        yield Happening(
            at=line.at,
            operation=line.operation,
            label=permission_words.get(line.operation, line.operation),
            who=line.actor_label,
            fields=tuple((private.arguments.get("before") or {}) if private else ()),
        )


def memberships(actor: Actor) -> QuerySet[MembershipEvent]:
    """Return the lines of the ledger of the actor's branches, the oldest first."""
    rows = MembershipEvent.objects.order_by("happened_at", "id")
    return rows if actor.scope is None else rows.filter(branch_id__in=actor.scope)


# --- categories -----------------------------------------------------------------------------------------


def categories() -> QuerySet[PatronCategory]:
    """Return all categories in the order of lists."""
    return PatronCategory.objects.order_by("position", "id")


def categories_offered() -> QuerySet[PatronCategory]:
    """Return the categories a new reader may be given."""
    return PatronCategory.objects.filter(active=True)


def category_name(code: str) -> str:
    """Return the name of a category in the language of the page; the code itself when it is gone."""
    chinese, english = category_names().get(code, (code, ""))
    return english if english and (get_language() or "").startswith("en") else chinese


@remembered(seconds=10)
def category_names() -> dict[str, tuple[str, str]]:
    """Return the Chinese and English names of all categories by code."""
    return {
        code: (name, english)
        for code, name, english in PatronCategory.objects.values_list("code", "name", "name_en")
    }


def _called(text: str) -> Q:
    """Return the condition for a name that begins so, or whose pinyin initials do."""
    called = Q(name__startswith=text)
    if text.isascii():
        called |= Q(name_initials__startswith=text.lower().replace(" ", ""))
    return called
