"""The addresses of places, for the desk and for readers."""

from datetime import date

from django.urls import URLPattern, path, register_converter

from yanshu.institution.places.web import desk as premises
from yanshu.institution.places.web import desk_calendar, desk_closures, desk_terminals
from yanshu.institution.places.web import opac as readers


class DayConverter:
    """A day in an address: ``2019-11-16``."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day; what is none leads nowhere."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the day as it stands in addresses."""
        return str(value)


register_converter(DayConverter, "places_day")

desk: list[URLPattern] = [
    path("places/branches/", premises.branches, name="places-branches"),
    path("places/branches/new/", premises.branch_new, name="places-branch-new"),
    path("places/branches/<int:branch_id>/", premises.branch, name="places-branch"),
    path("places/branches/<int:branch_id>/change/", premises.branch_edit, name="places-branch-edit"),
    path("places/calendar/", desk_calendar.calendar, name="places-calendar"),
    path("places/branches/<int:branch_id>/calendar/", desk_calendar.month, name="places-month"),
    path("places/branches/<int:branch_id>/days/<places_day:day>/", desk_calendar.day, name="places-day"),
    path("places/branches/<int:branch_id>/week/", desk_calendar.week, name="places-week"),
    path("places/library/", premises.library, name="places-library"),
    path("places/locations/", premises.locations, name="places-locations"),
    path("places/locations/new/", premises.location_new, name="places-location-new"),
    path("places/locations/<int:location_id>/", premises.location_edit, name="places-location"),
    path("places/points/", premises.points, name="places-points"),
    path("places/points/new/", premises.point_new, name="places-point-new"),
    path("places/points/<int:point_id>/", premises.point_edit, name="places-point"),
    path("places/terminals/", desk_terminals.terminals, name="places-terminals"),
    path("places/terminals/new/", desk_terminals.terminal_new, name="places-terminal-new"),
    path("places/terminals/<int:terminal_id>/", desk_terminals.terminal_edit, name="places-terminal"),
    path("places/terminals/<int:terminal_id>/key/", desk_terminals.terminal_key, name="places-terminal-key"),
    path("places/holidays/", desk_calendar.holidays, name="places-holidays"),
    path("places/holidays/<int:year>/load/", desk_calendar.holidays_load, name="places-holidays-load"),
    path("places/closures/", desk_closures.closures, name="places-closures"),
    path("places/closures/new/", desk_closures.closure_new, name="places-closure-new"),
    path("places/closures/<int:order_id>/", desk_closures.closure, name="places-closure"),
    path("places/closures/<int:order_id>/move/", desk_closures.closure_move, name="places-closure-move"),
    path(
        "places/closures/<int:order_id>/revoke/", desk_closures.closure_revoke, name="places-closure-revoke"
    ),
    path(
        "places/closures/<int:order_id>/restore/",
        desk_closures.closure_restore,
        name="places-closure-restore",
    ),
    path("places/closures/<int:order_id>/print/", desk_closures.closure_print, name="places-closure-print"),
]
opac: list[URLPattern] = [
    path("hours/", readers.hours, name="places-hours"),
    path("hours/<slug:code>/", readers.hours_of, name="places-hours-branch"),
]
