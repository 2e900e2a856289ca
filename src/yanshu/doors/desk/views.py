"""Pages of the desk that span wings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yanshu.core.access import requires


@requires("reports.overview")
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the overview."""
    return render(request, "desk/home.html")
