"""The loan slip: a narrow sheet of plain text for 58 or 80 mm printers."""

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import queries
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.terms import LoanEventKind
from yanshu.lending.circulation.web.turn import Turn
from yanshu.readers.patrons import queries as patrons

WIDTH = "circulation.slip_mm"
WIDTHS = (58, 80)


class Extent(models.TextChoices):
    """Which loans stand on the slip."""

    TURN = "turn", _("This turn")
    TODAY = "today", _("All of today")
    OPEN = "open", _("Everything on loan")


@requires("circulation.desk")
@require_GET
def slip(request: HttpRequest) -> HttpResponse:
    """Show the slip of the reader at the desk; it can be printed again as long as he stands there.

    With ``print`` in the address, as the key of the desk has it, the print dialogue opens by itself.
    """
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    turn = Turn.of(request, today)
    if turn.patron_id is None:
        return redirect("desk:circulation-desk")
    wanted = request.GET.get("extent", "")
    loans = list(queries.open_loans(patron_id=turn.patron_id))
    groups = _groups(loans, turn, today)
    filled = next((one for one in Extent if groups[one]), Extent.OPEN)
    extent = Extent(wanted) if wanted in Extent.values else filled
    return render(
        request,
        "circulation/desk/slip.html",
        {
            "card_number": patrons.valid_card_number(turn.patron_id),
            "loans": groups[extent],
            "extent": extent,
            "extents": Extent,
            "width": _width(request),
            "prints": "print" in request.GET,
            "widths": WIDTHS,
            "branch": places.branch_name(actor.branch_id),
            "printed_at": now,
        },
    )


def _groups(loans: Sequence[Loan], turn: Turn, today: date) -> dict[Extent, list[Loan]]:
    lines = queries.lines(turn.lines).filter(
        kind__in=[LoanEventKind.CHECKOUT, LoanEventKind.RENEWAL], corrected_by__isnull=True
    )
    now_done = set(lines.values_list("loan_id", flat=True))
    return {
        Extent.TURN: [loan for loan in loans if loan.pk in now_done],
        Extent.TODAY: [loan for loan in loans if clock.business_date(loan.opened_at) == today],
        Extent.OPEN: list(loans),
    }


def _width(request: HttpRequest) -> int:
    wanted = request.GET.get("width", "")
    if wanted in {str(width) for width in WIDTHS}:
        request.session[WIDTH] = int(wanted)
    kept = request.session.get(WIDTH)
    return kept if kept in WIDTHS else WIDTHS[-1]
