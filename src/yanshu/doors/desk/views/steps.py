"""The first steps of a new library: from the hours to the first loan, each led to its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yanshu.collection.catalogue.models import Item
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.doors.desk.navigation import address
from yanshu.institution.places.models import WeeklyPeriod
from yanshu.lending.circulation import operations as lending
from yanshu.lending.circulation.models import Loan, LoanPolicy
from yanshu.readers.patrons.models import Patron


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step: what it is for, whether it is done, where it is done."""

    title: Any
    words: Any
    is_done: bool
    url: str
    is_post: bool = False


@requires("places.make_branch")
@require_safe
def first_steps(request: HttpRequest) -> HttpResponse:
    """Show what is done and what comes next."""
    steps = list(_steps())
    following = next((step for step in steps if not step.is_done), None)
    return render(request, "desk/first_steps.html", {"steps": steps, "following": following})


@requires("circulation.set_up")
@require_POST
def usual_rules(request: HttpRequest) -> HttpResponse:
    """Make the usual categories and one lending policy, to be changed afterwards."""
    lending.make_usual_rules(actor=Actor.of(request), now=clock.now())
    messages.success(
        request, _("The usual categories and a lending policy are made. Change what differs here.")
    )
    return redirect("desk:first-steps")


def _steps() -> Iterator[FirstStep]:
    yield FirstStep(
        _("Opening hours"),
        _("When is the first branch open? Due dates and holds follow the calendar."),
        WeeklyPeriod.objects.exists(),
        address("places-calendar"),
    )
    yield FirstStep(
        _("Categories and a lending policy"),
        _("Adult, child, senior, visually impaired; book, reference book; five books for 30 days."),
        LoanPolicy.objects.exists(),
        address("usual-rules"),
        is_post=True,
    )
    yield FirstStep(
        _("The first reader"),
        _("Name and category are enough; the card gets its number by itself."),
        Patron.objects.exists(),
        address("patrons-register"),
    )
    yield FirstStep(
        _("The first book"),
        _("Enter a title and a copy, or load a file of records."),
        Item.objects.exists(),
        address("catalogue-record-new"),
    )
    yield FirstStep(
        _("The first loan"),
        _("Scan the card, then the book."),
        Loan.objects.exists(),
        address("circulation-desk"),
    )
