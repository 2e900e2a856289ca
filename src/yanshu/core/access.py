"""Who may open a view. Every view bears exactly one of these marks; a test walks all URLs and asks."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor, PermissionMissing
from yanshu.core.address import next_address
from yanshu.core.refusal import Reason

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

PUBLIC = ""
READER = "reader"


def public(view: V) -> V:
    """Mark a view that anybody may open."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def is_guarded(request: HttpRequest) -> bool:
    """Say whether the view asked for is open only to somebody who has logged in."""
    match = request.resolver_match
    return match is not None and getattr(match.func, "permission", PUBLIC) != PUBLIC


def wants_page(request: HttpRequest) -> bool:
    """Say whether a whole page is asked for, not what a script puts into one."""
    return not (
        request.headers.get("HX-Request") or request.headers.get("Accept", "").startswith("application/json")
    )


def log_in_first(request: HttpRequest) -> HttpResponse:
    """Lead somebody unknown to the log-in, and back to where he stood.

    A script gets a bare 401: the page it asked from stays as it is, with what was typed, and says in its
    own words that the log-in has ended (``notices.js``). A form leads back to the page it stood on: what it
    was sent to answers forms only.
    """
    if not wants_page(request):
        return HttpResponse(status=401)
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else next_address(request)
    return redirect_to_login(back)


def requires(permission: str) -> Callable[[V], V]:
    """Mark a page of the staff for holders of ``permission``; visitors are led to the log-in.

    Raises:
        PermissionMissing: for somebody logged in without the permission, and for every reader: what readers
            may do for themselves has pages of its own.
    """

    def mark(view: V) -> V:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = Actor.of(request)
            if actor.account_id is None:
                return log_in_first(request)
            if actor.patron_id is not None:
                raise PermissionMissing([Reason(code="staff-only", label=_("This page is for staff."))])
            actor.demand(permission)
            request.actor = actor.narrowed(permission)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def for_reader(view: V) -> V:
    """Mark a view for a reader who has logged in and acts for himself."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = Actor.of(request)
        if actor.account_id is None:
            return log_in_first(request)
        if actor.patron_id is None:
            raise PermissionMissing(
                [
                    Reason(
                        code="readers-only",
                        label=_("This page is a reader's own."),
                        detail=_("Log out, and log in with the number of a reader's card."),
                    )
                ]
            )
        return view(request, *args, **kwargs)

    guarded.permission = READER  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]
