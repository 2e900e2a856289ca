"""Pages for readers that span wings: home, a record with its copies, new books, the ranking."""

import dataclasses

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yanshu.collection.catalogue import queries as catalogue
from yanshu.core import clock
from yanshu.core.access import public
from yanshu.core.ui.navigation import Crumb
from yanshu.core.ui.paging import page_of
from yanshu.discovery.search import queries as discovery
from yanshu.discovery.search.web.lines import lines
from yanshu.discovery.search.web.words import isbn_words
from yanshu.doors.opac import panels
from yanshu.doors.opac.citation import citation
from yanshu.institution.places.web.panels import todays_hours
from yanshu.lending.circulation import queries as circulation


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the search, today's hours, notices, new books and the ranking."""
    now = clock.now()
    today = todays_hours(now)
    facts = {
        "notices": today.notices,
        "panel": dataclasses.replace(today, notices=()),
        "new_books": list(lines(panels.new_books(clock.business_date(now), limit=panels.NEW_ON_HOME))),
        "ranking": panels.ranking()[: panels.RANKED_ON_HOME],
    }
    return render(request, "opac/home.html", facts)


@public
@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show a title: what it is, where its copies are now, how it is catalogued, what stands beside it."""
    shown = catalogue.released_record(record_id)
    if shown is None:
        raise Http404
    queue = circulation.waiting_by_record([record_id]).get(record_id, 0)
    found = discovery.Found.of(shown, discovery.copies_of([record_id])[record_id], queue)
    parsed = catalogue.columns_of(bytes(shown.marc), shown.dialect)
    authors = parsed.authors if parsed is not None and parsed.authors else (shown.author,)
    mark = shown.class_number or shown.class_main
    facts = {
        "record": shown,
        "parsed": parsed,
        "authors": [name for name in authors if name],
        "line": next(lines([found])),
        "found": found,
        "isbns": [
            isbn_words(number) for number in (parsed.isbns if parsed else ()) or (shown.isbn,) if number
        ],
        "class_words": f"{mark} {catalogue.class_name(mark)}".strip() if mark else "",
        "class_mark": mark,
        "areas": catalogue.isbd_areas(bytes(shown.marc), shown.dialect),
        "marc": catalogue.marc_lines(bytes(shown.marc), shown.dialect),
        "citation": citation(shown, authors),
        "beside": panels.same_class(shown),
        "address": request.build_absolute_uri(reverse("opac:record", args=[record_id])),
        "crumbs": [Crumb(_("Find books"), reverse("opac:search")), Crumb(shown.title)],
    }
    return render(request, "opac/record.html", facts)


@public
@require_safe
def new_books(request: HttpRequest) -> HttpResponse:
    """Show what was released to readers in the last sixty days."""
    since = clock.business_date(clock.now()) - panels.NEW_FOR
    page = page_of(discovery.new_records(since=since).values_list("pk", flat=True), request.GET)
    facts = {
        "page": page,
        "since": since,
        "lines": list(lines(discovery.found(list(page.object_list)))),
        "crumbs": [Crumb(_("New books"))],
    }
    return render(request, "opac/new_books.html", facts)


@public
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """Show the titles lent most in the last sixty days; titles, never readers."""
    facts = {"ranking": panels.ranking(), "crumbs": [Crumb(_("Most borrowed"))]}
    return render(request, "opac/ranking.html", facts)
