"""What readers do for themselves: their loans, holds, card and history; reserving a title."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanshu.collection.catalogue.models import BibRecord
from yanshu.collection.catalogue.terms import RecordState
from yanshu.core import clock
from yanshu.core.access import for_reader
from yanshu.core.actor import Actor
from yanshu.core.refusal import NotFound, Reason, Refused
from yanshu.core.ui.dates import full_date
from yanshu.core.ui.navigation import Crumb
from yanshu.core.ui.paging import page_of
from yanshu.core.ui.pieces import State
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.errors import HoldRefused
from yanshu.lending.circulation.models import Hold, Loan
from yanshu.lending.circulation.terms import Block, HoldState
from yanshu.lending.circulation.web.forms import HoldForm
from yanshu.lending.circulation.web.tables import hold_state
from yanshu.readers.patrons import operations as patron_operations
from yanshu.readers.patrons import queries as patrons

SOON_DAYS = 2
NOON, EVENING = 12, 18


@dataclass(frozen=True, slots=True)
class LoanShown:
    """A loan as its reader sees it: renewable, or why not in few words."""

    loan: Loan
    hindrance: str

    @property
    def is_renewable(self) -> bool:
        """Whether the reader may renew it himself."""
        return not self.hindrance


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold as its reader sees it."""

    hold: Hold
    state: State
    place: int

    @property
    def is_ready(self) -> bool:
        """Whether the copy waits on the hold shelf."""
        return self.hold.state == HoldState.READY


@for_reader
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show the reader what he has, what waits for him, and his card."""
    patron_id, now = _patron_id(request), clock.now()
    today = clock.business_date(now)
    patron = patrons.patron(patron_id)
    standing = queries.standing(patron, branch_id=patron.home_branch_id, today=today)
    open_loans = standing.loans
    blocks = queries.renewal_blocks(open_loans, patron=patron, today=today)
    waiting = queries.waiting_by_record([loan.item.record_id for loan in open_loans])
    shown = [
        LoanShown(loan, _hindrance(blocks[loan.pk], waiting.get(loan.item.record_id, 0)))
        for loan in open_loans
    ]
    return render(
        request,
        "circulation/opac/account.html",
        {
            "patron": patron,
            "greeting": _greeting(now),
            "card_number": patrons.valid_card_number(patron_id),
            "loans": shown,
            "renewable": sum(1 for one in shown if one.is_renewable),
            "standing": standing,
            "soon": next((one for one in shown if 0 <= (one.loan.due_on - today).days <= SOON_DAYS), None),
            "holds": _holds_shown(standing.holds),
            "today": today,
            "to_forget": _to_forget(patron_id, now) if patron.keep_history else 0,
        },
    )


@for_reader
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Renew one loan, or everything that can be renewed."""
    actor, now = Actor.of(request), clock.now()
    wanted = request.POST.get("loan", "")
    if wanted.isdigit():
        _renew_one(request, int(wanted), actor=actor, now=now)
    else:
        _renew_all(request, actor=actor, now=now)
    return redirect("opac:account")


@for_reader
@require_POST
def cancel(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Give up one of the reader's own holds."""
    hold = operations.cancel_hold(hold_id=hold_id, actor=Actor.of(request), now=clock.now())
    words = _("The hold on %(title)s has been cancelled.")
    messages.success(request, words % {"title": queries.hold(hold.pk).record.title})
    return redirect("opac:account")


@for_reader
@require_http_methods(["GET", "POST"])
def history(request: HttpRequest) -> HttpResponse:
    """Show what the reader has had, as far as it stays linked to him, and the switch for it.

    Without scripts the question before switching it off is a page of its own.
    """
    patron_id, now = _patron_id(request), clock.now()
    if request.method == "POST":
        keep = request.POST.get("keep") == "1"
        if not keep and "sure" not in request.POST:
            crumbs = [Crumb(_("My library"), ".."), Crumb(_("Loan history"))]
            facts = {"to_forget": _to_forget(patron_id, now), "crumbs": crumbs}
            return render(request, "circulation/opac/history_off.html", facts)
        patron_operations.keep_history(patron_id=patron_id, keep=keep, actor=Actor.of(request), now=now)
        said = _("Your loan history is kept from now on.") if keep else _("Your loan history is not kept.")
        messages.success(request, said)
        return redirect("opac:circulation-my-history")
    return render(
        request,
        "circulation/opac/history.html",
        {
            "patron": patrons.patron(patron_id),
            "to_forget": _to_forget(patron_id, now),
            "shown": page_of(queries.past_loans(patron_id=patron_id, now=now), request.GET),
            "crumbs": [Crumb(_("My library"), ".."), Crumb(_("Loan history"))],
        },
    )


@for_reader
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, record_id: int) -> HttpResponse:
    """Ask where a title is to be collected, and reserve it."""
    actor, now = Actor.of(request), clock.now()
    record = BibRecord.objects.filter(pk=record_id, state=RecordState.RELEASED).first()
    if record is None:
        raise NotFound.because("record-not-found", _("This title is not in the catalogue."))
    branches = places.branches_serving(clock.business_date(now))
    with_copy = queries.branches_with_copy(record_id)
    form = HoldForm(request.POST or None, branches=branches, with_copy=with_copy, home=actor.branch_id)
    against: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        branch = form.cleaned_data["pickup_branch"]
        try:
            operations.place_hold(
                record_id=record_id,
                patron_id=_patron_id(request),
                pickup_branch_id=branch.pk,
                actor=actor,
                now=now,
            )
        except HoldRefused as refused:
            against = refused.reasons
        else:
            words = _("%(title)s is reserved. You will find it at %(branch)s once it is in.")
            messages.success(request, words % {"title": record.title, "branch": branch})
            return redirect("opac:account")
    elif actor.branch_id is not None:
        standing = operations.preview_hold(
            record_id=record_id,
            patron_id=_patron_id(request),
            pickup_branch_id=actor.branch_id,
            actor=actor,
            now=now,
        )
        against = tuple(reason for reason in standing if reason.code != Block.COPY_ON_SHELF)
    return render(
        request,
        "circulation/opac/hold.html",
        {
            "record": record,
            "form": form,
            "against": against,
            "is_hopeless": any(reason.code != Block.COPY_ON_SHELF for reason in against),
            "waiting": queries.queue_length(record_id),
            "crumbs": [Crumb(_("My library"), "/my/"), Crumb(_("Reserve a title"))],
        },
        status=422 if request.method == "POST" else 200,
    )


def _to_forget(patron_id: int, now: datetime) -> int:
    return queries.past_loans_to_forget(patron_id=patron_id, now=now)


def _patron_id(request: HttpRequest) -> int:
    patron_id = Actor.of(request).patron_id
    assert patron_id is not None  # for_reader has seen to it
    return patron_id


def _holds_shown(holds: Sequence[Hold]) -> list[HoldShown]:
    where = queries.queue_places(holds)
    return [HoldShown(one, hold_state(one.state), where.get(one.pk, 0)) for one in holds]


def _hindrance(blocks: tuple[Block, ...], waiting: int) -> str:
    if not blocks:
        return ""
    if Block.ITEM_HELD in blocks:
        return ngettext("%(count)d reader is waiting", "%(count)d readers are waiting", waiting) % {
            "count": waiting
        }
    if Block.RENEWAL_LIMIT in blocks:
        return _("renewed already")
    return str(blocks[0].label)


def _greeting(now: datetime) -> str:
    hour = clock.local(now).hour
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")


def _renew_one(request: HttpRequest, loan_id: int, *, actor: Actor, now: datetime) -> None:
    try:
        renewed = operations.renew(loan_id=loan_id, actor=actor, now=now)
    except Refused as refused:
        messages.warning(request, _said(refused.reasons))
        return
    loan = queries.loans_by_key([loan_id])[loan_id]
    messages.success(request, _renewed_words(loan, renewed.due_on, renewed.due_moved_from))


def _renewed_words(loan: Loan, due_on: date, moved_from: date | None) -> str:
    said = _("%(title)s is renewed until %(day)s.") % {
        "title": loan.item.record.title,
        "day": full_date(due_on),
    }
    if moved_from is None:
        return said
    return said + " " + _("We are closed on %(day)s, so it is due later.") % {"day": full_date(moved_from)}


def _renew_all(request: HttpRequest, *, actor: Actor, now: datetime) -> None:
    tried = operations.renew_all(patron_id=_patron_id(request), actor=actor, now=now)
    renewed = sum(1 for one in tried if one.renewal is not None)
    if renewed:
        words = ngettext("%(count)d item renewed", "%(count)d items renewed", renewed)
        messages.success(request, words % {"count": renewed})
    for one in tried:
        if one.renewal is None:
            words = _("%(title)s: %(reasons)s")
            said = {"title": one.loan.item.record.title, "reasons": _said(one.reasons)}
            messages.warning(request, words % said)


def _said(reasons: Sequence[Reason]) -> str:
    return " ".join(f"{reason.label} {reason.detail}".strip() for reason in reasons)
