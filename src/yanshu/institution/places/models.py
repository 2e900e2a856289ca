"""Libraries, their branches and service points, and the calendar they open by."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from yanshu.institution.places.terms import (
    BranchKind,
    ClosureState,
    ExceptionKind,
    HolidayPolicy,
    ServicePointKind,
    TerminalKind,
)


def in_page_language(name: str, english: str) -> str:
    """Return the English name on English pages, where there is one."""
    return english if english and (get_language() or "").startswith("en") else name


class Library(models.Model):
    """An institution that owns stock; barcodes are unique per owner code."""

    code = models.CharField(_("owner code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "library")

    def __str__(self) -> str:
        return in_page_language(self.name, self.name_en)


class Branch(models.Model):
    """One place where the library serves: the central library, a branch, a self-service room."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="branches")
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=BranchKind.choices)
    district = models.CharField(_("district"), max_length=50, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    construction_started_on = models.DateField(_("construction started on"), null=True, blank=True)
    service_from = models.DateField(_("in service from"), null=True, blank=True)
    service_until = models.DateField(_("in service until"), null=True, blank=True)
    holiday_policy = models.CharField(
        _("on public holidays"),
        max_length=10,
        choices=HolidayPolicy.choices,
        default=HolidayPolicy.AS_USUAL,
    )
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "branch")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service_until__isnull=True) | Q(service_until__gt=F("service_from")),
                name="places_branch_service_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return in_page_language(self.name, self.name_en)


class ShelvingLocation(models.Model):
    """Where items stand: a hall, a stack, a shelf range."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="locations")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    for_reference = models.BooleanField(_("reading on the premises only"), default=False)
    open_shelf = models.BooleanField(_("open shelf"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "shelving location")
        ordering = ["branch__position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "code"], name="places_location_code_once_a_branch")
        ]

    def __str__(self) -> str:
        return self.name


class ServicePoint(models.Model):
    """A desk, a machine, a room or a door of a branch."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="service_points")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=ServicePointKind.choices)
    public = models.BooleanField(_("open to the public"), default=True)
    service_from = models.DateField(_("in service from"), null=True, blank=True)
    service_until = models.DateField(_("in service until"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "service point")
        ordering = ["branch__position", "id"]

    def __str__(self) -> str:
        return self.name


class Terminal(models.Model):
    """A machine or program that speaks to the library, with its own key and settings.

    ``permissions`` is empty where what is usual for its kind holds (``rules.terminal``).
    """

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="terminals")
    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=TerminalKind.choices)
    name = models.CharField(_("name"), max_length=100)
    login = models.CharField(_("log-in"), max_length=50, unique=True)
    key_hash = models.CharField(max_length=64)
    permissions = models.JSONField(default=list, blank=True)
    options = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(_("active"), default=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "terminal")
        ordering = ["branch__position", "name"]

    def __str__(self) -> str:
        return self.name


class WeeklyPeriod(models.Model):
    """One opening period of one weekday; a day may have several.

    ``weekday`` 0 is Monday. ``closes`` 00:00 means midnight at the end of the day. A period with a service
    point holds for that point instead of the branch's periods.
    """

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="weekly_periods")
    service_point = models.ForeignKey(ServicePoint, on_delete=models.CASCADE, null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["branch", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="places_weekday_0_to_6"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class DayException(models.Model):
    """A day that departs from the week: closed, or open with its own periods."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="exceptions")
    service_point = models.ForeignKey(ServicePoint, on_delete=models.CASCADE, null=True, blank=True)
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=ExceptionKind.choices)
    periods = models.JSONField(_("periods"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "special day")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "service_point", "day"],
                name="places_exception_once_a_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class PublicHoliday(models.Model):
    """A day off or a compensating work day (调休) as the State Council announced it."""

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=50)
    is_off = models.BooleanField(_("day off"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "public holiday")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ClosureOrder(models.Model):
    """An order that closes branches for a time; each closed day is a row of its own."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    first_closed_day = models.DateField(_("first closed day"))
    reopens_on = models.DateField(_("reopens on"))
    reason = models.CharField(_("reason"), max_length=200)
    notice = models.TextField(_("public notice"))
    notice_on = models.DateField(_("notice published on"))
    branches = models.ManyToManyField(Branch, related_name="closure_orders")
    state = models.CharField(
        _("state"), max_length=10, choices=ClosureState.choices, default=ClosureState.ORDERED
    )
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=100, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("kind of thing", "closure order")
        ordering = ["-first_closed_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reopens_on__gt=F("first_closed_day")), name="places_closure_has_days"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ClosedDay(models.Model):
    """One day on which a closure order keeps one branch shut."""

    order = models.ForeignKey(ClosureOrder, on_delete=models.CASCADE, related_name="closed_days")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="closed_days")
    day = models.DateField(_("day"))

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "day"], name="places_closed_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class CalendarVersion(models.Model):
    """A stamp renewed with every change of any calendar; one row with key 1.

    Processes keep calendars in memory and compare the stamp. It is drawn at random and not counted, so that a
    transaction rolled back can never leave its stamp to another one's data.
    """

    stamp = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="places_calendarversion_only_one"),
        ]

    def __str__(self) -> str:
        return self.stamp
