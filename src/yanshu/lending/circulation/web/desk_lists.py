"""Lending's lists: open loans, holds and the hold shelf, what returns brought to light, the ledger."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Refused
from yanshu.core.ui.list_page import ListPage, list_page
from yanshu.core.ui.masking import mask_surname
from yanshu.core.ui.navigation import Crumb
from yanshu.core.ui.numbers import thousands
from yanshu.core.ui.paging import page_of
from yanshu.lending.circulation import operations, queries
from yanshu.lending.circulation.web.filters import HoldFilter, IssueFilter, LineFilter, LoanFilter
from yanshu.lending.circulation.web.tables import HoldTable, LineTable, LoanTable, issue_label, issue_state

LOANS = ListPage(
    gettext_lazy("Open loans"),
    gettext_lazy("loans"),
    kind="loans",
    shown="q due branch",
    template="circulation/desk/loans.html",
)
HOLDS = ListPage(
    gettext_lazy("Holds"),
    pgettext_lazy("rows", "holds"),
    kind="holds",
    shown="q state pickup_branch",
    template="circulation/desk/holds.html",
)
LINES = ListPage(
    gettext_lazy("Ledger of the day"), gettext_lazy("lines"), kind="loan-lines", shown="day kind branch"
)


@requires("circulation.see")
@require_GET
def loans(request: HttpRequest) -> HttpResponseBase:
    """List what is on loan, the longest overdue first."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    rows = queries.with_readers(queries.loans_in_scope(actor=actor))
    filterset = LoanFilter(request.GET, queryset=rows, actor=actor, today=today)
    overdue = queries.overdue_count(actor=actor, today=today)
    return list_page(
        request,
        LOANS,
        filterset=filterset,
        table=LoanTable(filterset.qs, today=today, actor=actor),
        may_remind=actor.may("circulation.remind"),
        fact=_("%(count)s overdue") % {"count": thousands(overdue)} if overdue else "",
    )


@requires("circulation.see")
@require_GET
def holds(request: HttpRequest) -> HttpResponseBase:
    """List the holds of all states."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    rows = queries.holds_in_scope(actor=actor)
    filterset = HoldFilter(request.GET, queryset=rows, actor=actor, today=today)
    return list_page(request, HOLDS, filterset=filterset, table=HoldTable(filterset.qs))


@requires("circulation.see")
@require_GET
def hold_shelf(request: HttpRequest) -> HttpResponse:
    """Show what stands on the hold shelf, and what is to be fetched from the shelves for it."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    ready = list(queries.hold_shelf(actor=actor))
    fetch = page_of(queries.to_fetch(actor=actor), request.GET, size=50)
    waiting = queries.waiting_by_record([item.record_id for item in fetch])
    return render(
        request,
        "circulation/desk/hold_shelf.html",
        {
            "ready": [(hold, mask_surname(hold.patron.name) if hold.patron else "—") for hold in ready],
            "stale": sum(1 for hold in ready if hold.pickup_until and hold.pickup_until < today),
            "fetch": fetch,
            "waiting": waiting,
            "instead": queries.instead_of(list(fetch), actor=actor),
            "today": today,
            "may_keep": actor.may("circulation.return"),
            "may_cancel": actor.may("circulation.cancel_hold"),
            "crumbs": [Crumb(_("Holds"), ".."), Crumb(_("Hold shelf"))],
        },
    )


@requires("circulation.return")
@require_POST
def keep(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take a copy from the shelf for the first reader who waits."""
    try:
        hold = operations.keep_for_hold(item_id=item_id, actor=Actor.of(request), now=clock.now())
    except Conflict as refused:
        messages.warning(request, str(refused.reasons[0].label))
        return redirect("desk:circulation-hold-shelf")
    shown = queries.hold(hold.pk)
    words = _("%(title)s is kept for collection at %(branch)s.")
    messages.success(request, words % {"title": shown.record.title, "branch": shown.pickup_branch})
    return redirect("desk:circulation-hold-shelf")


@requires("circulation.cancel_hold")
@require_POST
def cancel(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Give up a hold for its reader; the copy goes to the next one or back to the shelf."""
    hold = operations.cancel_hold(hold_id=hold_id, actor=Actor.of(request), now=clock.now())
    words = _("The hold on %(title)s has been cancelled.")
    messages.success(request, words % {"title": queries.hold(hold.pk).record.title})
    return redirect("desk:circulation-hold-shelf")


@requires("circulation.see")
@require_GET
def issues(request: HttpRequest) -> HttpResponse:
    """List what returns brought to light; the open ones by default."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    asked = request.GET.copy()
    if not request.GET:
        asked["settled"] = "no"
    filterset = IssueFilter(asked, queryset=queries.issues_in_scope(actor=actor), actor=actor, today=today)
    page = page_of(filterset.qs, request.GET)
    return render(
        request,
        "circulation/desk/issues.html",
        {
            "filter": filterset,
            "shown": page,
            "rows": [(issue, issue_label(issue.kind), issue_state(issue)) for issue in page],
            "may_settle": actor.may("circulation.settle_issue"),
        },
    )


@requires("circulation.settle_issue")
@require_POST
def settle(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Write down what was done about an issue."""
    words = request.POST.get("settlement", "").strip()
    if not words:
        messages.warning(request, _("Say in a few words what was done; it stays with the issue."))
        return redirect("desk:circulation-issues")
    try:
        operations.settle_issue(issue_id=issue_id, settlement=words, actor=Actor.of(request), now=clock.now())
    except Refused as refused:
        messages.error(request, str(refused.reasons[0].label))
        return redirect("desk:circulation-issues")
    messages.success(request, _("Settled: %(words)s") % {"words": words})
    return redirect("desk:circulation-issues")


@requires("circulation.see")
@require_GET
def ledger(request: HttpRequest) -> HttpResponseBase:
    """List the lines of a day, today's by default."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    asked = request.GET.copy()
    if "day" not in asked:
        asked["day"] = today.isoformat()
    rows = queries.lines_in_scope(actor=actor)
    filterset = LineFilter(asked, queryset=rows, actor=actor, today=today)
    return list_page(request, LINES, filterset=filterset, table=LineTable(filterset.qs))
