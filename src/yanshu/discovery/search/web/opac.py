"""Reader pages of searching: results, the advanced search, suggestions while one types."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from yanshu.collection.catalogue import queries as catalogue
from yanshu.core.access import public
from yanshu.core.ui.navigation import Crumb
from yanshu.discovery.search import queries
from yanshu.discovery.search.queries import Suggestion, SuggestionKind
from yanshu.discovery.search.terms import Field, SortWord
from yanshu.discovery.search.web import facets
from yanshu.discovery.search.web.forms import AdvancedForm
from yanshu.discovery.search.web.lines import lines
from yanshu.discovery.search.web.wish import chips, kept, unfiltered, wish_of
from yanshu.discovery.search.web.words import FacetWords
from yanshu.institution.places.models import Branch

SUGGESTIONS_KEPT_SECONDS = 60
LEAST_SHOWN_MS = 10
"""A search is said to have taken at least this long: 0.00 s says nothing."""
TYPED = ("q", *Field.values)
FILTERED = ("available", "branch", "form", "in_class", "language", "year_from", "year_to")


@public
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what was found, with the panel 筛选; without an index what exact look-ups find, and say so."""
    wish = wish_of(request.GET)
    result = queries.search(wish)
    answer = result.answer
    words = FacetWords(dict(branch_choices()), _classes(facets.opened_class(wish)))
    in_force = list(chips(request.GET, wish, words))
    page = Paginator(range(answer.total), result.request.page_size).get_page(result.request.page)
    facts = {
        "wish": wish,
        "result": result,
        "page": page,
        "lines": list(lines(queries.found(answer.ids), None if wish.is_browsing else wish)),
        "heading": _heading(wish.typed, in_force),
        "groups": facets.groups(wish, result, words),
        "years": facets.years(result),
        "chips": in_force,
        "unfiltered": unfiltered(request.GET),
        "filters_in_force": len(in_force) - len(wish.fields),
        "sorts": SortWord.choices,
        "kept_typed": kept(request.GET, *TYPED, "sort", "per_page"),
        "kept_for_sort": kept(request.GET, *TYPED, *FILTERED, "per_page"),
        "kept_for_box": kept(request.GET, *FILTERED, "sort", "per_page"),
        "seconds": f"{max(answer.took_ms, LEAST_SHOWN_MS) / 1_000:.2f}",
    }
    return render(request, "search/results.html", facts)


@public
@require_safe
def advanced(request: HttpRequest) -> HttpResponse:
    """Show the fields of the advanced search, filled with what the address already asks for."""
    form = AdvancedForm(initial=request.GET.dict(), branches=branch_choices())
    crumbs = [Crumb(_("Find books"), reverse("opac:search")), Crumb(_("Advanced search"))]
    return render(request, "search/advanced.html", {"form": form, "crumbs": crumbs})


@public
@require_safe
@cache_control(public=True, max_age=SUGGESTIONS_KEPT_SECONDS)
@vary_on_headers("Cookie", "Accept-Language")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer what is being typed with titles and names that begin so."""
    entries = [_entry(found) for found in queries.suggest(request.GET.get("q", ""))]
    return JsonResponse({"entries": entries}, json_dumps_params={"ensure_ascii": False})


def branch_choices() -> list[tuple[int, str]]:
    """Return the branches with their names in the language of the page, in one query."""
    english = (get_language() or "").startswith("en")
    rows = Branch.objects.values_list("pk", "name", "name_en")
    return [(key, (english and name_en) or name) for key, name, name_en in rows]


def _classes(opened: str) -> dict[str, str]:
    """Return the names of the main classes and of the classes under one of them."""
    nodes = [*catalogue.children_of(), *(catalogue.children_of(opened) if opened else ())]
    return {node.code: node.shown for node in nodes}


def _heading(typed: str, in_force: list[Any]) -> str:
    if typed:
        return _("“%(typed)s”") % {"typed": typed}
    return _("Search results") if in_force else _("The whole collection")


def _entry(found: Suggestion) -> dict[str, Any]:
    is_title = found.kind is SuggestionKind.TITLE
    parameter = {"q": found.text} if is_title else {"author": found.text}
    return {
        "text": found.text,
        "kind": found.kind.value,
        "words": _("Title") if is_title else _("Author"),
        "records": found.records,
        "url": f"{reverse('opac:search')}?{urlencode(parameter)}",
    }
