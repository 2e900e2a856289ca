"""Desk pages of closure orders: the list, the form with its effects, one order, its notice on paper."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui import dates
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page
from yanshu.core.ui.navigation import Link
from yanshu.institution.places import operations, queries
from yanshu.institution.places.models import ClosureOrder
from yanshu.institution.places.terms import ClosureStage
from yanshu.institution.places.web.crumbs import crumbs
from yanshu.institution.places.web.desk import GET_POST
from yanshu.institution.places.web.filters import ClosureFilter
from yanshu.institution.places.web.forms import ClosureForm, ReopeningForm
from yanshu.institution.places.web.tables import ClosureTable


@requires("places.see")
@require_safe
def closures(request: HttpRequest) -> HttpResponseBase:
    """List the closure orders, the latest first."""
    actor = Actor.of(request)
    new = Link(_("Order a closure"), reverse("desk:places-closure-new"), icon="door-closed", key="n")
    page = ListPage(
        title=_("Closure orders"),
        unit=_("orders"),
        kind="closures",
        shown="q branch state",
        acts=[new] if actor.may("places.order_closure") else [],
        crumbs=crumbs(_("Closure orders")),
    )
    rows = ClosureFilter(request.GET, queries.closure_orders(actor), request=request)
    return list_page(request, page, filterset=rows, table=ClosureTable)


@requires("places.order_closure")
@require_http_methods(GET_POST)
def closure_new(request: HttpRequest) -> HttpResponse:
    """Order a closure, after a look at what it does."""
    actor = Actor.of(request)
    today = clock.business_date(clock.now())
    form = ClosureForm(
        request.POST or None,
        branches=queries.branches_serving(today).filter(pk__in=queries.branches_in_scope(actor)),
        initial={"notice_on": today, "branches": request.GET.getlist("branch")},
    )
    preview, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and "preview" in request.POST:
            data = form.data_()
            preview, status = queries.preview_closure(data), 200
            form = _drafted(form, queries.draft_notice(data))
        elif form.is_valid():
            try:
                order = operations.order_closure(form.data_(), actor=actor, now=clock.now())
            except Invalid as refused:
                add_reasons(form, refused.reasons)
            else:
                messages.success(request, _("Closure %(number)s is ordered.") % {"number": order.number})
                return redirect("desk:places-closure", order_id=order.pk)
    facts = {
        "form": form,
        "preview": preview,
        "crumbs": crumbs((_("Closure orders"), reverse("desk:places-closures")), _("Order a closure")),
    }
    return render(request, "places/desk/closure_form.html", facts, status=status)


@requires("places.see")
@require_safe
def closure(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show an order: what it closes, its notice, and what can still be done about it."""
    return _closure_page(request, _order(request, order_id))


@requires("places.move_reopening")
@require_POST
def closure_move(request: HttpRequest, order_id: int) -> HttpResponse:
    """Set another day of reopening."""
    order = _order(request, order_id)
    form = ReopeningForm(request.POST)
    if form.is_valid():
        try:
            moved = operations.move_reopening(
                order, form.cleaned_data["reopens_on"], actor=Actor.of(request), now=clock.now()
            )
        except (Invalid, Conflict) as refused:
            add_reasons(form, refused.reasons)
        else:
            done = _("Reopening on %(day)s. Due dates follow.")
            messages.success(request, done % {"day": dates.full_date(moved.reopens_on)})
            return redirect("desk:places-closure", order_id=order.pk)
    return _closure_page(request, order, form=form, status=422)


@requires("places.revoke_closure")
@require_POST
def closure_revoke(request: HttpRequest, order_id: int) -> HttpResponse:
    """Take an order back before its first day."""
    order = _order(request, order_id)
    operations.revoke_closure(order, actor=Actor.of(request), now=clock.now())
    done = _("Closure %(number)s is revoked. Due dates move back in the background; this page says how far.")
    messages.success(request, done % {"number": order.number})
    return redirect("desk:places-closure", order_id=order.pk)


@requires("places.restore_closure")
@require_POST
def closure_restore(request: HttpRequest, order_id: int) -> HttpResponse:
    """Undo a revocation."""
    order = _order(request, order_id)
    operations.restore_closure(order, actor=Actor.of(request), now=clock.now())
    messages.success(request, _("Closure %(number)s is in force again.") % {"number": order.number})
    return redirect("desk:places-closure", order_id=order.pk)


@requires("places.see")
@require_safe
def closure_print(request: HttpRequest, order_id: int) -> HttpResponse:
    """Show the notice as it is posted at the door."""
    order = _order(request, order_id)
    library = order.branches.select_related("library").first()
    return render(
        request,
        "places/desk/closure_notice.html",
        {"order": order, "library": str(library.library) if library else "", "crumbs": _way(order)},
    )


# --- how ---------------------------------------------------------------------------------------------------


def _order(request: HttpRequest, order_id: int) -> ClosureOrder:
    return get_object_or_404(queries.closure_orders(Actor.of(request)), pk=order_id)


def _way(order: ClosureOrder) -> list[Any]:
    return crumbs((_("Closure orders"), reverse("desk:places-closures")), order.number)


def _closure_page(
    request: HttpRequest, order: ClosureOrder, *, form: ReopeningForm | None = None, status: int = 200
) -> HttpResponse:
    actor, today = Actor.of(request), clock.business_date(clock.now())
    stage = queries.stage_of(order, today)
    followed = queries.closure_followed(order)
    is_revoked = stage is ClosureStage.REVOKED
    running = stage in {ClosureStage.ANNOUNCED, ClosureStage.CLOSED}
    last = order.reopens_on - timedelta(days=1)
    facts = [
        (_("Branches"), "、".join(str(branch) for branch in order.branches.all())),
        (_("First closed day"), dates.full_date(order.first_closed_day)),
        (_("Last closed day"), dates.full_date(last)),
        (_("Reopens on"), dates.full_date(order.reopens_on)),
        (_("Days"), (order.reopens_on - order.first_closed_day).days),
        (_("Reason"), order.reason),
        (_("Notice published on"), dates.full_date(order.notice_on)),
        (_("Ordered at"), f"{dates.moment(order.ordered_at)} {order.ordered_by}"),
        (_("Revoked at"), dates.moment(order.revoked_at)),
    ]
    may_restore = is_revoked and today < order.first_closed_day
    return render(
        request,
        "places/desk/closure.html",
        {
            "order": order,
            "stage": stage,
            "facts": facts,
            "moved": [one.moved for one in followed],
            "is_revoked": is_revoked,
            "left": [one.moved if is_revoked else one.unmoved for one in followed]
            if is_revoked or running
            else [],
            "form": form or ReopeningForm(initial={"reopens_on": order.reopens_on}),
            "may_move": running and actor.may("places.move_reopening"),
            "may_revoke": stage is ClosureStage.ANNOUNCED and actor.may("places.revoke_closure"),
            "may_restore": may_restore and actor.may("places.restore_closure"),
            "crumbs": _way(order),
        },
        status=status,
    )


def _drafted(form: ClosureForm, notice: str) -> ClosureForm:
    """Return the form with a drafted notice where nobody has written one or touched the last draft."""
    written = _lines(form.cleaned_data["notice"])
    if written and written != _lines(form.cleaned_data["draft"]):
        return form
    typed: Any = form.data
    typed = typed.copy()
    typed["notice"] = typed["draft"] = notice
    again = ClosureForm(typed, branches=form.fields["branches"].queryset)  # type: ignore[attr-defined]
    again.is_valid()
    return again


def _lines(text: str) -> list[str]:
    """Return a text by its lines; browsers send other line ends than we wrote."""
    return text.strip().splitlines()
