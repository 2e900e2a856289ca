"""Reading readers."""

from django.db.models import Q, QuerySet

from yanshu.core.actor import Actor, Door
from yanshu.core.remembered import remembered
from yanshu.core.secret import keyed_hash
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import READER_PERMISSIONS
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.models import Card, Patron, PatronCategory
from yanshu.readers.patrons.terms import CardState

age_band = rules.age_band

LEAST_LETTERS = 2
ID_NUMBER_LENGTH = 18
TELEPHONE_LENGTH = 11


def reader_actor(account: Account, *, door: Door) -> Actor:
    """Return the actor of a reader who has logged in: himself, and nothing else."""
    patron = Patron.objects.filter(account=account).values_list("pk", "home_branch_id").first()
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


def card_by_number(number: str, *, library_id: int | None = None) -> Card | None:
    """Return the card with this number; the owner matters only where two libraries share a number."""
    cards = Card.objects.select_related("patron__category", "patron__home_branch").filter(
        number=number.strip()
    )
    if library_id is not None:
        own = cards.filter(library_id=library_id).first()
        if own is not None:
            return own
    return cards.order_by("state", "-id").first()


def patron(patron_id: int) -> Patron:
    """Return a reader with what a page about him needs.

    Raises:
        Patron.DoesNotExist: when there is none.
    """
    return Patron.objects.select_related("category", "home_branch", "account").get(pk=patron_id)


def find(words: str) -> QuerySet[Patron]:
    """Return the readers somebody at the desk may mean.

    Looks for a whole card, identity or telephone number, or for a name or its pinyin initials.
    """
    text = words.strip()
    rows = Patron.objects.select_related("category", "home_branch").prefetch_related("cards")
    if len(text) < LEAST_LETTERS:
        return rows.none()
    wanted = Q(cards__number=text) | Q(name__startswith=text) | Q(name_initials__istartswith=text)
    compact = text.replace(" ", "").upper()
    if len(compact) == ID_NUMBER_LENGTH:
        wanted |= Q(id_number_hash=keyed_hash(compact, "patron-id-number"))
    if len(compact) == TELEPHONE_LENGTH and compact.isdigit():
        wanted |= Q(telephone_hash=keyed_hash(compact, "patron-telephone"))
    return rows.filter(wanted).distinct()


def valid_card_number(patron_id: int) -> str:
    """Return the number of the reader's card in use, or nothing."""
    numbers = Card.objects.filter(patron_id=patron_id, state=CardState.VALID).order_by("id")
    return numbers.values_list("number", flat=True).first() or ""


def categories_offered() -> QuerySet[PatronCategory]:
    """Return the categories a new reader may be given."""
    return PatronCategory.objects.filter(active=True)


def category_name(code: str) -> str:
    """Return the name of a category by its code; the code itself when it is gone."""
    return category_names().get(code, code)


@remembered(seconds=10)
def category_names() -> dict[str, str]:
    """Return the names of all categories by code."""
    return dict(PatronCategory.objects.values_list("code", "name"))
