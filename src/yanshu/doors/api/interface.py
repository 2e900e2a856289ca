"""The programming interface: the apps' routers under one address, one way to say no."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from yanshu import __version__
from yanshu.core.actor import PermissionMissing
from yanshu.core.refusal import Conflict, Invalid, NotFound, Refused
from yanshu.doors.api.auth import KeyAuth, LoggedIn
from yanshu.doors.pages import APPS

PROBLEM = "application/problem+json"
STATUS: tuple[tuple[type[Refused], int], ...] = (
    (PermissionMissing, 403),
    (NotFound, 404),
    (Invalid, 422),
    (Conflict, 409),
    (Refused, 409),
)


def build() -> NinjaAPI:
    """Put the interface together."""
    api = NinjaAPI(
        title="雁书 Yanshu",
        version=__version__,
        urls_namespace="api",
        auth=[KeyAuth(), LoggedIn()],
        throttle=[AnonRateThrottle("30/m"), AuthRateThrottle("6000/m")],
        docs_url="/docs",
    )
    for app in APPS:
        if find_spec(f"{app}.api") is not None:
            api.add_router(f"/{app.rsplit('.', 1)[1]}/", import_module(f"{app}.api").router)
    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(AuthenticationError, unknown)
    api.add_exception_handler(ValidationError, misread)
    return api


def refused(_request: HttpRequest, refusal: Any) -> HttpResponse:
    """Word a refusal: every reason, its rule and who may lift it."""
    status = next(code for kind, code in STATUS if isinstance(refusal, kind))
    blocks = [
        {
            "code": reason.code,
            "label": str(reason.label),
            "detail": str(reason.detail),
            "rule": reason.rule,
            "field": reason.field,
            "lifted_by": reason.lifted_by,
        }
        for reason in refusal.reasons
    ]
    return problem(status, type(refusal).__name__, blocks[0]["label"] if blocks else "", blocks=blocks)


def unknown(_request: HttpRequest, _wrong: Any) -> HttpResponse:
    """Say that nobody has logged in."""
    return problem(401, "AuthenticationMissing", "Send Authorization: Bearer <log-in>.<key>.")


def misread(_request: HttpRequest, wrong: Any) -> HttpResponse:
    """Say what of the request could not be read."""
    errors = [
        {"where": ".".join(str(part) for part in error["loc"]), "says": error["msg"]}
        for error in wrong.errors
    ]
    return problem(422, "RequestMisread", "The request does not fit its description.", errors=errors)


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """Answer with a problem in the form of RFC 9457."""
    document = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return JsonResponse(
        document | more, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )
