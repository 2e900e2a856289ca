"""Registering a reader and changing his record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Conflict, Invalid
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.navigation import Crumb
from yanshu.readers.patrons import operations, queries, rules
from yanshu.readers.patrons.engine.identity import birth_date_of
from yanshu.readers.patrons.web import kept
from yanshu.readers.patrons.web.desk import patron_of
from yanshu.readers.patrons.web.forms import ChangeForm, RegistrationForm

FORM = "patrons/desk/form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires("patrons.register")
def register(request: HttpRequest) -> HttpResponse:
    """Register a reader; then comes the slip with card number, code and how to log in."""
    actor = Actor.of(request)
    form = RegistrationForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.register(
                values=form.values(),
                card_number=form.cleaned_data["card_number"],
                actor=actor,
                now=clock.now(),
            )
        except Invalid as refused:
            add_reasons(form, refused.reasons)
        else:
            kept.keep_code(request, made.patron.pk, made.first_login_code)
            kept.serve(request, made.patron.pk)
            return redirect("desk:patrons-slip", made.patron.pk)
    context = {
        "form": form,
        "title": _("Register a reader"),
        "has_categories": queries.categories_offered().exists(),
        "crumbs": [Crumb(_("Readers"), reverse("desk:patrons-list")), Crumb(_("Register a reader"))],
    }
    return render(request, FORM, context, status=422 if form.errors else 200)


@require_POST
@requires("patrons.register")
def check_identity(request: HttpRequest) -> HttpResponse:
    """Say at once whether an identity number can be right, and whether its owner is a reader already."""
    number = rules.compact_number(request.POST.get("id_number", ""))
    born = birth_date_of(number)
    holder = queries.registered_with(number) if born else None
    answer = {
        "number_entered": bool(number),
        "born": born,
        "age": rules.age_on(born, clock.business_date(clock.now())) if born else None,
        "holder": holder,
        "holder_is_ours": holder is not None and Actor.of(request).sees(holder.home_branch_id),
    }
    return render(request, f"{FORM}#answer", answer)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("patrons.change")
def change(request: HttpRequest, patron_id: int) -> HttpResponse:
    """Change a reader's record on the version that was read."""
    actor, patron = Actor.of(request), patron_of(request, patron_id)
    form = ChangeForm(request.POST or None, actor=actor, patron=patron)
    status, conflict = 200, False
    if request.method == "POST" and form.is_valid():
        try:
            operations.change(
                patron_id=patron.pk,
                version=form.cleaned_data["version"],
                values=form.values(),
                actor=actor,
                now=clock.now(),
            )
        except Invalid as refused:
            add_reasons(form, refused.reasons)
        except Conflict:
            status, conflict = 409, True
        else:
            messages.success(request, _("The record is changed."))
            return redirect("desk:patrons-patron", patron.pk)
    context = {
        "form": form,
        "patron": patron,
        "conflict": conflict,
        "title": _("Change the record"),
        "has_categories": True,
        "crumbs": [
            Crumb(_("Readers"), reverse("desk:patrons-list")),
            Crumb(patron.name, reverse("desk:patrons-patron", args=[patron.pk])),
            Crumb(_("Change the record")),
        ],
    }
    return render(request, FORM, context, status=422 if form.errors else status)
