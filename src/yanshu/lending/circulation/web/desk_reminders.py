"""Reminders: what readers have had too long, on paper, one sheet for each reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.ui.masking import mask_number
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.models import Loan
from yanshu.lending.circulation.web.filters import LoanFilter
from yanshu.lending.circulation.web.tables import shown_name
from yanshu.readers.patrons import queries as patrons
from yanshu.readers.patrons.models import Patron

LOANS_AT_ONCE = 500
LONGEST_KEY = 18
WHOLE_NUMBERS = "patrons.export_full"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one sheet says.

    Args:
        name: whole for who sees the reader, else the surname; so ``is_whole`` says.
        telephone: whole only for who may take whole numbers out of the register, else its last digits.
        loans: each overdue loan with the days it is overdue.
    """

    name: str
    is_whole: bool
    home_branch: str
    card_number: str
    telephone: str
    loans: Sequence[tuple[Loan, int]]


@requires("circulation.remind")
@require_POST
def reminders(request: HttpRequest) -> HttpResponse:
    """Show the reminders of the loans ticked, or of all the list lets through, ready to print."""
    actor, now = Actor.of(request), clock.now()
    today = clock.business_date(now)
    chosen = _chosen(request, actor, today)
    loans = operations.remind(loan_ids=chosen[:LOANS_AT_ONCE], actor=actor, now=now) if chosen else []
    return render(
        request,
        "circulation/desk/reminders.html",
        {
            "reminders": _sheets(loans, actor, today),
            "loans": len(loans),
            "in_time": len(chosen[:LOANS_AT_ONCE]) - len(loans),
            "is_cut": len(chosen) > LOANS_AT_ONCE,
            "most": LOANS_AT_ONCE,
            "branch": places.branch_name(actor.branch_id),
            "today": today,
        },
    )


def _chosen(request: HttpRequest, actor: Actor, today: date) -> list[int]:
    """Return the loans the list's form names, one more than fit at once so that what is cut can be said."""
    rows = queries.loans_in_scope(actor=actor)
    if request.POST.get("all") == "1":
        asked = QueryDict(request.POST.get("query", ""))
        # What is not overdue yet would only take the place of what is.
        rows = LoanFilter(asked, queryset=rows, actor=actor, today=today).qs.filter(due_on__lt=today)
    else:
        ticked = request.POST.getlist("selected")
        rows = rows.filter(pk__in=[int(key) for key in ticked if key.isdecimal() and len(key) <= LONGEST_KEY])
    return list(rows.values_list("pk", flat=True)[: LOANS_AT_ONCE + 1])


def _sheets(loans: Iterable[Loan], actor: Actor, today: date) -> list[Reminder]:
    by_reader = groupby(loans, key=lambda loan: loan.patron)
    return [_sheet(patron, list(group), actor, today) for patron, group in by_reader if patron is not None]


def _sheet(patron: Patron, loans: Sequence[Loan], actor: Actor, today: date) -> Reminder:
    telephone, is_whole = str(patron.telephone), patrons.is_of(actor, patron.home_branch_id)
    return Reminder(
        name=shown_name(patron, actor),
        is_whole=is_whole,
        home_branch=str(patron.home_branch),
        card_number=mask_number(patrons.number_in_use(list(patron.cards.all()))),
        telephone=telephone if is_whole and actor.may(WHOLE_NUMBERS) else mask_number(telephone),
        loans=[(loan, (today - loan.due_on).days) for loan in loans],
    )
