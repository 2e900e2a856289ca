"""Desk pages of the calendar: the month of a branch, one day, the weekly hours, public holidays."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.ui import dates
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page
from yanshu.core.ui.month import month_of
from yanshu.institution.places import operations, queries
from yanshu.institution.places.models import Branch, DayException, PublicHoliday, ServicePoint
from yanshu.institution.places.queries import Calendar, DayFact
from yanshu.institution.places.terms import Because, ExceptionKind
from yanshu.institution.places.web import words
from yanshu.institution.places.web.crumbs import crumbs
from yanshu.institution.places.web.desk import GET_POST, branch_of
from yanshu.institution.places.web.filters import HolidayFilter
from yanshu.institution.places.web.hour_forms import DAYS, ExceptionForm, WeekForm
from yanshu.institution.places.web.tables import HolidayTable

_TOLD = {Because.CLOSURE, Because.EXCEPTION, Because.HOLIDAY, Because.WORKDAY}
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


@requires("places.see")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Lead to the month of the branch asked for, of one's workplace, or of the first one."""
    actor = Actor.of(request)
    branches = queries.branches_in_scope(actor)
    asked = request.GET.get("branch", "")
    wanted = int(asked) if asked.isdigit() else actor.branch_id
    chosen = branches.filter(pk=wanted).first() if wanted is not None else None
    branch = chosen or branches.first()
    if branch is None:
        return render(request, "places/desk/no_branch.html", {"crumbs": crumbs(_("Calendar"))})
    month = _month(request.GET.get("month", ""), clock.business_date(clock.now()))
    return redirect(_month_url(branch, month))


@requires("places.see")
@require_safe
def month(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Show the month of a branch: closed days hatched, reasons in words, each day a link."""
    branch = branch_of(request, branch_id)
    today = clock.business_date(clock.now())
    first = _month(request.GET.get("month", ""), today)
    end = first + timedelta(days=monthrange(first.year, first.month)[1])
    calendar = queries.calendar_of(branch.pk)
    days = list(calendar.days(first, end))
    shown = month_of(
        first,
        today=today,
        closed={day.on for day in days if not day.is_open},
        events={day.on: words.reason_words(day)[:6] for day in days if day.because in _TOLD},
        links={day.on: reverse("desk:places-day", args=[branch.pk, day.on.isoformat()]) for day in days},
    )
    return render(
        request,
        "places/desk/month.html",
        {
            "branch": branch,
            "branches": queries.branches_in_scope(Actor.of(request)),
            "month": shown,
            "label": f"{branch} {first:%Y-%m}",
            "before": f"{first - timedelta(days=1):%Y-%m}",
            "after": f"{end:%Y-%m}",
            "open_days": sum(day.is_open for day in days),
            "open_words": words.minutes_words(sum(day.minutes for day in days)),
            "told": [(day, words.day_words(day)) for day in days if day.because in _TOLD],
            "crumbs": _way(branch, _("Calendar")),
        },
    )


@requires("places.see")
@require_http_methods(GET_POST)
def day(request: HttpRequest, branch_id: int, day: date) -> HttpResponse:
    """Show what one day is and why, and let it depart from its week."""
    branch = branch_of(request, branch_id)
    kept = DayException.objects.filter(branch=branch, service_point=None, day=day).first()
    form = ExceptionForm(request.POST or None, initial=_initial(kept, queries.calendar_of(branch.pk), day))
    status = 200
    if request.method == "POST":
        if "remove" in request.POST or form.is_valid():
            try:
                _keep_day(request, branch, day, form)
            except Invalid as refused:
                add_reasons(form, refused.reasons)
            else:
                return redirect(_month_url(branch, day))
        status = 422
    fact = queries.calendar_of(branch.pk).day(day)
    facts = {
        "branch": branch,
        "day": fact,
        "words": words.day_words(fact),
        "because": fact.because.label,
        "kept": kept,
        "form": form,
        "back": _month_url(branch, day),
        "closed_by_order": fact.because is Because.CLOSURE,
        "crumbs": _way(branch, (_("Calendar"), _month_url(branch, day)), dates.full_date(day)),
    }
    return render(request, "places/desk/day.html", facts, status=status)


@requires("places.set_week")
@require_http_methods(GET_POST)
def week(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Set the weekly hours, after a look at what they change."""
    branch = branch_of(request, branch_id)
    point = _point(request, branch)
    today = clock.business_date(clock.now())
    calendar = queries.calendar_of(branch.pk, point.pk if point else None)
    form = WeekForm(request.POST or None, initial=_week_initial(calendar, today))
    preview, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = {
                "valid_from": form.cleaned_data["valid_from"],
                "valid_until": form.cleaned_data["valid_until"],
                "service_point": point,
            }
            if "preview" in request.POST:
                preview, status = queries.preview_week(branch=branch, week=form.week, **values), 200
            else:
                try:
                    operations.set_week(branch, form.week, actor=Actor.of(request), now=clock.now(), **values)
                except Invalid as refused:
                    add_reasons(form, refused.reasons)
                else:
                    messages.success(request, _("The opening hours are set."))
                    return redirect("desk:places-branch", branch_id=branch.pk)
    facts = {
        "branch": branch,
        "point": point,
        "form": form,
        "preview": preview,
        "before_words": words.minutes_words(preview.effect.minutes_before) if preview else "",
        "after_words": words.minutes_words(preview.effect.minutes_after) if preview else "",
        "has_hours": bool(calendar.week or calendar.own_week),
        "crumbs": _way(branch, _("Opening hours")),
    }
    return render(request, "places/desk/week.html", facts, status=status)


@requires("places.see")
@require_safe
def holidays(request: HttpRequest) -> HttpResponseBase:
    """List public holidays and compensating work days."""
    query = request.GET.copy()
    year = query.get("year") or str(clock.business_date(clock.now()).year)
    query["year"] = year
    page = ListPage(
        title=_("Public holidays"),
        unit=_("days"),
        shown="year",
        lead=_(
            "Days off and compensating work days as the State Council announces them. What they do to a "
            "branch stands on the branch; an exception goes before them."
        ),
        crumbs=crumbs(_("Public holidays")),
        template="places/desk/holidays.html",
    )
    return list_page(
        request,
        page,
        filterset=HolidayFilter(query, PublicHoliday.objects.all(), request=request),
        table=HolidayTable,
        year=year,
        may_load=year.isdigit()
        and int(year) in queries.pack_years()
        and Actor.of(request).may("places.load_holidays"),
    )


@requires("places.load_holidays")
@require_POST
def holidays_load(request: HttpRequest, year: int) -> HttpResponse:
    """Load the holidays of a year that come with the program."""
    loaded = operations.load_holidays(year, actor=Actor.of(request), now=clock.now())
    done = _("%(days)s days of %(year)s are loaded, %(new)s of them new.")
    facts = {"days": loaded.days, "year": year, "new": loaded.created + loaded.updated}
    messages.success(request, done % facts)
    return redirect(f"{reverse('desk:places-holidays')}?year={year}")


# --- how ---------------------------------------------------------------------------------------------------


def _month(text: str, today: date) -> date:
    year, _dash, number = text.partition("-")
    try:
        found = date(int(year), int(number), 1)
    except ValueError:
        return today.replace(day=1)
    return found if _FIRST_YEAR < found.year < _LAST_YEAR else today.replace(day=1)


def _month_url(branch: Branch, day: date) -> str:
    return f"{reverse('desk:places-month', args=[branch.pk])}?month={day:%Y-%m}"


def _way(branch: Branch, *steps: Any) -> list[Any]:
    branches = (_("Branches"), reverse("desk:places-branches"))
    return crumbs(branches, (str(branch), reverse("desk:places-branch", args=[branch.pk])), *steps)


def _initial(kept: DayException | None, calendar: Calendar, day: date) -> dict[str, Any]:
    if kept is not None:
        return {"kind": kept.kind, "periods": " ".join(kept.periods), "reason": kept.reason}
    fact: DayFact = calendar.day(day)
    return {
        "kind": ExceptionKind.CLOSED if fact.is_open else ExceptionKind.OPEN,
        "periods": " ".join(str(period).replace("–", "-") for period in fact.periods),
    }


def _keep_day(request: HttpRequest, branch: Branch, day: date, form: ExceptionForm) -> None:
    actor, now = Actor.of(request), clock.now()
    if "remove" in request.POST:
        operations.remove_exception(branch, day, actor=actor, now=now)
        messages.success(request, _("%(day)s goes by the week again.") % {"day": dates.full_date(day)})
        return
    values = form.cleaned_data
    operations.set_exception(
        branch,
        day,
        kind=ExceptionKind(values["kind"]),
        periods=values["periods"],
        reason=values["reason"],
        actor=actor,
        now=now,
    )
    messages.success(request, _("The hours of %(day)s are set.") % {"day": dates.full_date(day)})


def _point(request: HttpRequest, branch: Branch) -> ServicePoint | None:
    number = request.GET.get("point", "")
    if not number:
        return None
    if not number.isdigit():
        raise Http404
    return get_object_or_404(ServicePoint, pk=int(number), branch=branch)


def _week_initial(calendar: Calendar, today: date) -> dict[str, Any]:
    """Return the hours now in force by weekday, whatever exceptions this week has."""
    standing = [hours for hours in (calendar.own_week or calendar.week) if hours.holds_on(today)]
    initial: dict[str, Any] = {"valid_from": today}
    for number in DAYS:
        initial[f"day_{number}"] = sorted(hours.period for hours in standing if hours.weekday == number)
    return initial
