"""Lending policies: the list, the form, and the page that says which one applies and why."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from yanshu.collection.catalogue import queries as catalogue
from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.refusal import Invalid
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.masking import mask_number
from yanshu.core.ui.navigation import Crumb
from yanshu.institution.places import queries as places
from yanshu.lending.circulation import operations, queries, rules
from yanshu.lending.circulation.models import LoanPolicy
from yanshu.lending.circulation.terms import Block
from yanshu.lending.circulation.web.filters import PolicyFilter
from yanshu.lending.circulation.web.forms import CaseForm, PolicyForm, RealCaseForm
from yanshu.lending.circulation.web.tables import PolicyTable
from yanshu.readers.patrons import queries as patrons


@requires("circulation.see")
@require_GET
def policies(request: HttpRequest) -> HttpResponseBase:
    """List all lending policies, from the most general down."""
    actor, today = Actor.of(request), clock.business_date(clock.now())
    page = ListPage(
        title=_("Lending policies"),
        unit=_("policies"),
        kind="policies",
        shown="q state patron_category",
        acts=offered(
            actor,
            (
                "circulation.explain",
                _("Which policy applies"),
                "desk:circulation-explain",
                "search",
                "",
            ),
            (
                "circulation.set_policy",
                _("New lending policy"),
                "desk:circulation-policy-new",
                "plus-lg",
                "n",
            ),
        ),
    )
    filterset = PolicyFilter(request.GET, queryset=queries.policies_listed(), actor=actor, today=today)
    table = PolicyTable(filterset.qs, may_set=actor.may("circulation.set_policy"))
    fact = _("Of several that cover a case the most special one rules.")
    return list_page(request, page, table=table, filterset=filterset, fact=fact)


@requires("circulation.set_policy")
@require_http_methods(["GET", "POST"])
def policy_new(request: HttpRequest) -> HttpResponse:
    """Make a lending policy."""
    return _form(request, None)


@requires("circulation.set_policy")
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Change a lending policy."""
    found = queries.policies_listed().filter(pk=policy_id).first()
    if found is None:
        raise Http404
    return _form(request, found)


def _form(request: HttpRequest, known: LoanPolicy | None) -> HttpResponse:
    actor = Actor.of(request)
    form = PolicyForm(request.POST or None, instance=known, branches=places.branches_in_scope(actor))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = operations.set_policy(
                    policy_id=known.pk if known else None,
                    values=form.values(),
                    actor=actor,
                    now=clock.now(),
                )
            except Invalid as refused:
                add_reasons(form, refused.reasons)
            else:
                messages.success(request, _("The policy %(name)s is saved.") % {"name": saved.name})
                return redirect("desk:circulation-policies")
    title = known.name if known else _("New lending policy")
    return render(
        request,
        "circulation/desk/policy.html",
        {
            "form": form,
            "policy": known,
            "title": title,
            "crumbs": [Crumb(_("Lending policies"), reverse("desk:circulation-policies")), Crumb(title)],
        },
        status=status,
    )


@requires("circulation.explain")
@require_http_methods(["GET", "POST"])
def explain(request: HttpRequest) -> HttpResponse:
    """Say which policy rules a case, thought up or real, and why."""
    actor = Actor.of(request)
    case = CaseForm(request.GET or None)
    real = RealCaseForm(request.POST or None)
    found: dict[str, Any] = {}
    if request.method == "POST" and real.is_valid():
        found = _real(real, actor)
    elif request.GET and case.is_valid():
        chosen = case.cleaned_data
        found = _explained(
            patron_category=chosen["patron_category"],
            item_category=chosen["item_category"],
            branch_id=chosen["branch"].pk,
        )
    status = 422 if request.method == "POST" and real.errors else 200
    return render(
        request, "circulation/desk/explain.html", {"case": case, "real": real, **found}, status=status
    )


def _real(form: RealCaseForm, actor: Actor) -> dict[str, Any]:
    card = patrons.card_by_number(form.cleaned_data["card_number"])
    item = catalogue.item_by_barcode(form.cleaned_data["barcode"], branch_id=actor.branch_id)
    if card is None:
        form.add_error("card_number", str(Block.PATRON_UNKNOWN.label))
    if item is None:
        form.add_error("barcode", str(Block.ITEM_UNKNOWN.label))
    if card is None or item is None:
        return {}
    preview = operations.preview_checkout(
        patron_id=card.patron_id, item_id=item.pk, actor=actor, now=clock.now()
    )
    about = _("Card %(card)s and %(title)s") % {
        "card": mask_number(card.number),
        "title": item.record.title,
    }
    return {
        **_explained(
            patron_category=card.patron.category, item_category=item.category, branch_id=actor.branch_id
        ),
        "preview": preview,
        "about": about,
    }


def _explained(*, patron_category: Any, item_category: Any, branch_id: int | None) -> dict[str, Any]:
    explanation = queries.explain_policy(
        patron_category_id=patron_category.pk, item_category_id=item_category.pk, branch_id=branch_id
    )
    return {
        "explanation": explanation,
        "covering": [(one, special_words(one)) for one in explanation.covering],
        "case_words": _("%(reader)s, %(item)s, %(branch)s")
        % {
            "reader": patron_category,
            "item": item_category,
            "branch": places.branch_name(branch_id) or "—",
        },
    }


def special_words(policy: rules.Policy) -> str:
    """Return what a policy names, from the weightiest down: that is how special it is."""
    names = [
        words
        for words, key in (
            (_("names the patron category"), policy.patron_category_id),
            (_("names the item category"), policy.item_category_id),
            (_("names the branch"), policy.branch_id),
        )
        if key is not None
    ]
    return _(", ").join(names) or pgettext("policy", "general")
