"""Reads the presentation a person has chosen, so that the first paint is right; words an unworded answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from yanshu.core.ui.presentation import presentation_of


class PresentationMiddleware:
    """Sets ``request.presentation`` from the cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the cookies; a page that was drawn by them must not be kept for others."""
        request.presentation = presentation_of(request.COOKIES)  # type: ignore[attr-defined]
        answer = self.get_response(request)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(answer, ["Cookie"])
        return answer


class MethodMiddleware:
    """Gives the answer to a page asked for by the wrong method words; Django's own is empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put a page in place of an empty 405; what it allows stays said."""
        answer = self.get_response(request)
        if not isinstance(answer, HttpResponseNotAllowed) or answer.content:
            return answer
        page = render(request, "405.html", status=405)
        page["Allow"] = answer["Allow"]
        return page
