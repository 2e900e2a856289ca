"""Desk pages of libraries, branches, shelving locations and service points."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yanshu.core import clock
from yanshu.core.access import requires
from yanshu.core.actor import Actor
from yanshu.core.ui.dates import table_date
from yanshu.core.ui.form_page import FormPage, form_page
from yanshu.core.ui.list_page import ListPage, list_page, offered
from yanshu.institution.places import operations, queries
from yanshu.institution.places.models import Branch, Library
from yanshu.institution.places.terms import BranchData, LibraryData, LocationData, ServicePointData
from yanshu.institution.places.web import words
from yanshu.institution.places.web.crumbs import crumbs
from yanshu.institution.places.web.filters import BranchFilter, LocationFilter, ServicePointFilter
from yanshu.institution.places.web.forms import BranchForm, LibraryForm, LocationForm, ServicePointForm
from yanshu.institution.places.web.tables import BranchTable, LocationTable, ServicePointTable

GET_POST = ["GET", "HEAD", "POST"]


# --- branches ----------------------------------------------------------------------------------------------


@requires("places.see")
@require_safe
def branches(request: HttpRequest) -> HttpResponseBase:
    """List the branches, the central library first."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Branches"),
        unit=_("branches"),
        kind="branches",
        shown="q kind",
        acts=offered(
            actor,
            ("places.change_library", _("Library"), "desk:places-library", "bank", ""),
            ("places.make_branch", _("Enter a branch"), "desk:places-branch-new", "plus-lg", "n"),
        ),
        crumbs=crumbs(_("Branches")),
    )
    rows = queries.branches_in_scope(actor)
    return list_page(
        request, page, filterset=BranchFilter(request.GET, rows, request=request), table=BranchTable
    )


@requires("places.see")
@require_safe
def branch(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Show one branch: where it stands, its hours, and what belongs to it."""
    shown = branch_of(request, branch_id)
    now = clock.now()
    today = clock.business_date(now)
    calendar = queries.calendar_of(shown.pk)
    (hours,) = queries.hours_today([shown], now)
    week = [(day, words.day_words(day), day.on == today) for day in queries.week_of(calendar, today)]
    facts = [
        (_("Library"), shown.library),
        (_("Kind"), shown.get_kind_display()),
        (_("Code"), shown.code),
        (_("District"), shown.district),
        (_("Address"), shown.address),
        (_("Telephone"), shown.telephone),
        (_("Construction started on"), table_date(shown.construction_started_on)),
        (_("In service from"), table_date(shown.service_from)),
        (_("In service until"), table_date(shown.service_until)),
        (_("On public holidays"), shown.get_holiday_policy_display()),
    ]
    return render(
        request,
        "places/desk/branch.html",
        {
            "branch": shown,
            "stage": queries.stage_of_branch(shown, today),
            "today_words": words.today_words(hours),
            "week": week,
            "facts": facts,
            "locations": shown.locations.count(),
            "points": shown.service_points.count(),
            "terminals": shown.terminals.count(),
            "crumbs": crumbs((_("Branches"), reverse("desk:places-branches")), shown.name),
        },
    )


@requires("places.make_branch")
@require_http_methods(GET_POST)
def branch_new(request: HttpRequest) -> HttpResponse:
    """Enter a branch."""
    form = BranchForm(request.POST or None, initial={"library": Library.objects.first()})
    page = FormPage(
        title=_("Enter a branch"),
        save=_("Enter the branch"),
        back=reverse("desk:places-branches"),
        done=_("The branch is entered. Its opening hours come next."),
        lead=_("Opening hours are entered afterwards, on the branch's own page."),
        crumbs=crumbs((_("Branches"), reverse("desk:places-branches")), _("New branch")),
    )
    return form_page(request, page, form, lambda sound: operations.make_branch(sound.data_(), **_by(request)))


@requires("places.change_branch")
@require_http_methods(GET_POST)
def branch_edit(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Change what is kept of a branch."""
    shown = branch_of(request, branch_id)
    initial = {**_initial(shown, BranchData), "library": shown.library_id}
    back = reverse("desk:places-branch", args=[shown.pk])
    page = FormPage(
        title=_("Change %(name)s") % {"name": shown.name},
        save=_("Save the branch"),
        back=back,
        done=_("%(name)s is saved.") % {"name": shown.name},
        crumbs=crumbs((_("Branches"), reverse("desk:places-branches")), (shown.name, back), _("Change")),
    )
    form = BranchForm(request.POST or None, initial=initial)
    return form_page(
        request, page, form, lambda sound: operations.change_branch(shown, sound.data_(), **_by(request))
    )


@requires("places.change_library")
@require_http_methods(GET_POST)
def library(request: HttpRequest) -> HttpResponse:
    """Enter the library, or change what is kept of it."""
    shown = Library.objects.order_by("pk").first()
    page = FormPage(
        title=_("Library"),
        save=_("Save the library"),
        back=reverse("desk:places-branches"),
        done=_("The library is saved."),
        lead=_("The owner of the stock. Its name stands on pages, slips and notices."),
        crumbs=crumbs(_("Library")),
    )
    form = LibraryForm(request.POST or None, initial=_initial(shown, LibraryData) if shown else {})

    def save(sound: LibraryForm) -> Library:
        if shown is None:
            return operations.make_library(sound.data_(), **_by(request))
        return operations.change_library(shown, sound.data_(), **_by(request))

    return form_page(request, page, form, save)


# --- shelving locations ------------------------------------------------------------------------------------


@requires("places.see")
@require_safe
def locations(request: HttpRequest) -> HttpResponseBase:
    """List the shelving locations."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Shelving locations"),
        unit=_("locations"),
        kind="locations",
        shown="q branch",
        acts=offered(
            actor,
            ("places.make_location", _("Enter a location"), "desk:places-location-new", "plus-lg", "n"),
        ),
        crumbs=crumbs(_("Shelving locations")),
    )
    rows = LocationFilter(request.GET, queries.locations(actor), request=request)
    return list_page(request, page, filterset=rows, table=LocationTable)


@requires("places.make_location")
@require_http_methods(GET_POST)
def location_new(request: HttpRequest) -> HttpResponse:
    """Enter a shelving location."""
    form = LocationForm(
        request.POST or None,
        branches=queries.branches_in_scope(Actor.of(request)),
        initial={"branch": request.GET.get("branch")},
    )
    page = _location_page(_("Enter a location"), _("Enter the location"))
    return form_page(
        request, page, form, lambda sound: operations.make_location(sound.data_(), **_by(request))
    )


@requires("places.change_location")
@require_http_methods(GET_POST)
def location_edit(request: HttpRequest, location_id: int) -> HttpResponse:
    """Change a shelving location."""
    actor = Actor.of(request)
    shown = get_object_or_404(queries.locations(actor), pk=location_id)
    initial = {**_initial(shown, LocationData), "branch": shown.branch_id}
    form = LocationForm(request.POST or None, branches=queries.branches_in_scope(actor), initial=initial)
    page = _location_page(_("Change %(name)s") % {"name": shown.name}, _("Save the location"))
    return form_page(
        request, page, form, lambda sound: operations.change_location(shown, sound.data_(), **_by(request))
    )


# --- service points ----------------------------------------------------------------------------------------


@requires("places.see")
@require_safe
def points(request: HttpRequest) -> HttpResponseBase:
    """List the service points."""
    actor = Actor.of(request)
    page = ListPage(
        title=_("Service points"),
        unit=_("service points"),
        kind="service_points",
        shown="q branch kind",
        acts=offered(
            actor,
            (
                "places.make_service_point",
                _("Enter a service point"),
                "desk:places-point-new",
                "plus-lg",
                "n",
            ),
        ),
        crumbs=crumbs(_("Service points")),
    )
    rows = ServicePointFilter(request.GET, queries.service_points(actor), request=request)
    return list_page(request, page, filterset=rows, table=ServicePointTable)


@requires("places.make_service_point")
@require_http_methods(GET_POST)
def point_new(request: HttpRequest) -> HttpResponse:
    """Enter a service point."""
    form = ServicePointForm(
        request.POST or None,
        branches=queries.branches_in_scope(Actor.of(request)),
        initial={"branch": request.GET.get("branch")},
    )
    page = _point_page(_("Enter a service point"), _("Enter the service point"))
    return form_page(
        request, page, form, lambda sound: operations.make_service_point(sound.data_(), **_by(request))
    )


@requires("places.change_service_point")
@require_http_methods(GET_POST)
def point_edit(request: HttpRequest, point_id: int) -> HttpResponse:
    """Change a service point."""
    actor = Actor.of(request)
    shown = get_object_or_404(queries.service_points(actor), pk=point_id)
    initial = {**_initial(shown, ServicePointData), "branch": shown.branch_id}
    form = ServicePointForm(request.POST or None, branches=queries.branches_in_scope(actor), initial=initial)
    page = _point_page(_("Change %(name)s") % {"name": shown.name}, _("Save the service point"))
    address = reverse("desk:places-week", args=[shown.branch_id])
    return form_page(
        request,
        page,
        form,
        lambda sound: operations.change_service_point(shown, sound.data_(), **_by(request)),
        aside_url=f"{address}?point={shown.pk}",
        aside_label=_("Hours of its own"),
    )


# --- shared ------------------------------------------------------------------------------------------------


def branch_of(request: HttpRequest, branch_id: int) -> Branch:
    """Return a branch of the actor's.

    Raises:
        Http404: when there is none, or it is another's.
    """
    return get_object_or_404(queries.branches_in_scope(Actor.of(request)), pk=branch_id)


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": Actor.of(request), "now": clock.now()}


def _initial(row: Any, data: type[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in data.__dataclass_fields__}


def _location_page(title: str, save: str) -> FormPage:
    back = reverse("desk:places-locations")
    way = crumbs((_("Shelving locations"), back), title)
    return FormPage(title=title, save=save, back=back, done=_("The location is saved."), crumbs=way)


def _point_page(title: str, save: str) -> FormPage:
    back = reverse("desk:places-points")
    return FormPage(
        title=title,
        save=save,
        back=back,
        done=_("The service point is saved."),
        crumbs=crumbs((_("Service points"), back), title),
        template="places/desk/form.html",
    )
