"""What readers do for themselves: first log-in and forgotten password, profile, card."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock
from yanshu.core.access import for_reader, public
from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import Invalid
from yanshu.core.ui.context import address
from yanshu.core.ui.dates import long_date
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.masking import mask_name, mask_number
from yanshu.core.ui.navigation import Crumb
from yanshu.institution.staff.models import Account
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import Patron
from yanshu.readers.patrons.web.forms import ActivationForm

BACKEND = "yanshu.readers.patrons.web.backend.CardBackend"
RATE = "reset_password"
"""Choosing a password by code shares the rate of choosing one anew: so many a minute by address and card."""


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public
def activate(request: HttpRequest) -> HttpResponseBase:
    """Let a reader choose a password with card number and printed code; then he is logged in.

    What of the pair was wrong is not told, so that nobody learns which cards there are.
    """
    form = ActivationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        if not ratelimit.consume(request, action=RATE, key=f"patrons:{entered['card_number']}"):
            too_many: HttpResponseBase = ratelimit.respond_429(request)
            return too_many
        account = _choose(form, entered)
        if account is not None:
            login(request, account, backend=BACKEND)
            messages.success(request, _("Your password is set and you are logged in."))
            return redirect(address("opac:account") or "opac:patrons-profile")
    return render(request, "patrons/opac/activate.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@for_reader
def profile(request: HttpRequest) -> HttpResponse:
    """Show a reader what the library keeps of him, masked, and what he can change."""
    patron = _own(request)
    today = clock.business_date(clock.now())
    return render(
        request,
        "patrons/opac/profile.html",
        {
            "patron": patron,
            "state": queries.state_of(patron, today),
            "facts": _facts(patron, queries.valid_card_number(patron.pk)),
            "crumbs": _crumbs(_("My profile")),
        },
    )


@require_safe
@for_reader
def card(request: HttpRequest) -> HttpResponse:
    """Show the reader's card as a QR code; it says the card's number and nothing else."""
    patron = _own(request)
    return render(
        request,
        "patrons/opac/card.html",
        {
            "patron": patron,
            "card_number": queries.valid_card_number(patron.pk),
            "state": queries.state_of(patron, clock.business_date(clock.now())),
            "crumbs": _crumbs(_("Reader's card")),
        },
    )


def _choose(form: ActivationForm, entered: dict[str, Any]) -> Account | None:
    """Ask for the account; put what is wrong on the form."""
    try:
        account = operations.set_password_by_code(
            card_number=entered["card_number"],
            code=entered["code"],
            password=entered["password"],
            actor=Actor.system(Door.OPAC, permissions={"patrons.activate"}),
            now=clock.now(),
        )
    except Invalid as refused:
        add_reasons(form, refused.reasons)
        return None
    if account is None:
        form.add_error(
            None,
            _(
                "Card number and code do not open anything together. Compare both with the slip; a code holds"
                " for 30 days and five tries. Any service desk prints a new one."
            ),
        )
    return account


def _own(request: HttpRequest) -> Patron:
    patron_id = Actor.of(request).patron_id
    assert patron_id is not None
    return queries.patron(patron_id)


def _crumbs(label: str) -> list[Crumb]:
    account = address("opac:account")
    return [*([Crumb(_("My library"), account)] if account else []), Crumb(label)]


def _facts(patron: Patron, card_number: str) -> list[tuple[Any, Any]]:
    return [
        (pgettext("person", "Name"), mask_name(patron.name)),
        (_("Card number"), mask_number(card_number)),
        (_("Patron category"), patron.category),
        (_("Home branch"), patron.home_branch),
        (_("Registered on"), long_date(patron.registered_on)),
        (_("Valid until"), long_date(patron.expires_on)),
        (_("Date of birth"), long_date(patron.birth_date)),
        (_("Identity number"), mask_number(patron.id_number)),
        (_("Telephone"), mask_number(patron.telephone)),
    ]
