"""Reader pages: opening hours of all branches, and of one with its week, exceptions and notices."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yanshu.core import clock
from yanshu.core.access import public
from yanshu.core.ui.month import month_of
from yanshu.core.ui.navigation import Crumb
from yanshu.institution.places import queries
from yanshu.institution.places.terms import Because
from yanshu.institution.places.web import words

COMING_DAYS = 60


@public
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """Show how every branch is open today, and the notices in force."""
    now = clock.now()
    today = clock.business_date(now)
    listed = [
        (hours, words.today_words(hours), words.day_words(hours.day))
        for hours in queries.hours_today(list(queries.branches_serving(today)), now)
    ]
    facts = {
        "listed": listed,
        "notices": queries.closure_notices(today=today),
        "crumbs": [Crumb(_("Opening hours"))],
    }
    return render(request, "places/opac/hours.html", facts)


@public
@require_safe
def hours_of(request: HttpRequest, code: str) -> HttpResponse:
    """Show today, the week and what is coming at one branch."""
    now = clock.now()
    today = clock.business_date(now)
    branch = get_object_or_404(queries.branches_serving(today), code=code)
    calendar = queries.calendar_of(branch.pk)
    (hours,) = queries.hours_today([branch], now)
    first = today.replace(day=1)
    days = list(calendar.days(first, first + timedelta(days=31)))
    coming = [
        (day, words.coming_words(day))
        for day in calendar.days(today, today + timedelta(days=COMING_DAYS))
        if day.because in {Because.EXCEPTION, Because.HOLIDAY, Because.WORKDAY} or day.on in calendar.holidays
    ]
    facts = {
        "branch": branch,
        "hours": hours,
        "today_words": words.today_words(hours),
        "week": [(day, words.day_words(day), day.on == today) for day in queries.week_of(calendar, today)],
        "coming": coming,
        "notices": queries.closure_notices(today=today, branch_id=branch.pk),
        "month": month_of(first, today=today, closed={day.on for day in days if not day.is_open}),
        "month_label": _("Open days of %(branch)s this month") % {"branch": branch},
        "crumbs": [Crumb(_("Opening hours"), reverse("opac:places-hours")), Crumb(str(branch))],
    }
    return render(request, "places/opac/branch_hours.html", facts)
