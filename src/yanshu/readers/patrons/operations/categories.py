"""The categories of readers a library offers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core.actor import Actor
from yanshu.core.operation import operation
from yanshu.core.refusal import Invalid, Reason
from yanshu.readers.patrons.models import PatronCategory


@operation("patrons.set_category")
def set_category(
    *, category_id: int | None = None, values: Mapping[str, Any], actor: Actor, now: datetime
) -> PatronCategory:
    """Make a patron category, or change one; memberships that run keep the end they have.

    Raises:
        Invalid: when the code is taken, or the ages leave nobody.
        PermissionMissing: when the actor's role holds for single branches only.
    """
    actor.demand_whole_library()
    category = (
        PatronCategory.objects.select_for_update().get(pk=category_id) if category_id else PatronCategory()
    )
    for name, value in values.items():
        setattr(category, name, value)
    reasons: list[Reason] = []
    if PatronCategory.objects.filter(code=category.code).exclude(pk=category.pk).exists():
        reasons.append(Reason(code="code-taken", label=_("Another category has this code."), field="code"))
    if category.youngest is not None and category.oldest is not None and category.youngest > category.oldest:
        reasons.append(
            Reason(
                code="ages-crossed",
                label=_("The upper age lies below the lower one: nobody would fit."),
                field="oldest",
            )
        )
    if category.valid_months < 1:
        reasons.append(
            Reason(
                code="months-missing", label=_("A membership runs a month at least."), field="valid_months"
            )
        )
    if reasons:
        raise Invalid(reasons)
    category.save()
    return category
