"""Loading readers by the thousand, as from the system a library had before."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.core.event import publish
from yanshu.core.importing import Fate, Outcome
from yanshu.core.operation import operation
from yanshu.core.refusal import Reason
from yanshu.core.secret import keyed_hash
from yanshu.core.span import midnight
from yanshu.institution.places.models import Branch
from yanshu.readers.patrons import queries, rules
from yanshu.readers.patrons.engine.identity import birth_date_of
from yanshu.readers.patrons.events import PatronChanged, PatronRegistered
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron, PatronCategory
from yanshu.readers.patrons.operations.cards import next_card_numbers
from yanshu.readers.patrons.operations.record import (
    EARLIEST_BIRTH,
    fill,
    membership_line,
    person_registered,
)
from yanshu.readers.patrons.terms import CardKind, MembershipEventKind, PatronState, ReaderData

COMPARED = ("name", "birth_date", "id_number", "telephone", "note", "category_id", "home_branch_id")
WRITTEN = (*COMPARED, "name_initials", "id_number_hash", "telephone_hash", "expires_on", "version")


@operation("patrons.load", permission="patrons.import")
def load_readers(rows: Sequence[ReaderData], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Write readers of another system, found again by card number; one outcome a row, in order.

    A new reader leaves his line of registration in the ledger on the day he was registered there, with the
    door *command line* and recorded now, so that the years before count. Nobody gets a password; a code is
    printed at the desk for whoever comes. A wrong identity number is left out with a warning; one that
    belongs to a reader already, an unknown category or branch, a date that cannot be reject the row.

    The number of statements does not grow with the rows.
    """
    batch = _Batch.gather(rows, actor=actor, now=now)
    outcomes = [batch.take(row) for row in rows]
    batch.write()
    return outcomes


@dataclass(slots=True)
class _Batch:
    """The rows of one call: what is known beforehand, and what is to be written together at the end."""

    actor: Actor
    now: datetime
    today: date
    branches: dict[str, Branch]
    categories: dict[str, PatronCategory]
    cards: dict[tuple[int, str], Card]
    persons: dict[str, int | None]
    made: list[tuple[Patron, str]] = field(default_factory=list)
    changed: list[Patron] = field(default_factory=list)
    moved: list[Patron] = field(default_factory=list)

    @classmethod
    def gather(cls, rows: Sequence[ReaderData], *, actor: Actor, now: datetime) -> "_Batch":
        keys = [queries.card_key(row.card_number) for row in rows]
        hashes = [_hash(row.id_number) for row in rows if row.id_number]
        cards = Card.objects.select_related("patron__category").filter(number__in=keys).order_by("state")
        persons = Patron.objects.filter(id_number_hash__in=hashes, state=PatronState.ACTIVE)
        listed = list(PatronCategory.objects.all())
        return cls(
            actor=actor,
            now=now,
            today=clock.business_date(now),
            branches={branch.code: branch for branch in Branch.objects.all()},
            categories={name: category for category in listed for name in (category.name, category.code)},
            cards={(card.library_id, card.number): card for card in cards},
            persons={str(hashed): pk for hashed, pk in persons.values_list("id_number_hash", "pk")},
        )

    def take(self, row: ReaderData) -> Outcome:
        """Decide about one row and keep what it changes for ``write``."""
        card = self._card_of(row)
        values, warnings = self._values(row)
        reasons = self._reasons(row, values, card.patron if card else None)
        if reasons:
            return Outcome(Fate.REJECTED, tuple(reasons))
        if card is None:
            self._make(row, values)
            return Outcome(Fate.CREATED, warnings=warnings)
        fate = Fate.UPDATED if self._change(card.patron, row, values) else Fate.UNCHANGED
        return Outcome(fate, warnings=warnings)

    def write(self) -> None:
        """Write everything in a fixed number of statements."""
        self._write_made()
        for patron in self.changed:
            patron.version += 1
        Patron.objects.bulk_update(self.changed, WRITTEN, batch_size=200)
        lines = [self._line(MembershipEventKind.CATEGORY_CHANGED, patron, self.now) for patron in self.moved]
        MembershipEvent.objects.bulk_create(lines)
        publish(*(PatronChanged(patron_id=patron.pk) for patron in self.changed), now=self.now)

    # --- one row ----------------------------------------------------------------------------------------

    def _values(self, row: ReaderData) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return what the row says, and what is worth a second look."""
        values: dict[str, Any] = {"name": row.name}
        for name in ("birth_date", "note"):
            if getattr(row, name) is not None:
                values[name] = getattr(row, name)
        if row.category in self.categories:
            values["category_id"] = self.categories[str(row.category)].pk
        if row.home_branch in self.branches:
            values["home_branch_id"] = self.branches[str(row.home_branch)].pk
        return values, (*_take_telephone(row, values), *_take_id_number(row, values))

    def _card_of(self, row: ReaderData) -> Card | None:
        """Return the card the row speaks of: the library's own, where the row names the branch."""
        number = queries.card_key(row.card_number)
        branch = self.branches.get(row.home_branch or "")
        if branch is not None:
            return self.cards.get((branch.library_id, number))
        return next((card for (_owner, known), card in self.cards.items() if known == number), None)

    def _reasons(self, row: ReaderData, values: dict[str, Any], patron: Patron | None) -> list[Reason]:
        reasons = [*self._place_reasons(row, values, patron), *self._date_reasons(row, values, patron)]
        holder = self.persons.get(_hash(values.get("id_number")), 0)
        if holder != 0 and (patron is None or holder != patron.pk):
            reasons.append(person_registered())
        return reasons

    def _place_reasons(self, row: ReaderData, values: dict[str, Any], patron: Patron | None) -> list[Reason]:
        reasons: list[Reason] = []
        label: Any
        if row.category and "category_id" not in values:
            label = _("There is no category “%(name)s”.") % {"name": row.category}
            reasons.append(Reason(code="category-unknown", label=label, field="category"))
        if row.home_branch and "home_branch_id" not in values:
            label = _("There is no branch “%(code)s”.") % {"code": row.home_branch}
            reasons.append(Reason(code="branch-unknown", label=label, field="home_branch"))
        empty = [name for name in ("category", "home_branch") if patron is None and not getattr(row, name)]
        label = _("A new reader must have one; nothing is entered.")
        reasons += [Reason(code="missing", label=label, field=name) for name in empty]
        wanted = [values.get("home_branch_id"), patron.home_branch_id if patron else None]
        if not all(self.actor.sees(branch_id) for branch_id in wanted):
            label = _("This reader belongs to another branch.")
            reasons.append(Reason(code="other-branch", label=label, field="home_branch"))
        return reasons

    def _date_reasons(self, row: ReaderData, values: dict[str, Any], patron: Patron | None) -> list[Reason]:
        reasons: list[Reason] = []
        label: Any
        born = values.get("birth_date")
        if born is not None and not EARLIEST_BIRTH <= born <= self.today:
            label = _("The date of birth cannot be right.")
            reasons.append(Reason(code="birth-date-wrong", label=label, field="birth_date"))
        if row.registered_on is not None and row.registered_on > self.today:
            label = _("The day of registration lies in the future.")
            reasons.append(Reason(code="registered-later", label=label, field="registered_on"))
        if patron is not None and row.registered_on not in {None, patron.registered_on}:
            label = _("The reader is kept as registered on %(day)s; the ledger stands.") % {
                "day": patron.registered_on.isoformat()
            }
            reasons.append(Reason(code="registered-otherwise", label=label, field="registered_on"))
        return reasons

    def _make(self, row: ReaderData, values: dict[str, Any]) -> None:
        registered = row.registered_on or self.today
        category = self.categories[str(row.category)]
        patron = Patron(
            registered_on=registered,
            expires_on=row.expires_on or rules.expires_on(registered, category.valid_months),
        )
        fill(patron, values)
        patron.category = category
        if patron.id_number_hash:
            self.persons[patron.id_number_hash] = None
        self.made.append((patron, row.card_number))

    def _change(self, patron: Patron, row: ReaderData, values: dict[str, Any]) -> bool:
        """Put what is new into the record; say whether anything was."""
        former = {name: getattr(patron, name) for name in COMPARED}
        until, category_id = patron.expires_on, patron.category_id
        fill(patron, values)
        if row.expires_on is not None:
            patron.expires_on = row.expires_on
        same = patron.expires_on == until and all(
            getattr(patron, name) == value for name, value in former.items()
        )
        if same:
            return False
        if patron.id_number_hash:
            self.persons[patron.id_number_hash] = patron.pk
        self.changed.append(patron)
        if patron.category_id != category_id:
            patron.category = self.categories[str(row.category)]
            self.moved.append(patron)
        return True

    # --- all rows ---------------------------------------------------------------------------------------

    def _write_made(self) -> None:
        patrons = Patron.objects.bulk_create([patron for patron, _number in self.made], batch_size=200)
        Card.objects.bulk_create(self._cards(patrons))
        lines = [
            self._line(MembershipEventKind.REGISTERED, patron, midnight(patron.registered_on, clock.zone()))
            for patron in patrons
        ]
        MembershipEvent.objects.bulk_create(lines)
        publish(*(PatronRegistered(patron_id=patron.pk) for patron in patrons), now=self.now)

    def _cards(self, patrons: list[Patron]) -> list[Card]:
        """Return the carriers: who had an identity number for a card number gets one of ours besides."""
        libraries = {branch.pk: branch.library_id for branch in self.branches.values()}
        cards: list[Card] = []
        without_number: defaultdict[int, list[Patron]] = defaultdict(list)
        for patron, (_same, text) in zip(patrons, self.made, strict=True):
            number, library_id = queries.card_key(text), libraries[patron.home_branch_id]
            is_hashed = queries.is_hashed(number)
            kind = CardKind.ID_CARD if is_hashed else CardKind.LIBRARY_CARD
            cards.append(self._card(patron, library_id, kind, number))
            if is_hashed:
                without_number[library_id].append(patron)
        for library_id, readers in without_number.items():
            numbers = next_card_numbers(library_id, len(readers))
            cards += [
                self._card(patron, library_id, CardKind.LIBRARY_CARD, number)
                for patron, number in zip(readers, numbers, strict=True)
            ]
        return cards

    @staticmethod
    def _card(patron: Patron, library_id: int, kind: CardKind, number: str) -> Card:
        return Card(
            patron=patron, library_id=library_id, kind=kind, number=number, issued_on=patron.registered_on
        )

    def _line(self, kind: MembershipEventKind, patron: Patron, happened_at: datetime) -> MembershipEvent:
        loader = replace(self.actor, door=Door.COMMAND, branch_id=patron.home_branch_id)
        return membership_line(kind, patron, actor=loader, happened_at=happened_at, recorded_at=self.now)


def _take_telephone(row: ReaderData, values: dict[str, Any]) -> Iterator[str]:
    if not row.telephone:
        return
    values["telephone"] = row.telephone
    if rules.telephone_fault(rules.compact_number(row.telephone)):
        yield gettext("The telephone number looks wrong and was taken as it stands.")


def _take_id_number(row: ReaderData, values: dict[str, Any]) -> Iterator[str]:
    if not row.id_number:
        return
    number = rules.compact_number(row.id_number)
    born = birth_date_of(number)
    if born is None:
        yield gettext("The identity number cannot be right and was left out.")
        return
    values["id_number"] = number
    values.setdefault("birth_date", born)


def _hash(id_number: str | None) -> str:
    return keyed_hash(rules.compact_number(id_number or ""), queries.ID_NUMBER_PURPOSE)
