"""Selections: figures of one library, made of a general indicator and chosen values of its splits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core import clock
from yanshu.core import indicator as declared
from yanshu.core.actor import Actor
from yanshu.core.indicator import Kind
from yanshu.core.operation import about, operation
from yanshu.core.refusal import Invalid, Reason
from yanshu.core.span import Span
from yanshu.reporting.figures.models import Selection
from yanshu.reporting.figures.queries import narrowed


@operation("figures.set_selection")
def set_selection(
    *,
    code: str,
    name: str,
    indicator: str,
    chosen: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> tuple[Selection, bool]:
    """Make a selection or change the one of that code; return it and whether it is new.

    Raises:
        Invalid: when the code is an indicator's own, the indicator is not declared, or a split or value of
            one is not known.
    """
    if reasons := _reasons(code, name, indicator, chosen, Span.day(clock.business_date(now))):
        raise Invalid(reasons)
    kept, is_new = Selection.objects.update_or_create(
        code=code, defaults={"name": name, "indicator": indicator, "chosen": dict(chosen)}
    )
    about(kept)
    return kept, is_new


@operation("figures.delete_selection", permission="figures.set_selection")
def delete_selection(*, selection: Selection, actor: Actor, now: datetime) -> None:
    """Give up a selection; what was counted stays, only its name is gone."""
    about(selection)
    Selection.objects.filter(pk=selection.pk).delete()


def _reasons(code: str, name: str, indicator: str, chosen: Mapping[str, Any], span: Span) -> list[Reason]:
    found = []
    if not code or not name:
        label = _("A selection has a code and a name.")
        found.append(Reason("selection-nameless", label, field="code" if not code else "name"))
    if code in declared.registry:
        label = _("The code is that of an indicator; take another.")
        found.append(Reason("code-of-indicator", label, field="code"))
    try:
        general = declared.at(indicator, span.first_day)
    except KeyError:
        label = _("No indicator of this code is declared.")
        return [*found, Reason("unknown-indicator", label, field="indicator")]
    if general.kind is Kind.RATIO or general.rows is None:
        label = _("A ratio has no rows to choose from.")
        return [*found, Reason("indicator-is-ratio", label, field="indicator")]
    if not chosen:
        label = _("Choose at least one value of a split.")
        found.append(Reason("nothing-chosen", label, field="chosen"))
    try:
        narrowed(general.rows(span), general, chosen)
    except Invalid as refused:
        found.extend(Reason(one.code, one.label, field="chosen", facts=one.facts) for one in refused.reasons)
    return found
