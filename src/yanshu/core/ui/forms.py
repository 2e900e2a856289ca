"""Joins Django's forms to the house: reasons of a refusal at their fields, classes merged into widgets."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from yanshu.core.refusal import Reason


def add_reasons(form: BaseForm, reasons: Iterable[Reason]) -> None:
    """Put every reason of a refusal at its field of ``form``, or on top where it belongs to none."""
    for reason in reasons:
        field = reason.field if reason.field in form.fields else None
        words = f"{reason.label} {reason.detail}".strip()
        form.add_error(field, words)


def fields_in_error(form: BaseForm) -> list[Any]:
    """Return the fields of ``form`` that must be corrected, in the order they stand."""
    return [form[name] for name in form.fields if name in form.errors and name != NON_FIELD_ERRORS]


def widget_attributes(attrs: Mapping[str, Any], classes: str) -> SafeString:
    """Return ``attrs`` as HTML with ``classes`` joined to their own; ``is-invalid`` where it is wrong."""
    names = [*classes.split(), *str(attrs.get("class", "")).split()]
    if attrs.get("aria-invalid") == "true":
        names.append("is-invalid")
    merged = {**attrs, "class": " ".join(dict.fromkeys(names))}
    kept = {name: value for name, value in merged.items() if value is not False and value != ""}
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in kept.items()
        ),
    )
