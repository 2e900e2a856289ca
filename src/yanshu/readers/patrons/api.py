"""Readers for other systems: finding, reading, registering, changing, checking a password."""

from datetime import date
from typing import Any, Literal

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from yanshu.core import clock
from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import NotFound
from yanshu.core.ui.masking import mask_number
from yanshu.institution.places.models import Branch
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import Patron, PatronCategory
from yanshu.readers.patrons.terms import MembershipState, PinVerdict

router = Router(tags=["patrons"])


class CategoryOut(Schema):
    """A category of readers; ages are completed years, bounds belong to it."""

    code: str
    name: str
    name_en: str
    kind: str
    valid_months: int
    youngest: int | None
    oldest: int | None


class CardOut(Schema):
    """A carrier of a reader; its number with the last four characters only."""

    kind: str
    number: str
    state: str
    issued_on: date


class PatronOut(Schema):
    """A reader. Identity and telephone number are given with their last four characters only."""

    id: int
    version: int
    name: str
    state: MembershipState
    category: str
    home_branch: str
    birth_date: date | None
    id_number: str
    telephone: str
    registered_on: date
    expires_on: date
    suspended_until: date | None
    cards: list[CardOut]


class NumberIn(Schema):
    """A whole number somebody has shown: of a card, an identity card, a telephone."""

    number: str = Field(min_length=2, max_length=64)


class PatronIn(Schema):
    """What is known of a new reader; the date of birth may be left to the identity number."""

    name: str = Field(max_length=60)
    category: str = Field(description="Code of a category that is offered.")
    home_branch: str = Field(description="Code of a branch.")
    birth_date: date | None = None
    id_number: str = ""
    telephone: str = ""
    note: str = Field("", max_length=200)
    card_number: str = Field("", max_length=64, description="Left empty, the next number is given.")


class RegisteredOut(Schema):
    """A reader just registered; the code is told this once and opens the choice of a password."""

    patron: PatronOut
    card_number: str
    first_login_code: str


class ChangeIn(Schema):
    """What is to change, on the version that was read; what is left out stays."""

    version: int
    name: str | None = Field(None, max_length=60)
    category: str | None = None
    home_branch: str | None = None
    birth_date: date | None = None
    id_number: str | None = None
    telephone: str | None = None
    note: str | None = Field(None, max_length=200)


class PinIn(Schema):
    """A card and the password typed for it."""

    card_number: str = Field(max_length=64)
    pin: str = Field(max_length=128)


class PinOut(Schema):
    """What the library says of them; ``locked`` lasts a quarter of an hour."""

    verdict: Literal["right", "wrong", "unknown", "locked"]


@router.get("/categories", response=list[CategoryOut], summary="Categories offered")
def categories(request: HttpRequest) -> list[PatronCategory]:
    """List the categories a new reader may be given, in the order they are offered."""
    Actor.of(request).demand("patrons.see")
    return list(queries.categories_offered())


@router.post("/find", response=list[PatronOut], summary="Find by a whole number")
def find(request: HttpRequest, wanted: NumberIn) -> list[dict[str, Any]]:
    """Find the readers a whole card, identity or telephone number belongs to, in any branch.

    The number is posted, so that it stands in no address and no log.
    """
    Actor.of(request).demand("patrons.see")
    return [_shown(queries.patron(patron_id)) for patron_id in queries.holders_of(wanted.number)]


@router.get("/{int:patron_id}", response=PatronOut, summary="One reader")
def read(request: HttpRequest, patron_id: int) -> dict[str, Any]:
    """Return one reader of the caller's branches."""
    return _shown(_seen(request, "patrons.see", patron_id))


@router.post("/", response={201: RegisteredOut}, summary="Register a reader")
def register(request: HttpRequest, entered: PatronIn) -> Status[dict[str, Any]]:
    """Register a reader; a person with a running membership is refused with ``person-registered``."""
    actor = Actor.of(request)
    actor.demand("patrons.register")
    values = _values(entered.dict(exclude={"card_number"}))
    made = operations.register(values=values, card_number=entered.card_number, actor=actor, now=clock.now())
    return Status(
        201,
        {
            "patron": _shown(queries.patron(made.patron.pk)),
            "card_number": made.card.number,
            "first_login_code": made.first_login_code,
        },
    )


@router.patch("/{int:patron_id}", response=PatronOut, summary="Change a reader")
def change(request: HttpRequest, patron_id: int, entered: ChangeIn) -> dict[str, Any]:
    """Change a reader's record; an older version is refused with ``changed-meanwhile``."""
    patron = _seen(request, "patrons.change", patron_id)
    values = _values(entered.dict(exclude={"version"}, exclude_unset=True))
    operations.change(
        patron_id=patron.pk,
        version=entered.version,
        values=values,
        actor=Actor.of(request),
        now=clock.now(),
    )
    return _shown(queries.patron(patron.pk))


@router.post("/check-pin", response=PinOut, summary="Check a password")
def check_pin(request: HttpRequest, entered: PinIn) -> dict[str, str]:
    """Compare a reader's password, as for a gate or a computer in the reading room."""
    Actor.of(request).demand("patrons.check_pin")
    verdict: PinVerdict = operations.check_pin(
        card_number=entered.card_number, pin=entered.pin, now=clock.now(), door=Door.API
    )
    return {"verdict": verdict.value}


def _seen(request: HttpRequest, permission: str, patron_id: int) -> Patron:
    actor = Actor.of(request)
    actor.demand(permission)
    try:
        patron = queries.patron(patron_id)
    except ObjectDoesNotExist:
        raise NotFound.because("reader-unknown", _("There is no such reader.")) from None
    actor.demand_branch(patron.home_branch_id)
    return patron


def _values(entered: dict[str, Any]) -> dict[str, Any]:
    """Return the entered values under the names of the record's columns; unknown codes are refused there."""
    values = {name: value for name, value in entered.items() if name not in {"category", "home_branch"}}
    for name in ("name", "id_number", "telephone", "note"):
        if name in values:
            values[name] = values[name] or ""
    if "category" in entered:
        kinds = PatronCategory.objects.filter(code=entered["category"] or "")
        values["category_id"] = kinds.values_list("pk", flat=True).first()
    if "home_branch" in entered:
        places = Branch.objects.filter(code=entered["home_branch"] or "")
        values["home_branch_id"] = places.values_list("pk", flat=True).first()
    return values


def _shown(patron: Patron) -> dict[str, Any]:
    return {
        "id": patron.pk,
        "version": patron.version,
        "name": patron.name,
        "state": queries.state_of(patron, clock.business_date(clock.now())),
        "category": patron.category.code,
        "home_branch": patron.home_branch.code,
        "birth_date": patron.birth_date,
        "id_number": mask_number(patron.id_number),
        "telephone": mask_number(patron.telephone),
        "registered_on": patron.registered_on,
        "expires_on": patron.expires_on,
        "suspended_until": patron.suspended_until,
        "cards": [
            {
                "kind": card.kind,
                "number": mask_number(card.number),
                "state": card.state,
                "issued_on": card.issued_on,
            }
            for card in queries.cards_of(patron.pk)
        ],
    }
