"""The addresses of searching."""

from django.urls import URLPattern, path

from yanshu.discovery.search.web import opac as readers

desk: list[URLPattern] = []
opac: list[URLPattern] = [
    path("search/", readers.results, name="search"),
    path("search/advanced/", readers.advanced, name="search-advanced"),
    path("search/suggestions/", readers.suggestions, name="search-suggestions"),
]
