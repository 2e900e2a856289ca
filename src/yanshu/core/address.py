"""Where a person goes on to after a form: an address of this house and no other."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_address(request: HttpRequest) -> str:
    """Return where to go on to: ``next`` if it lies in this house, else the page one came from, else home."""
    for wanted in (request.POST.get("next"), request.headers.get("Referer")):
        if wanted and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return wanted
    return "/"
