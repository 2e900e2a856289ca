"""Who may open a view. Every view bears exactly one of these marks; a test walks all URLs and asks."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor, PermissionMissing
from yanshu.core.refusal import Reason

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

PUBLIC = ""
READER = "reader"


def public(view: V) -> V:
    """Mark a view that anybody may open."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


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
                return redirect_to_login(request.get_full_path())
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
            return redirect_to_login(request.get_full_path())
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
