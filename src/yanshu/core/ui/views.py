"""Pages of the interface itself: choosing a look, covers, the pattern page, and the pages of failures."""

import logging
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from yanshu.core import access
from yanshu.core.actor import Actor
from yanshu.core.address import next_address
from yanshu.core.refusal import Refused
from yanshu.core.ui import context, presentation
from yanshu.core.ui.cover import cover_svg

logger = logging.getLogger("yanshu.ui")

_COVER_AGE_SECONDS = 365 * 24 * 60 * 60
_COVER_TEXT_LENGTH = 300


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme, type size and language, and go back to the page one was on."""
    answer = HttpResponseRedirect(next_address(request), status=303)
    theme = request.POST.get("theme")
    if theme in presentation.THEMES:
        _keep(answer, presentation.THEME_COOKIE, theme)
    elder = request.POST.get("elder")
    if elder in {"0", "1"}:
        _keep(answer, presentation.ELDER_COOKIE, elder)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
    return answer


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=presentation.COOKIE_AGE_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )


@require_safe
def cover(request: HttpRequest) -> HttpResponse:
    """Answer with the drawn cover of a title; the address says everything, so it may be kept for a year."""
    svg = cover_svg(
        request.GET.get("t", "")[:_COVER_TEXT_LENGTH],
        request.GET.get("a", "")[:_COVER_TEXT_LENGTH],
        request.GET.get("c", "")[:1],
    )
    answer = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    answer["Cache-Control"] = f"public, max-age={_COVER_AGE_SECONDS}, immutable"
    return answer


@require_GET
def patterns(request: HttpRequest) -> HttpResponse:
    """Show every part of the interface once, with invented people and books."""
    from yanshu.core.ui import samples

    return render(request, "core/patterns.html", samples.page(request))


@require_http_methods(["GET", "HEAD", "POST"])
def sample_palette(request: HttpRequest) -> HttpResponse:
    """Answer the palette of the pattern page."""
    from yanshu.core.ui import palette, samples

    return palette.answer(request, samples.places(), _("Go to"), request.POST.get("q", "").strip())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that a request could not be read."""
    del exception
    return _failure(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that a page is not for this person, and who can grant it."""
    reasons = exception.reasons if isinstance(exception, Refused) else ()
    return _page_of_failure(request, "403.html", 403, reasons=reasons, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page, and offer the search."""
    del exception
    return _page_of_failure(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke, with a number that also stands in the log; the database is not asked."""
    number = secrets.token_hex(2).upper()
    logger.error("Failure %s at %s %s", number, request.method, request.path)
    return _failure(request, "500.html", 500, number=number)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form has gone stale and that what was typed can be sent again; or that the log-in has ended.

    Where no cookie comes along, nobody is known either: the log-in has ended before the form has.
    """
    logger.info("Form refused at %s: %s", request.path, reason)
    is_over = Actor.of(request).account_id is None and access.is_guarded(request)
    if is_over and not access.wants_page(request):
        return access.log_in_first(request)
    return _page_of_failure(request, "403_csrf.html", 403, is_over=is_over, back=next_address(request))


def _page_of_failure(request: HttpRequest, template: str, status: int, /, **facts: Any) -> HttpResponse:
    """Return the page; where only a part was asked for, it takes the place of the whole main column."""
    answer = render(request, template, facts, status=status)
    if request.headers.get("HX-Request"):
        answer["HX-Retarget"], answer["HX-Reselect"], answer["HX-Reswap"] = "#main", "#main > *", "innerHTML"
    return answer


def _failure(request: HttpRequest, template: str, status: int, **facts: Any) -> HttpResponse:
    shown = {**context.bare_shell(request), **facts}
    return HttpResponse(render_to_string(template, shown), status=status)
