"""Staff pages: accounts, roles, the audit log, the workplace of a session, the founding of a library."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yanshu.core import clock
from yanshu.core.access import public, requires
from yanshu.core.actor import Actor, Door
from yanshu.core.refusal import Conflict, Refused
from yanshu.core.ui.forms import add_reasons
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.core.ui.navigation import Crumb
from yanshu.institution.places.models import Branch
from yanshu.institution.places.queries import Period
from yanshu.institution.staff import operations, queries
from yanshu.institution.staff.models import Account
from yanshu.institution.staff.terms import WORKPLACE, Role
from yanshu.institution.staff.web.filters import AccountFilter, JournalFilter
from yanshu.institution.staff.web.forms import AccountForm, FoundingForm, GrantForm
from yanshu.institution.staff.web.tables import AccountTable, JournalTable
from yanshu.institution.staff.web.words import acts

FOUNDING = frozenset(
    {"staff.found", "places.make_library", "places.make_branch", "places.make_location", "places.set_week"}
)
WINGS = (
    (gettext_lazy("Lending"), ("circulation", "patrons")),
    (gettext_lazy("Collection"), ("catalogue", "search")),
    (gettext_lazy("Institution"), ("places", "visits")),
    (gettext_lazy("Report"), ("reports", "figures")),
    (gettext_lazy("Settings"), ("staff", "audit")),
)
"""The wings of the rail, and the subjects whose permissions belong to each."""


@requires("staff.see")
@require_safe
def accounts(request: HttpRequest) -> HttpResponseBase:
    """List the accounts with their roles."""
    new = ("staff.set_account", _("New account"), "desk:staff-account-new", "plus-lg", "n")
    page = ListPage(
        title=_("Accounts"),
        unit=_("accounts"),
        kind="accounts",
        shown="q role state",
        acts=offered(Actor.of(request), new),
    )
    filterset = AccountFilter(request.GET, queries.accounts())
    return list_page(request, page, table=AccountTable, filterset=filterset)


@requires("staff.set_account")
@require_http_methods(["GET", "POST"])
def account_form(request: HttpRequest, account_id: int | None = None) -> HttpResponse:
    """Make or change an account; a new one's first password is shown once."""
    account = get_object_or_404(queries.accounts(), pk=account_id) if account_id else None
    form = AccountForm(request.POST or None, instance=account)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = {
                **form.cleaned_data,
                "home_branch_id": branch.pk if (branch := form.cleaned_data["home_branch"]) else None,
            }
            try:
                kept, password = operations.set_account(
                    account_id=account_id, values=values, actor=Actor.of(request), now=clock.now()
                )
            except Refused as refused:
                add_reasons(form, refused.reasons)
            else:
                if not password:
                    messages.success(request, _("Saved."))
                    return redirect("desk:staff-account", kept.pk)
                return _show_password(request, kept, password)
    return render(request, "staff/account_form.html", {"form": form, "account": account}, status=status)


@requires("staff.see")
@require_safe
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show an account, its roles, and what it has done lately."""
    return _account_page(request, get_object_or_404(queries.accounts(), pk=account_id), GrantForm())


@requires("staff.grant_role")
@require_POST
def grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Grant a role; what stands against it is said at its field, on the account's page."""
    found = get_object_or_404(queries.accounts(), pk=account_id)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _account_page(request, found, form, status=422)
    branch = form.cleaned_data["branch"]
    try:
        operations.grant_role(
            account_id=account_id,
            role=Role(form.cleaned_data["role"]),
            branch_id=branch.pk if branch else None,
            actor=Actor.of(request),
            now=clock.now(),
        )
    except Conflict as refused:
        add_reasons(form, refused.reasons)
        return _account_page(request, found, form, status=409)
    messages.success(request, _("The role has been granted."))
    return redirect("desk:staff-account", account_id)


@requires("staff.revoke_role")
@require_POST
def revoke(request: HttpRequest, account_id: int, grant_id: int) -> HttpResponse:
    """Revoke a role."""
    operations.revoke_role(account_id=account_id, grant_id=grant_id, actor=Actor.of(request), now=clock.now())
    messages.success(request, _("The role has been revoked."))
    return redirect("desk:staff-account", account_id)


@requires("staff.reset_password")
@require_POST
def reset(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give a new first password and show it once."""
    found = get_object_or_404(queries.accounts(), pk=account_id)
    password = operations.reset_password(account_id=account_id, actor=Actor.of(request), now=clock.now())
    return _show_password(request, found, password)


@requires("staff.see")
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Show which role, and which kind of machine, may do what: the whole table on one page."""
    return render(
        request,
        "staff/roles.html",
        {
            "groups": _by_wing(queries.permission_table()),
            "holders": queries.holders(),
        },
    )


def _by_wing(rows: list[queries.PermissionRow]) -> list[tuple[Any, list[queries.PermissionRow]]]:
    """Return the permissions by wing of the house, in the order of its rail; unknown subjects come last."""
    subjects = {subject: place for place, (_name, names) in enumerate(WINGS) for subject in names}
    groups: list[tuple[Any, list[queries.PermissionRow]]] = [(name, []) for name, _names in WINGS]
    others: list[queries.PermissionRow] = []
    for row in rows:
        place = subjects.get(row.code.split(".", 1)[0])
        (others if place is None else groups[place][1]).append(row)
    return [group for group in [*groups, (_("Others"), others)] if group[1]]


@requires("audit.see")
@require_safe
def audit(request: HttpRequest) -> HttpResponseBase:
    """Show the audit log: who did what when, through which door."""
    page = ListPage(title=_("Audit log"), unit=_("lines"), kind="journal", shown="actor_label operation door")
    filterset = JournalFilter(request.GET, queries.journal(actor=Actor.of(request)))
    fact = _("Every act that changed something, sealed in blocks. Loans stand in their own ledger.")
    return list_page(request, page, table=JournalTable, filterset=filterset, fact=fact)


@requires("staff.choose_workplace")
@require_POST
def workplace(request: HttpRequest) -> HttpResponse:
    """Choose the branch this session works at."""
    actor = Actor.of(request)
    branch = get_object_or_404(Branch, pk=request.POST.get("branch") or 0)
    actor.demand_branch(branch.pk)
    request.session[WORKPLACE] = branch.pk
    return redirect("desk:home")


@public
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """The first page of an empty installation: library, branch, hours, director."""
    if queries.is_founded():
        return redirect("desk:home")
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            director = operations.found_library(
                **_founding(form.cleaned_data),
                actor=Actor(label="", door=Door.DESK, permissions=FOUNDING, scope=None),
                now=clock.now(),
            )
        except Refused as refused:
            add_reasons(form, refused.reasons)
        else:
            login(request, director, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("desk:first-steps")
    status = 422 if request.method == "POST" else 200
    return render(request, "staff/found.html", {"form": form}, status=status)


def _founding(entered: dict[str, Any]) -> dict[str, Any]:
    closed = set(entered.pop("closed_weekdays"))
    hours = Period(_minute(entered.pop("opens")), _minute(entered.pop("closes")))
    return {**entered, "week": [() if str(day) in closed else (hours,) for day in range(7)]}


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _account_page(
    request: HttpRequest, account: Account, form: GrantForm, *, status: int = 200
) -> HttpResponse:
    words = acts()
    latest = queries.journal(actor=Actor.of(request)).filter(account_id=account.pk)[:20]
    shown = {
        "account": account,
        "form": form,
        "acts": [(words.get(line.operation, line.operation), line) for line in latest],
        "crumbs": [Crumb(_("Accounts"), reverse("desk:staff-accounts")), Crumb(account.display_name)],
    }
    return render(request, "staff/account.html", shown, status=status)


def _show_password(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    return render(request, "staff/first_password.html", {"account": account, "password": password})
