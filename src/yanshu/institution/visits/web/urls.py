"""The addresses of visits."""

from datetime import date, datetime

from django.urls import URLPattern, path, register_converter

from yanshu.core import clock
from yanshu.institution.visits.web import desk as views
from yanshu.institution.visits.web import desk_gates


class DayConverter:
    """A day in an address: ``2019-11-16``."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day; what is none leads nowhere."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the day as it stands in addresses."""
        return str(value)


class MinuteConverter:
    """An instant on the library's clock in an address: ``2019-11-16T09:00``."""

    regex = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"

    def to_python(self, value: str) -> datetime:
        """Return the instant; what is none leads nowhere."""
        return datetime.fromisoformat(value).replace(tzinfo=clock.zone())

    def to_url(self, value: datetime | str) -> str:
        """Return the instant as it stands in addresses."""
        return value if isinstance(value, str) else f"{clock.local(value):%Y-%m-%dT%H:%M}"


register_converter(DayConverter, "visits_day")
register_converter(MinuteConverter, "visits_minute")

desk: list[URLPattern] = [
    path("visits/", views.overview, name="visits-overview"),
    path("visits/readings/", views.readings, name="visits-readings"),
    path("visits/gates/", desk_gates.gates, name="visits-gates"),
    path("visits/gates/new/", desk_gates.gate_new, name="visits-gate-new"),
    path("visits/gates/<int:gate_id>/", desk_gates.gate, name="visits-gate"),
    path("visits/gates/<int:gate_id>/change/", desk_gates.gate_edit, name="visits-gate-edit"),
    path("visits/gates/<int:gate_id>/days/<visits_day:day>/", views.entry, name="visits-entry"),
    path(
        "visits/gates/<int:gate_id>/intervals/<visits_minute:start>/", views.interval, name="visits-interval"
    ),
]
opac: list[URLPattern] = []
