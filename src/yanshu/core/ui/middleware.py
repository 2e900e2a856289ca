"""Reads the presentation a person has chosen, so that the first paint is already right."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
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
