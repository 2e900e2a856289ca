"""What must hold in readers."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from yanshu.core.doctor import check
from yanshu.readers.patrons.models import Card, MembershipEvent, Patron
from yanshu.readers.patrons.terms import CardState, MembershipEventKind, PatronState

SHOWN = 50
"""A check that finds very much names the first ones."""


@check("patrons.one-membership", _("A person has one running membership"))
def one_membership() -> Iterator[str]:
    """Yield the readers who share an identity number."""
    running = Patron.objects.filter(state=PatronState.ACTIVE, id_number_hash__isnull=False)
    shared = running.values("id_number_hash").annotate(number=Count("pk")).filter(number__gt=1)
    for row in shared.order_by("id_number_hash")[:SHOWN]:
        readers = running.filter(id_number_hash=row["id_number_hash"]).order_by("pk")
        yield f"readers {', '.join(str(pk) for pk in readers.values_list('pk', flat=True))} are one person"


@check("patrons.valid-card", _("Every reader with a running membership has a valid card"))
def valid_card() -> Iterator[str]:
    """Yield the readers who have none."""
    valid = Card.objects.filter(patron=OuterRef("pk"), state=CardState.VALID)
    without = Patron.objects.filter(~Exists(valid), state=PatronState.ACTIVE).order_by("pk")
    for pk in without.values_list("pk", flat=True)[:SHOWN]:
        yield f"reader {pk} has no valid card"


@check("patrons.ledger", _("The ledger counts as many registrations of each day as there are readers"))
def ledger() -> Iterator[str]:
    """Yield the days on which lines and readers differ."""
    lines = dict(
        MembershipEvent.objects.filter(kind=MembershipEventKind.REGISTERED)
        .values_list("business_date")
        .annotate(Sum("quantity"))
        .order_by("business_date")
    )
    readers = dict(
        Patron.objects.values_list("registered_on").annotate(Count("pk")).order_by("registered_on")
    )
    differing = [day for day in sorted({*lines, *readers}) if lines.get(day, 0) != readers.get(day, 0)]
    for day in differing[:SHOWN]:
        yield f"{day}: {lines.get(day, 0)} registrations in the ledger, {readers.get(day, 0)} readers"
