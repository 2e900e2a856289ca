"""The house's addresses, and beside them some that are not as they must be, for faults and walks."""

from django.http import HttpResponse
from django.urls import include, path

from yanshu.config import urls
from yanshu.config.urls import handler400, handler403, handler404, handler500  # noqa: F401  Django looks here


def faulty(request):
    """Fail as a fault of ours would, quoting what was typed."""
    raise ValueError(dict(request.POST), request.headers.get("Cookie"))


def unmarked(request):
    return HttpResponse()


def lax(request, **parts):
    """Say for whom it is, and let everybody in."""
    return HttpResponse()


lax.permission = "staff.grant_role"
wrong = [
    path("faulty/", faulty, name="faulty"),
    path("unmarked/", unmarked, name="unmarked"),
    path("lax/", lax, name="lax"),
    path("lax/<int:patron_id>/", lax, name="lax-part"),
]
urlpatterns = [path("added/", include((wrong, "added"))), *urls.urlpatterns]
