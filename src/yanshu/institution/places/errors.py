"""How places says no."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yanshu.core.refusal import Invalid, Reason


class ClosureRefused(Invalid):
    """A closure cannot be ordered, changed, taken back or restored as asked; every reason is named."""


def demand_free(*, taken: bool, field: str, value: str) -> None:
    """Refuse a code, log-in or number that is in use.

    Raises:
        Invalid: at the field.
    """
    if taken:
        label = _("“%(value)s” is in use already.") % {"value": value}
        raise Invalid.because(field, "taken", label, value=value)


def demand_filled(**values: Any) -> None:
    """Refuse empty fields, all at once.

    Raises:
        Invalid: with a reason for each of them.
    """
    empty = [name for name, value in values.items() if not str(value or "").strip()]
    if empty:
        raise Invalid(Reason(code="missing", label=_("Nothing is entered."), field=name) for name in empty)
