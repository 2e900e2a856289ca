"""The programming interface: the apps' routers under one address, one way to say no."""

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from yanshu import __version__
from yanshu.core.actor import PermissionMissing
from yanshu.core.refusal import Conflict, Invalid, NotFound, Refused
from yanshu.doors.api.auth import KeyAuth, LoggedIn
from yanshu.doors.pages import APPS

logger = logging.getLogger("yanshu.api")
PROBLEM = "application/problem+json"
STATUS: tuple[tuple[type[Refused], int], ...] = (
    (PermissionMissing, 403),
    (NotFound, 404),
    (Invalid, 422),
    (Conflict, 409),
    (Refused, 409),
)


PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "Why a request was not carried out (RFC 9457). A refusal has every reason in `blocks`.",
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "blocks": {"type": "array", "items": {"type": "object", "required": ["code", "label"]}},
        "errors": {"type": "array", "items": {"type": "object", "required": ["where", "says"]}},
    },
}


class Interface(NinjaAPI):
    """The interface, whose description says at every operation how it says no."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        # Another method never reaches an operation, so no exception handler hears of it.
        patterns = super()._get_urls()
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = wording_the_method(pattern.callback)
        return patterns

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Add the problem to what every operation may answer."""
        description = super().get_openapi_schema(**options)
        description.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        answer = {
            "description": "A problem",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for operations in description["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("default", answer)
        return description


def build() -> NinjaAPI:
    """Put the interface together."""
    api = Interface(
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
    api.add_exception_handler(HttpError, told)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(SuspiciousOperation, unacceptable)
    api.add_exception_handler(Exception, failed)
    return api


def wording_the_method(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return ``view``, which says in the interface's own form that it does not take a method."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        answer = view(request, *args, **named)
        if not isinstance(answer, HttpResponseNotAllowed):
            return answer
        allowed = ", ".join(sorted(answer["Allow"].split(", ")))
        worded = problem(405, "MethodNotAllowed", f"This address takes {allowed}.")
        worded["Allow"] = allowed
        return worded

    return run


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


def told(_request: HttpRequest, wrong: Any) -> HttpResponse:
    """Word what the interface's own machinery says: too many requests, a body that is no JSON."""
    return problem(wrong.status_code, HTTPStatus(wrong.status_code).name.title().replace("_", ""), str(wrong))


def missing(_request: HttpRequest, _wrong: Any = None) -> HttpResponse:
    """Say that there is no such thing."""
    return problem(404, "NotFound", "There is no such thing.")


def unacceptable(_request: HttpRequest, _wrong: Any) -> HttpResponse:
    """Say that a request is not one to be read: a body too large, a name that leads out of its place."""
    return problem(400, "BadRequest", "This request cannot be taken.")


def failed(_request: HttpRequest, fault: Any) -> HttpResponse:
    """Say that something went wrong here; the log gets the fault's kind and place, nobody's words."""
    logger.error("fault in the programming interface", exc_info=fault)
    return problem(500, "Fault", "Something went wrong here. Nothing was done; try again later.")


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """Answer with a problem in the form of RFC 9457."""
    document = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail}
    return JsonResponse(
        document | more, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )
