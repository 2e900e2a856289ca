"""Pages for readers that span wings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yanshu.core.access import public


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show the search, today's hours, notices, new books and the ranking."""
    return render(request, "opac/home.html")
