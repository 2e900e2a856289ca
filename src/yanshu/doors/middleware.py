"""Whether there is a library, who acts, and how a refusal becomes an answer: the same for every page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from yanshu.core.actor import Actor, Door, PermissionMissing
from yanshu.core.address import next_address
from yanshu.core.refusal import Conflict, NotFound, Refused
from yanshu.core.ui.context import standing
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.queries import is_founded, staff_actor
from yanshu.institution.staff.terms import WORKPLACE, AccountKind
from yanshu.readers.patrons.queries import reader_actor

STATUS = ((PermissionMissing, 403), (NotFound, 404), (Conflict, 409), (Refused, 422))


class FoundingMiddleware:
    """Leads from every page to the one that founds a library, as long as there is none.

    The interface for other systems is no page: it answers as always.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on where a library stands; its name, which pages remember, spares the question."""
        founding = reverse("desk:staff-found")
        is_open = request.path.startswith((founding, "/ui/", "/api/"))
        if is_open or standing().library_name or is_founded():
            return self.get_response(request)
        return redirect(founding)


class ActorMiddleware:
    """Sets ``request.actor``: the member of staff, the reader, or nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who acts, then go on; a first password handed over must be changed first of all."""
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        if getattr(request.user, "must_change_password", False) and not _may_wait(request.path):
            return redirect("account_change_password")
        return self.get_response(request)


class KeepingMiddleware:
    """Lets nobody keep what was answered to somebody known: not a proxy, not the next person at the machine.

    What says itself that it may be kept (a drawn cover, suggestions) holds nothing of a person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, then mark the answer; a machine is known by its key only when the view has been asked."""
        answer = self.get_response(request)
        actor = Actor.of(request)
        is_known = actor.account_id is not None or actor.terminal_id is not None
        if is_known and not answer.has_header("Cache-Control"):
            add_never_cache_headers(answer)
        return answer


class RefusalMiddleware:
    """Turns a refusal that a view did not word itself into a page, a part, or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave everything else to the error page."""
        if not isinstance(exception, Refused):
            return None
        status = next(code for kind, code in STATUS if isinstance(exception, kind))
        if request.headers.get("Accept", "").startswith("application/json"):
            reasons = [{"code": reason.code, "label": str(reason.label)} for reason in exception.reasons]
            return JsonResponse({"reasons": reasons}, status=status)
        template = "ui/refused_part.html" if request.headers.get("HX-Request") else "ui/refused.html"
        known = {"reasons": exception.reasons, "status": status, "back": next_address(request)}
        return render(request, template, known, status=status)


def _may_wait(path: str) -> bool:
    """Say whether a page is open to somebody who has not changed his first password yet."""
    return path.startswith(("/account/", "/static/", "/ui/"))


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of a page request.

    The desk and the reader pages share the log-in; which door it is follows from the address.
    """
    door = Door.DESK if request.path.startswith("/desk/") else Door.OPAC
    if request.path.startswith("/api/"):
        door = Door.API
    user = request.user
    if not isinstance(user, Account) or not user.is_active:
        return Actor.nobody(door)
    if user.kind == AccountKind.READER:
        return reader_actor(user, door=door)
    chosen = request.session.get(WORKPLACE)
    return staff_actor(user, door=door, branch_id=chosen if isinstance(chosen, int) else None)
