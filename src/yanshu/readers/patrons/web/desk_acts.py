"""What the desk does for one reader: renew, print a code, give a card, suspend, lift."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid, Refused
from yanshu.core.ui.context import address
from yanshu.core.ui.dates import full_date
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.navigation import Crumb
from yanshu.readers.patrons import operations, queries
from yanshu.readers.patrons.models import Patron
from yanshu.readers.patrons.terms import CardKind
from yanshu.readers.patrons.web import kept
from yanshu.readers.patrons.web.desk import patron_of
from yanshu.readers.patrons.web.forms import CardForm, LiftForm, SuspensionForm

GET_POST = ["GET", "HEAD", "POST"]


@require_POST
@requires("patrons.renew")
def renew(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Let the membership run on."""
    patron = patron_of(request, patron_id)
    try:
        renewed = operations.renew_membership(
            patron_id=patron.pk,
            served=kept.is_served(request, patron.pk),
            actor=Actor.of(request),
            now=clock.now(),
        )
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, str(reason.label))
    else:
        day = full_date(renewed.expires_on)
        messages.success(request, _("The membership is valid until %(day)s.") % {"day": day})
    return redirect("desk:patrons-patron", patron.pk)


@require_POST
@requires("patrons.issue_code")
def code(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Make a new code for the reader's password, then print it; an older one opens nothing any more."""
    patron = patron_of(request, patron_id)
    fresh = operations.issue_one_time_code(
        patron_id=patron.pk,
        served=kept.is_served(request, patron.pk),
        actor=Actor.of(request),
        now=clock.now(),
    )
    kept.keep_code(request, patron.pk, fresh)
    return redirect("desk:patrons-slip", patron.pk)


@require_safe
@requires("patrons.see")
def slip(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Show what is printed for a reader: card number, code, how to log in. The code is shown once."""
    patron = patron_of(request, patron_id)
    fresh = kept.take_code(request, patron.pk)
    half = len(fresh) // 2
    return render(
        request,
        "patrons/desk/slip.html",
        {
            "patron": patron,
            "card_number": queries.valid_card_number(patron.pk),
            "code": f"{fresh[:half]}-{fresh[half:]}" if fresh else "",
            "valid_days": operations.CODE_VALID_DAYS,
            "activate_url": request.build_absolute_uri(reverse("opac:patrons-activate")),
            "lending_url": address("desk:circulation-reader"),
            "may_print_again": Actor.of(request).may("patrons.issue_code"),
            "may_register": Actor.of(request).may("patrons.register"),
            "crumbs": [*_crumbs(patron), Crumb(_("Slip for the reader"))],
        },
    )


@require_http_methods(GET_POST)
@requires("patrons.issue_card")
def card(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Give the reader another carrier."""
    patron = patron_of(request, patron_id)

    def act(entered: dict[str, Any]) -> str:
        operations.issue_card(
            patron_id=patron.pk,
            kind=CardKind(entered["kind"]),
            number=entered["number"],
            served=kept.is_served(request, patron.pk),
            actor=Actor.of(request),
            now=clock.now(),
        )
        return _("The reader has another card.")

    form = CardForm(request.POST or None, initial={"kind": CardKind.ID_CARD})
    return _act_page(request, patron, form, act, _("Another card"), _("Give the card"))


@require_http_methods(GET_POST)
@requires("patrons.suspend")
def suspend(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Suspend the reader's borrowing until a day."""
    patron = patron_of(request, patron_id)

    def act(entered: dict[str, Any]) -> str:
        operations.suspend(
            patron_id=patron.pk,
            until=entered["until"],
            reason=entered["reason"],
            served=kept.is_served(request, patron.pk),
            actor=Actor.of(request),
            now=clock.now(),
        )
        return _("Borrowing is suspended until %(day)s.") % {"day": full_date(entered["until"])}

    form = SuspensionForm(request.POST or None, today=clock.business_date(clock.now()))
    return _act_page(request, patron, form, act, _("Suspend borrowing"), _("Suspend borrowing"))


@require_http_methods(GET_POST)
@requires("patrons.lift_suspension")
def lift(request: HttpRequest, patron_id: int) -> HttpResponse:
    """End a suspension before its time."""
    patron = patron_of(request, patron_id)

    def act(entered: dict[str, Any]) -> str:
        operations.lift_suspension(
            patron_id=patron.pk,
            reason=entered["reason"],
            served=kept.is_served(request, patron.pk),
            actor=Actor.of(request),
            now=clock.now(),
        )
        return _("The suspension is lifted; the reader can borrow again.")

    form = LiftForm(request.POST or None)
    return _act_page(request, patron, form, act, _("Lift the suspension"), _("Lift the suspension"))


def _act_page(
    request: HttpRequest,
    patron: Patron,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    title: str,
    verb: str,
) -> HttpResponse:
    """Show a form about a reader, or carry it out and go back to him."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except Invalid as refused:
            add_reasons(form, refused.reasons)
        else:
            messages.success(request, done)
            return redirect("desk:patrons-patron", patron.pk)
    context = {
        "form": form,
        "patron": patron,
        "title": title,
        "verb": verb,
        "crumbs": [*_crumbs(patron), Crumb(title)],
    }
    return render(request, "patrons/desk/act.html", context, status=422 if form.errors else 200)


def _crumbs(patron: Patron) -> list[Crumb]:
    return [
        Crumb(_("Readers"), reverse("desk:patrons-list")),
        Crumb(patron.name, reverse("desk:patrons-patron", args=[patron.pk])),
    ]
