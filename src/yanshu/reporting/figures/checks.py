"""What must hold of figures."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from yanshu.core import indicator as declared
from yanshu.core.doctor import check
from yanshu.core.indicator import Indicator, Kind
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures.models import DailyRollUp, Selection
from yanshu.reporting.figures.queries import EVER, Coverage, Source, all_moves, keeps_rollup, narrowed

Cell = tuple[date, int | None]
MOST_NAMED = 5


@check("figures.rollups", _("Roll-ups agree with the rows they sum"))
def rollups_agree() -> Iterator[str]:
    """Yield each cell of a roll-up that differs from its rows, days not yet read apart."""
    for versions in declared.registry.values():
        for version in versions:
            if version.rollup is None:
                continue
            if keeps_rollup(version):
                yield from _differences(version)
            else:
                yield f"{version.code}: no roll-up can hold it (rows outside a feed, or a distinct count)"


@check("figures.selections", _("Selections name indicators and splits there are"))
def selections_hold() -> Iterator[str]:
    """Yield each selection that selects nothing that is declared."""
    for selection in Selection.objects.all():
        versions = declared.registry.get(selection.indicator)
        if selection.code in declared.registry:
            yield f"{selection.code}: an indicator bears the same code"
        if not versions or versions[-1].kind is Kind.RATIO or versions[-1].rows is None:
            yield f"{selection.code}: no indicator {selection.indicator} to select from"
            continue
        yield from _unknown_splits(selection, versions[-1])


def _unknown_splits(selection: Selection, general: Indicator) -> Iterator[str]:
    assert general.rows is not None
    try:
        narrowed(general.rows(EVER), general, selection.chosen)
    except Invalid as refused:
        for reason in refused.reasons:
            yield f"{selection.code}: {reason.field}: {reason.label}"


def _differences(version: Indicator) -> Iterator[str]:
    stale = Coverage().stale_days([Source(version.code, version.name, version)], _force(version), {})
    if version.code not in stale:
        return  # too far behind to be compared; every figure is counted from the rows meanwhile
    kept = _kept(version, stale[version.code])
    counted = _counted(version, stale[version.code])
    wrong = sorted(
        (cell for cell in kept.keys() | counted.keys() if kept.get(cell) != counted.get(cell)), key=str
    )
    for day, branch in islice(wrong, MOST_NAMED):
        cell = (day, branch)
        yield (
            f"{version.code} {day} branch {branch}: kept {kept.get(cell)}, "
            f"rows say {counted.get(cell)} (value, rows)"
        )
    if len(wrong) > MOST_NAMED:
        yield f"{version.code}: {len(wrong) - MOST_NAMED} more cells differ"


def _force(version: Indicator) -> Span:
    return Span(
        max(EVER.first_day, version.valid_from), min(EVER.end_day, version.valid_until or EVER.end_day)
    )


def _kept(version: Indicator, stale: frozenset[date]) -> Mapping[Cell, tuple[Any, int]]:
    force = _force(version)
    cells = DailyRollUp.objects.filter(
        code=version.code, day__gte=force.first_day, day__lt=force.end_day
    ).exclude(day__in=sorted(stale))
    return {
        (day, branch): (value, rows)
        for day, branch, value, rows in cells.values_list("day", "branch_id", "value", "rows")
    }


def _counted(version: Indicator, stale: frozenset[date]) -> Mapping[Cell, tuple[Any, int]]:
    assert version.rows is not None
    assert version.rollup is not None
    assert version.measure is not None
    if version.kind is Kind.STOCK:
        found = all_moves(version, _force(version))
        return {cell: (number, number) for cell, number in found.items() if cell[0] not in stale}
    day, branch = version.rollup.day, version.rollup.branch
    fields = [day, branch] if branch else [day]
    groups = (
        version.rows(_force(version))
        .exclude(**{f"{day}__in": sorted(stale)})
        .order_by()
        .values(*fields)
        .annotate(kept_value=Coalesce(version.measure, 0), kept_rows=Count("pk"))
    )
    return {
        (group[day], group[branch] if branch else None): (group["kept_value"], group["kept_rows"])
        for group in groups
    }
