"""What stands in the addresses of pages: keys out of the library, and the questions a list is asked."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Model
from django.utils.http import urlencode

from yanshu.collection.catalogue.models import BibRecord, Item, ItemCategory
from yanshu.core import clock, indicator
from yanshu.institution.places.models import (
    Branch,
    ClosureOrder,
    ServicePoint,
    ShelvingLocation,
    Terminal,
)
from yanshu.institution.staff.models import Account
from yanshu.institution.visits.models import Gate, GateReading
from yanshu.lending.circulation.models import LoanEvent, LoanPolicy
from yanshu.readers.patrons.models import Patron, PatronCategory
from yanshu.reporting.figures.models import Selection, StatedFigure

Values = dict[str, Any]


def values_of(name: str, arguments: Iterable[str]) -> list[Values]:
    """Return what the arguments of an address may be; nothing where the library has no such row."""
    wanted = tuple(arguments)
    if not wanted:
        return [{}]
    if "code" in wanted and name.startswith("figures-"):
        return [{"code": code} for code in sorted(indicator.registry)]
    values = {argument: _value(name, argument) for argument in wanted}
    return [] if None in values.values() else [values]


def _value(name: str, argument: str) -> Any:
    subject = name.partition("-")[0]
    known = next((ROWS[key, argument] for key in (name, subject, "") if (key, argument) in ROWS), None)
    return known() if known else None


def _middle(model: type[Model], field: str = "pk") -> Callable[[], Any]:
    """Return what finds a row well inside the table, so that nothing stands at hand by chance."""

    def find() -> Any:
        rows = model._default_manager.order_by("pk").values_list(field, flat=True)  # noqa: SLF001
        return rows[rows.count() // 2] if rows else None

    return find


def _year() -> int:
    return _last_day().year


def _last_day() -> date:
    last = LoanEvent.objects.order_by("business_date").values_list("business_date", flat=True).last()
    return last or clock.business_date(clock.now())


def _reader() -> Any:
    return Patron.objects.filter(loans__closed_at__isnull=True).values_list("pk", flat=True).first()


def _interval() -> Any:
    rows = GateReading.objects.filter(gate_id=_middle(Gate)())
    return rows.order_by("-interval_start").values_list("interval_start", flat=True).first()


ROWS: dict[tuple[str, str], Callable[[], Any]] = {
    ("", "branch_id"): _middle(Branch),
    ("", "location_id"): _middle(ShelvingLocation),
    ("", "point_id"): _middle(ServicePoint),
    ("", "terminal_id"): _middle(Terminal),
    ("", "order_id"): _middle(ClosureOrder),
    ("", "account_id"): _middle(Account),
    ("", "gate_id"): _middle(Gate),
    ("", "patron_id"): _reader,
    ("", "record_id"): _middle(BibRecord),
    ("", "item_id"): _middle(Item),
    ("", "policy_id"): _middle(LoanPolicy),
    ("", "day"): lambda: _last_day() - timedelta(days=3),
    ("", "start"): _interval,
    ("", "year"): _year,
    ("", "code"): _middle(Branch, "code"),
    ("", "kind"): lambda: "items",
    ("catalogue", "category_id"): _middle(ItemCategory),
    ("patrons", "category_id"): _middle(PatronCategory),
}
KEYED = {"figures-selection": Selection, "figures-stated-one": StatedFigure}
"""Pages whose address calls the key ``pk``; they are opened where there are such rows."""
for _name, _model in KEYED.items():
    ROWS[_name, "pk"] = _middle(_model)


def _asked(**words: object) -> str:
    return f"?{urlencode(words)}"


DEEPER: dict[str, tuple[str, ...]] = {
    "desk:home": tuple(_asked(period=name) for name in ("today", "month", "last-month", "year", "last-year")),
    "desk:figures-card": ("?year=2019", "?month=2019-05"),
    "desk:figures-rows": ("?year=2019", "?year=2019&page=200", "?year=2019&page=999999"),
    "desk:catalogue-records": ("?page=500", "?page=99999", "?q=history", "?sort=title", "?per_page=100"),
    "desk:catalogue-items": (
        "?page=500",
        "?page=99999",
        "?q=history",
        "?sort=title",
        "?sort=-price_fen",
        "?per_page=100",
        "?branch=1",
    ),
    "desk:patrons-list": ("?page=500", "?page=99999", "?sort=name", "?sort=-expires_on", "?per_page=100"),
    "desk:circulation-loans": (
        "?page=100",
        "?page=99999",
        "?sort=title",
        "?sort=-opened_at",
        "?per_page=100",
    ),
    "desk:circulation-holds": ("?page=100", "?sort=title", "?per_page=100"),
    "desk:circulation-ledger": ("?day=2019-10-12", "?day=2019-10-12&page=50", "?day=2019-10-12&per_page=100"),
    "desk:visits-readings": ("?page=100", "?page=99999", "?per_page=100"),
    "desk:staff-audit": ("?page=2", "?per_page=100"),
    "desk:palette": ("?q=history", "?q=读者"),
    "opac:search": ("?q=history", "?q=历史", "?q=history&page=20", "?q=lishi&sort=year"),
    "opac:search-suggestions": ("?q=his",),
    "opac:new-books": ("?page=10",),
}
"""Questions beyond the plain address: deep pages and last ones, sortings, searches, long pages."""
