"""Becoming a reader, changing, renewing: one person, one record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core.actor import Actor
from yanshu.core.event import publish
from yanshu.core.operation import about, keep_private, operation
from yanshu.core.refusal import Conflict, Invalid
from yanshu.readers.patrons import rules
from yanshu.readers.patrons.events import PatronChanged, PatronRegistered
from yanshu.readers.patrons.models import Card, Patron
from yanshu.readers.patrons.operations.cards import add_card
from yanshu.readers.patrons.operations.codes import issue_code
from yanshu.readers.patrons.operations.record import (
    demand_running,
    demand_served,
    demand_sound,
    fill,
    former_values,
    person_registered,
    write_line,
)
from yanshu.readers.patrons.terms import CardKind, CodePurpose, MembershipEventKind


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

    Source: docs/rules/readers.md#registering.
    """
    today = clock.business_date(now)
    patron = Patron(registered_on=today, expires_on=today)
    fill(patron, values)
    actor.demand_branch(patron.home_branch_id)
    demand_sound(patron, today)
    patron.expires_on = rules.expires_on(today, patron.category.valid_months)
    _save(patron)
    card = add_card(patron, CardKind.LIBRARY_CARD, card_number, today=today, field="card_number")
    write_line(MembershipEventKind.REGISTERED, patron, actor=actor, now=now)
    publish(PatronRegistered(patron_id=patron.pk), now=now)
    about(patron)
    return Registration(
        patron=patron, card=card, first_login_code=issue_code(patron, CodePurpose.FIRST_LOGIN, now=now)
    )


@operation("patrons.change")
def change(*, patron_id: int, version: int, values: Mapping[str, Any], actor: Actor, now: datetime) -> Patron:
    """Change a reader's record; the former values are kept apart, where they can be erased.

    Args:
        version: the version the change was made on.
        values: what is to stand; names left out stay as they are. Former branch and new one must both lie in
            the actor's scope.

    Raises:
        PermissionMissing: when one of those branches is another's.
        Conflict: when somebody else has changed the record since it was read.
        Invalid: with every field that cannot stand.
    """
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    actor.demand_branch(patron.home_branch_id)
    if patron.version != version:
        raise Conflict.because(
            "changed-meanwhile", _("Somebody else has changed this record. Look at it again first.")
        )
    former = patron.category_id, patron.birth_date
    keep_private(before=former_values(patron, values))
    fill(patron, values)
    actor.demand_branch(patron.home_branch_id)
    demand_sound(
        patron, clock.business_date(now), age_matters=(patron.category_id, patron.birth_date) != former
    )
    patron.version += 1
    _save(patron)
    if patron.category_id != former[0]:
        write_line(MembershipEventKind.CATEGORY_CHANGED, patron, actor=actor, now=now)
    publish(PatronChanged(patron_id=patron.pk), now=now)
    return patron


@operation("patrons.renew")
def renew_membership(*, patron_id: int, served: bool = False, actor: Actor, now: datetime) -> Patron:
    """Let a membership run on: from today, or from its end if that lies ahead.

    Args:
        served: see ``demand_served``.

    Raises:
        PermissionMissing: when the reader is another branch's and not served.
        Conflict: when the membership is cancelled, or the reader has outgrown the category.
    """
    today = clock.business_date(now)
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    demand_served(patron, served=served, actor=actor)
    demand_running(patron)
    category = patron.category
    if not rules.fits_category(patron.birth_date, today, youngest=category.youngest, oldest=category.oldest):
        raise Conflict.because(
            "age-outside-category",
            _("The reader's age no longer fits the category. Change the category first, then renew."),
        )
    patron.expires_on = rules.expires_on(max(patron.expires_on, today), category.valid_months)
    patron.version += 1
    patron.save(update_fields=["expires_on", "version"])
    write_line(MembershipEventKind.RENEWED, patron, actor=actor, now=now)
    publish(PatronChanged(patron_id=patron.pk), now=now)
    return patron


@operation("patrons.change_own")
def keep_history(*, patron_id: int, keep: bool, actor: Actor, now: datetime) -> Patron:
    """Let a reader switch his loan history on or off; off, past loans are cut from him by night."""
    if actor.patron_id != patron_id:
        actor.demand("patrons.change")
    patron = Patron.objects.select_for_update().get(pk=patron_id)
    patron.keep_history = keep
    patron.save(update_fields=["keep_history"])
    return patron


def _save(patron: Patron) -> None:
    """Write the record; of two desks that register one person at the same moment, one is refused."""
    try:
        with transaction.atomic():
            patron.save()
    except IntegrityError:
        raise Invalid([person_registered()]) from None
