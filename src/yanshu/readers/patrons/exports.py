"""What can be taken out of readers: the register, masked or whole, and the ledger of memberships."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.core import exporting
from yanshu.core.actor import Actor, Door
from yanshu.core.ui.masking import mask_number
from yanshu.institution.places.queries import branch_name
from yanshu.readers.patrons import queries
from yanshu.readers.patrons.models import MembershipEvent, Patron
from yanshu.readers.patrons.terms import AgeBand, CategoryKind, MembershipEventKind, PatronState


def _card(patron: Patron) -> str:
    return queries.number_in_use(list(patron.cards.all()))


def _common(*, name: exporting.Column, card: exporting.Column) -> tuple[exporting.Column, ...]:
    return (
        card,
        name,
        exporting.Column("category", _("Patron category"), "category__name"),
        exporting.Column("home_branch", _("Home branch"), "home_branch__code"),
    )


def _dates() -> tuple[exporting.Column, ...]:
    return (
        exporting.Column("registered_on", _("Registered on")),
        exporting.Column("expires_on", _("Valid until")),
        exporting.Column("state", _("State"), shown=lambda value: PatronState(value).label),
    )


@exporting.declare
class Patrons(exporting.Exporter):
    """The register with names, all numbers masked: for lists that leave the desk."""

    kind = "patrons"
    title = _("Readers")
    permission = "patrons.export"
    columns = (
        *_common(
            card=exporting.Column("card_number", _("Card number"), lambda row: mask_number(_card(row))),
            name=exporting.Column("name", pgettext_lazy("person", "Name")),
        ),
        *_dates(),
    )

    def rows(self, *, actor: Actor) -> QuerySet[Patron]:
        """Return the readers of the actor's branches by number of record."""
        return queries.listed(actor).order_by("pk")


@exporting.declare
class PatronsFull(Patrons):
    """The register with whole numbers, as the import of readers takes it: for moving to another system."""

    kind = "patrons-full"
    title = _("Readers with whole numbers")
    permission = "patrons.export_full"
    columns = (
        *_common(
            card=exporting.Column("card_number", _("Card number"), _card),
            name=exporting.Column("name", pgettext_lazy("person", "Name")),
        ),
        exporting.Column("birth_date", _("Date of birth")),
        exporting.Column("id_number", _("Identity number"), lambda row: str(row.id_number)),
        exporting.Column("telephone", _("Telephone"), lambda row: str(row.telephone)),
        *_dates(),
        exporting.Column("note", _("Note")),
    )


@exporting.declare
class Memberships(exporting.Exporter):
    """Every line of the ledger of memberships: no person, only category, age band and place."""

    kind = "memberships"
    title = _("Ledger of memberships")
    permission = "patrons.export"
    columns = (
        exporting.Column("business_date", _("Date")),
        exporting.Column("kind", _("What"), shown=lambda value: MembershipEventKind(value).label),
        exporting.Column("quantity", _("Counts")),
        exporting.Column("branch", _("Branch"), lambda line: branch_name(line.branch_id)),
        exporting.Column("category_code", _("Patron category"), shown=queries.category_name),
        exporting.Column("category_kind", _("Group"), shown=lambda value: CategoryKind(value).label),
        exporting.Column("age_band", _("Age"), shown=lambda value: AgeBand(value).label),
        exporting.Column("door", _("Door"), shown=lambda value: Door(value).label),
        exporting.Column("recorded_at", _("Recorded at")),
    )

    def rows(self, *, actor: Actor) -> QuerySet[MembershipEvent, Any]:
        """Return the lines of the actor's branches in the order of time."""
        return queries.memberships(actor)
