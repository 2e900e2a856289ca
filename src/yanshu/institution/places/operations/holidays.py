"""Public holidays and compensating work days, year by year."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import NotFound
from yanshu.institution.places.engine import holiday_pack
from yanshu.institution.places.errors import demand_filled
from yanshu.institution.places.models import PublicHoliday
from yanshu.institution.places.operations.hours import renew_calendars


@dataclass(frozen=True, slots=True)
class HolidaysLoaded:
    """What loading a year has done to the days that are kept."""

    year: int
    created: int
    updated: int
    unchanged: int

    @property
    def days(self) -> int:
        """The days of the year, whatever became of them."""
        return self.created + self.updated + self.unchanged


@operation("places.load_holidays")
def load_holidays(year: int, *, actor: Actor, now: datetime) -> HolidaysLoaded:
    """Load the public holidays of a year that come with the program; loading again changes nothing.

    Source: the State Council's yearly notice (data/holidays/README.md).

    Raises:
        NotFound: when the program has no holidays of that year; they are imported from a file then.
    """
    actor.demand_whole_library()
    if year not in holiday_pack.years():
        label = _("The holidays of %(year)s do not come with the program; import them from a file.")
        raise NotFound.because("no-holidays", label % {"year": year}, year=year)
    fates = [
        _keep(entry.day, name=entry.name, is_off=entry.is_off, source=entry.source)
        for entry in holiday_pack.days_of(year)
    ]
    if set(fates) - {"unchanged"}:
        renew_calendars()
    return HolidaysLoaded(year, *(fates.count(fate) for fate in ("created", "updated", "unchanged")))


@operation("places.set_holiday")
def set_holiday(day: date, *, name: str, is_off: bool, actor: Actor, now: datetime, source: str = "") -> str:
    """Keep one day off or compensating work day; return ``created``, ``updated`` or ``unchanged``."""
    actor.demand_whole_library()
    demand_filled(name=name)
    fate = _keep(day, name=name.strip(), is_off=is_off, source=source)
    if fate != "unchanged":
        renew_calendars()
    return fate


def _keep(day: date, *, name: str, is_off: bool, source: str) -> str:
    values = {"name": name, "is_off": is_off, "source": source}
    row = PublicHoliday.objects.filter(day=day).first()
    if row is not None and all(getattr(row, field) == value for field, value in values.items()):
        return "unchanged"
    PublicHoliday.objects.update_or_create(day=day, defaults=values)
    return "created" if row is None else "updated"
