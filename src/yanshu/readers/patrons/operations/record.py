"""A reader's record: filling it in, what it must satisfy, and the line it leaves in the ledger."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid, Reason
from yanshu.core.secret import encrypt, keyed_hash
from yanshu.institution.places.models import Branch
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.engine.identity import birth_date_of
from yanshu.readers.patrons.engine.names import initials
from yanshu.readers.patrons.models import MembershipEvent, Patron, PatronCategory
from yanshu.readers.patrons.queries import ID_NUMBER_PURPOSE, TELEPHONE_PURPOSE
from yanshu.readers.patrons.terms import MembershipEventKind, PatronState

CHANGEABLE = ("name", "birth_date", "id_number", "telephone", "home_branch_id", "note", "category_id")
ENCRYPTED = frozenset({"id_number", "telephone"})
EARLIEST_BIRTH = date(1890, 1, 1)


def fill(patron: Patron, values: Mapping[str, Any]) -> None:
    """Put the entered values into the record, with what is derived from them for searching."""
    for name in CHANGEABLE:
        if name in values:
            setattr(patron, name, values[name])
    patron.name = " ".join(patron.name.split())
    patron.name_initials = initials(patron.name)
    patron.id_number = rules.compact_number(patron.id_number or "")
    patron.id_number_hash = keyed_hash(patron.id_number, ID_NUMBER_PURPOSE) or None
    patron.telephone = rules.compact_number(patron.telephone or "")
    patron.telephone_hash = keyed_hash(patron.telephone, TELEPHONE_PURPOSE)


def former_values(patron: Patron, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stood in the record, for the journal's side row; numbers stay encrypted there too."""
    return {name: _kept(name, getattr(patron, name)) for name in CHANGEABLE if name in names}


def demand_sound(patron: Patron, today: date, *, age_matters: bool = True) -> None:
    """Refuse a record that cannot stand, with every reason at its field.

    Args:
        age_matters: whether the age must fit the category; not when only a telephone number is corrected
            for a child that has outgrown its category.

    Raises:
        Invalid: naming the fields.
    """
    reasons = [
        *_name_reasons(patron),
        *_id_number_reasons(patron),
        *_birth_reasons(patron, today),
        *_category_reasons(patron, today, age_matters=age_matters),
        *_contact_reasons(patron),
    ]
    if reasons:
        raise Invalid(reasons)


def demand_served(patron: Patron, *, served: bool, actor: Actor) -> None:
    """Refuse to act for a reader of a branch outside the actor's scope, unless that branch serves him now.

    Args:
        served: whether he stands there with his card, or this follows from a loan made or ended there;
            only the door, or the operation that acts for him, can know.

    Raises:
        PermissionMissing: when he is another branch's reader and not served.

    Source: docs/rules/readers.md#whose-readers.
    """
    if not served:
        actor.demand_branch(patron.home_branch_id)


def demand_running(patron: Patron) -> None:
    """Refuse what a cancelled membership does not allow.

    Raises:
        Conflict: when the membership is cancelled.
    """
    if patron.state != PatronState.ACTIVE:
        raise Conflict.because("membership-cancelled", _("This membership is cancelled."))


def person_registered() -> Reason:
    """Return the reason that a person with a running membership cannot have a second one."""
    return Reason(
        code="person-registered",
        label=_("This person is a reader already. Look the reader up and give him a card."),
        field="id_number",
    )


def membership_line(
    kind: MembershipEventKind, patron: Patron, *, actor: Actor, happened_at: datetime, recorded_at: datetime
) -> MembershipEvent:
    """Return the unsaved line of the ledger for what happened to a membership."""
    line = MembershipEvent(
        kind=kind,
        category_code=patron.category.code,
        category_kind=patron.category.kind,
        age_band=rules.age_band(patron.birth_date, clock.business_date(happened_at)),
        branch_id=actor.branch_id or patron.home_branch_id,
    )
    return line.stamp(actor=actor, happened_at=happened_at, recorded_at=recorded_at)


def write_line(kind: MembershipEventKind, patron: Patron, *, actor: Actor, now: datetime) -> None:
    """Write the line of what has just happened to a membership."""
    membership_line(kind, patron, actor=actor, happened_at=now, recorded_at=now).save()


def _kept(name: str, value: Any) -> Any:
    if name in ENCRYPTED:
        return encrypt(str(value or ""))
    return value.isoformat() if isinstance(value, date) else value


def _name_reasons(patron: Patron) -> Iterator[Reason]:
    if not patron.name:
        yield Reason(code="name-missing", label=_("Write the reader's name."), field="name")


def _id_number_reasons(patron: Patron) -> Iterator[Reason]:
    if not patron.id_number:
        return
    born = birth_date_of(patron.id_number)
    if born is None:
        yield Reason(
            code="id-number-wrong",
            label=_("This identity number cannot be right: compare all 18 characters with the card."),
            field="id_number",
        )
        return
    if patron.birth_date is None:
        patron.birth_date = born
    elif patron.birth_date != born:
        yield Reason(
            code="birth-date-differs",
            label=_("The identity number says another date of birth. Compare both with the card."),
            field="birth_date",
        )
    running = Patron.objects.filter(id_number_hash=patron.id_number_hash, state=PatronState.ACTIVE)
    if patron.state == PatronState.ACTIVE and running.exclude(pk=patron.pk).exists():
        yield person_registered()


def _birth_reasons(patron: Patron, today: date) -> Iterator[Reason]:
    if patron.birth_date is None:
        return
    if patron.birth_date > today:
        yield Reason(code="born-later", label=_("This date lies in the future."), field="birth_date")
    elif patron.birth_date < EARLIEST_BIRTH:
        yield Reason(
            code="born-too-early", label=_("Nobody alive was born then. Check the year."), field="birth_date"
        )


def _category_reasons(patron: Patron, today: date, *, age_matters: bool) -> Iterator[Reason]:
    category = PatronCategory.objects.filter(pk=patron.category_id).first()
    if category is None or (patron.pk is None and not category.active):
        yield Reason(
            code="category-not-offered",
            label=_("This category is not offered. Choose another one."),
            field="category",
        )
    elif age_matters and not rules.fits_category(
        patron.birth_date, today, youngest=category.youngest, oldest=category.oldest
    ):
        yield Reason(
            code="age-outside-category",
            label=_("The date of birth does not fit this category. Choose another category."),
            field="category",
        )


def _contact_reasons(patron: Patron) -> Iterator[Reason]:
    labels = {
        "digits": _("A telephone number has digits only."),
        "mobile": _("A mobile number has 11 digits. Count them again."),
        "length": _("A telephone number has 7 to 15 digits, the area code among them."),
    }
    fault = rules.telephone_fault(patron.telephone) if patron.telephone else ""
    if fault:
        yield Reason(code=f"telephone-{fault}", label=labels[fault], field="telephone")
    if not Branch.objects.filter(pk=patron.home_branch_id).exists():
        yield Reason(code="branch-unknown", label=_("There is no such branch."), field="home_branch")
