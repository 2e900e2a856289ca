"""What must hold in places."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from yanshu.core.doctor import check
from yanshu.institution.places.models import ClosedDay, ClosureOrder, DayException
from yanshu.institution.places.rules import NotAPeriod, read_periods
from yanshu.institution.places.terms import ClosureState, ExceptionKind


@check("places.closed_days", _("Closed days agree with their orders"))
def closed_days() -> Iterator[str]:
    """Yield every order that has other closed days than its dates say."""
    for order in ClosureOrder.objects.annotate(places=Count("branches", distinct=True)):
        days = ClosedDay.objects.filter(order=order)
        expected = 0
        if order.state == ClosureState.ORDERED:
            expected = (order.reopens_on - order.first_closed_day).days * order.places
        inside = days.filter(day__gte=order.first_closed_day, day__lt=order.reopens_on).count()
        if (inside, days.count()) != (expected, expected):
            yield f"closure {order.number}: {days.count()} closed days, {expected} ordered"


@check("places.closed_branches", _("Closed days belong to branches of their order"))
def closed_branches() -> Iterator[str]:
    """Yield every branch shut by an order that does not name it."""
    named = set(ClosureOrder.branches.through.objects.values_list("closureorder_id", "branch_id"))
    for pair in ClosedDay.objects.order_by().values_list("order_id", "branch_id").distinct():
        if pair not in named:
            yield f"closure {pair[0]} shuts branch {pair[1]}, which it does not name"


@check("places.exceptions", _("Exceptions of the calendar can be read"))
def exceptions() -> Iterator[str]:
    """Yield every exception whose periods cannot be read, or that is open without any."""
    for row in DayException.objects.select_related("branch").iterator():
        try:
            periods = read_periods(" ".join(row.periods))
        except (NotAPeriod, TypeError):
            yield f"{row.branch.code} {row.day}: periods {row.periods!r}"
            continue
        if (row.kind == ExceptionKind.OPEN) != bool(periods):
            yield f"{row.branch.code} {row.day}: {row.kind} with periods {row.periods!r}"
