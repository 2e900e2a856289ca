"""The first page of the desk: the overview, or the first steps of a new library."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from yanshu.core.access import public
from yanshu.institution.staff.queries import is_founded


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the founding of an empty installation; else show the overview."""
    if not is_founded():
        return redirect("desk:staff-found")
    from yanshu.reporting.reports.web.desk import overview

    return overview(request)
