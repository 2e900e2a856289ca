"""Becoming a reader, changing, renewing: one person, one record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.event import publish
from yanshu.core.operation import about, keep_private, operation
from yanshu.core.refusal import Conflict, Invalid, Reason
from yanshu.core.secret import keyed_hash
from yanshu.core.sequence import next_number
from yanshu.institution.places.models import Branch
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.engine.names import initials
from yanshu.readers.patrons.events import PatronChanged, PatronRegistered
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron, PatronCategory
from yanshu.readers.patrons.operations.codes import issue_code
from yanshu.readers.patrons.terms import CardKind, CodePurpose, MembershipEventKind, PatronState

CHANGEABLE = ("name", "birth_date", "id_number", "telephone", "home_branch_id", "note", "category_id")
CARD_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Registration:
    """A new reader, his card, and the code to be printed for his first log-in (shown once)."""

    patron: Patron
    card: Card
    first_login_code: str


@operation("patrons.register")
def register(
    *,
    values: Mapping[str, Any],
    card_number: str = "",
    actor: Actor,
    now: datetime,
) -> Registration:
    """Make a person a reader: record, card, line in the ledger, code for the first log-in.

    Args:
        values: ``name``, ``category_id``, ``home_branch_id``, and as far as known ``birth_date``,
            ``id_number``, ``telephone``, ``note``.
        card_number: the number on a printed card; without it the next number of the library.

    Raises:
        Invalid: with every field that cannot stand; a person with a running membership is named.
    """
    today = clock.business_date(now)
    patron = Patron(registered_on=today, expires_on=today)
    _fill(patron, values)
    actor.demand_branch(patron.home_branch_id)
    _check(patron, today)
    patron.expires_on = rules.expires_on(today, patron.category.valid_months)
    patron.save()
    card = _add_card(patron, card_number, today=today)
    _line(MembershipEventKind.REGISTERED, patron, actor=actor, now=now)
    publish(PatronRegistered(patron_id=patron.pk), now=now)
    about(patron)
    return Registration(
        patron=patron, card=card, first_login_code=issue_code(patron, CodePurpose.FIRST_LOGIN, now=now)
    )


@operation("patrons.change")
def change(*, patron_id: int, version: int, values: Mapping[str, Any], actor: Actor, now: datetime) -> Patron:
    """Change a reader's record; the former values are kept apart, where they can be erased.

    Raises:
        Conflict: when somebody else has changed the record since it was read.
        Invalid: with every field that cannot stand.
    """
    patron = Patron.objects.select_for_update().select_related("category").get(pk=patron_id)
    if patron.version != version:
        raise Conflict.because(
            "changed-meanwhile", _("Somebody else has changed this record. Look at it again first.")
        )
    actor.demand_branch(patron.home_branch_id)
    former_category = patron.category_id
    keep_private(before={name: _plain(getattr(patron, name)) for name in CHANGEABLE if name in values})
    _fill(patron, values)
    _check(patron, clock.business_date(now))
    patron.version += 1
    patron.save()
    if patron.category_id != former_category:
        _line(MembershipEventKind.CATEGORY_CHANGED, patron, actor=actor, now=now)
    publish(PatronChanged(patron_id=patron.pk), now=now)
    return patron


@operation("patrons.renew")
def renew_membership(*, patron_id: int, actor: Actor, now: datetime) -> Patron:
    """Let a membership run on: from today, or from its end if that lies ahead."""
    patron = Patron.objects.select_for_update().select_related("category").get(pk=patron_id)
    start = max(patron.expires_on, clock.business_date(now))
    patron.expires_on = rules.expires_on(start, patron.category.valid_months)
    patron.version += 1
    patron.save()
    _line(MembershipEventKind.RENEWED, patron, actor=actor, now=now)
    return patron


@operation("patrons.suspend")
def suspend(*, patron_id: int, until: date, reason: str, actor: Actor, now: datetime) -> Patron:
    """Suspend borrowing up to and including ``until``; a longer suspension stands."""
    del actor, now
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    if patron.suspended_until is None or patron.suspended_until < until:
        patron.suspended_until, patron.suspension_reason = until, reason[:200]
        patron.save(update_fields=["suspended_until", "suspension_reason"])
    return patron


@operation("patrons.lift_suspension")
def lift_suspension(*, patron_id: int, reason: str, actor: Actor, now: datetime) -> Patron:
    """End a suspension before its time; the reason stands in the journal's side row."""
    del actor, now
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    keep_private(reason=reason, was_until=_plain(patron.suspended_until))
    patron.suspended_until, patron.suspension_reason = None, ""
    patron.save(update_fields=["suspended_until", "suspension_reason"])
    return patron


@operation("patrons.set_category")
def set_category(
    *, category_id: int | None = None, values: Mapping[str, Any], actor: Actor, now: datetime
) -> PatronCategory:
    """Make a patron category, or change one.

    Raises:
        Invalid: when the code is taken.
    """
    del actor, now
    category = (
        PatronCategory.objects.select_for_update().get(pk=category_id) if category_id else PatronCategory()
    )
    for name, value in values.items():
        setattr(category, name, value)
    if PatronCategory.objects.filter(code=category.code).exclude(pk=category.pk).exists():
        raise Invalid.because("code", "code-taken", _("Another category has this code."))
    category.save()
    return category


@operation("patrons.change_own")
def keep_history(*, patron_id: int, keep: bool, actor: Actor, now: datetime) -> Patron:
    """Let a reader switch his loan history on or off; off, past loans are cut from him by night."""
    del now
    if actor.patron_id != patron_id:
        actor.demand("patrons.change")
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    patron.keep_history = keep
    patron.save(update_fields=["keep_history"])
    return patron


def _fill(patron: Patron, values: Mapping[str, Any]) -> None:
    for name in CHANGEABLE:
        if name in values:
            setattr(patron, name, values[name])
    patron.name = patron.name.strip()
    patron.name_initials = initials(patron.name)
    patron.id_number = (patron.id_number or "").replace(" ", "").upper()
    patron.id_number_hash = keyed_hash(patron.id_number, "patron-id-number") if patron.id_number else None
    patron.telephone = (patron.telephone or "").replace(" ", "").replace("-", "")
    patron.telephone_hash = keyed_hash(patron.telephone, "patron-telephone") if patron.telephone else ""


def _check(patron: Patron, today: date) -> None:
    reasons: list[Reason] = []
    if not patron.name:
        reasons.append(Reason(code="name-missing", label=_("Write the reader's name."), field="name"))
    reasons.extend(_id_number_reasons(patron, today))
    category = patron.category
    if not rules.fits_category(patron.birth_date, today, youngest=category.youngest, oldest=category.oldest):
        reasons.append(
            Reason(
                code="age-outside-category",
                label=_("The date of birth does not fit this category. Choose another category."),
                field="category",
            )
        )
    if patron.birth_date is not None and patron.birth_date > today:
        reasons.append(
            Reason(code="born-later", label=_("This date lies in the future."), field="birth_date")
        )
    if reasons:
        raise Invalid(reasons)


def _id_number_reasons(patron: Patron, today: date) -> list[Reason]:
    if not patron.id_number:
        return []
    if not ric.is_valid(patron.id_number):
        return [
            Reason(
                code="id-number-wrong",
                label=_("This identity number cannot be right: compare all 18 characters with the card."),
                field="id_number",
            )
        ]
    if patron.birth_date is None:
        patron.birth_date = ric.get_birth_date(patron.id_number)
    running = Patron.objects.filter(
        Q(id_number_hash=patron.id_number_hash), state=PatronState.ACTIVE
    ).exclude(pk=patron.pk)
    if running.exists():
        return [
            Reason(
                code="person-registered",
                label=_("This person is a reader already. Look the reader up and give him a card."),
                field="id_number",
            )
        ]
    del today
    return []


def _add_card(patron: Patron, number: str, *, today: date) -> Card:
    library_id = Branch.objects.values_list("library_id", flat=True).get(pk=patron.home_branch_id)
    wanted = number.strip() or _next_card_number(library_id)
    if Card.objects.filter(library_id=library_id, number=wanted).exists():
        raise Invalid.because("card_number", "card-taken", _("This card belongs to another reader."))
    return Card.objects.create(
        patron=patron,
        library_id=library_id,
        kind=CardKind.LIBRARY_CARD,
        number=wanted,
        issued_on=today,
    )


def _next_card_number(library_id: int) -> str:
    while True:
        number = f"{next_number(f'patrons.card.{library_id}'):0{CARD_DIGITS}d}"
        if not Card.objects.filter(library_id=library_id, number=number).exists():
            return number


def _line(kind: MembershipEventKind, patron: Patron, *, actor: Actor, now: datetime) -> None:
    line = MembershipEvent(
        kind=kind,
        category_code=patron.category.code,
        category_kind=patron.category.kind,
        age_band=rules.age_band(patron.birth_date, clock.business_date(now)),
        branch_id=actor.branch_id or patron.home_branch_id,
    )
    line.stamp(actor=actor, happened_at=now, recorded_at=now).save()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
