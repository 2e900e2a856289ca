"""The form of a selection: a general indicator, and for each of its splits the values that are to count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from yanshu.core import indicator as declared
from yanshu.core.indicator import Indicator, Kind, Split
from yanshu.core.refusal import Invalid
from yanshu.core.span import Span
from yanshu.reporting.figures import queries, rules
from yanshu.reporting.figures.models import Selection
from yanshu.reporting.figures.web.period import YEARS_SHOWN

PICK: Final = "pick."
"""What the name of a ticked value's field begins with; the name of its split follows."""
SPAN_SPLITS: Final = frozenset({"month", "day"})
"""Splits that only name a time, which the span of the figure does already."""
MOST_VALUES: Final = 200


class PickedValues(forms.Widget):
    """Reads the ticked values of all splits; the page writes the ticks itself."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, list[str]]:  # noqa: ARG002 - Django's own signature
        """Return the ticked values by split, as addresses write them."""
        names = sorted(key for key in data if key.startswith(PICK))
        return {key.removeprefix(PICK): data.getlist(key) for key in names}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        """Say that something was sent: no tick at all is an answer too."""
        return False


class ChosenField(forms.Field):
    """The chosen values of splits: one value stands alone, several in a list."""

    widget = PickedValues

    def to_python(self, value: Any) -> dict[str, Any]:
        """Return the ticks as a selection keeps them."""
        picked = {name: [rules.from_key(key) for key in keys] for name, keys in (value or {}).items()}
        return {name: keys if len(keys) > 1 else keys[0] for name, keys in picked.items() if keys}


class SelectionForm(forms.Form):
    """A figure of one's own."""

    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        help_text=_("Small letters, parted by dots; the first part is the report's subject."),
    )
    indicator = forms.ChoiceField(label=_("General indicator"))
    chosen = ChosenField(
        label=_("Chosen values"), error_messages={"required": _("Choose at least one value of a split.")}
    )

    def __init__(self, *args: Any, today: date, kept: Selection | None = None, **kwargs: Any) -> None:
        if kept is not None:
            kwargs["initial"] = {"name": kept.name, "code": kept.code, "indicator": kept.indicator}
        super().__init__(*args, **kwargs)
        self.today, self.kept = today, kept
        self.fields["code"].disabled = kept is not None
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("choose one")), *_general(today)]

    @property
    def general(self) -> Indicator | None:
        """The indicator that is chosen now, where there is one."""
        code = self["indicator"].value()
        if code not in {one for one, _name in _general(self.today)}:
            return None
        return queries.source_of(code, Span.day(self.today)).indicator

    @property
    def picked(self) -> dict[str, list[str]]:
        """The ticked values by split, as they were sent; of a kept selection, as they are kept."""
        if self.is_bound:
            value: dict[str, list[str]] = self["chosen"].value()
            return value
        chosen = self.kept.chosen if self.kept is not None else {}
        return {
            name: [rules.as_key(one) for one in (value if isinstance(value, list) else [value])]
            for name, value in chosen.items()
        }

    @property
    def years(self) -> list[int]:
        """The years the figure can be tried on."""
        return list(range(self.today.year, self.today.year - YEARS_SHOWN, -1))

    @property
    def year(self) -> int:
        """The year it is tried on: the last one that is over, unless another was chosen."""
        asked = self.data.get("year", "")
        return int(asked) if asked in map(str, self.years) else self.today.year - 1


@dataclass(frozen=True, slots=True)
class PickLine:
    """A value that may be ticked, with what was counted under it in the year looked at."""

    key: str
    label: Any
    count: str
    is_picked: bool


@dataclass(frozen=True, slots=True)
class SplitShown:
    """A split of the chosen indicator; its values are listed once they are asked for."""

    split: Split
    picked: Sequence[PickLine]
    others: Sequence[PickLine] = ()
    is_listed: bool = False


def splits_shown(form: SelectionForm, listed: str, within: Mapping[str, Any]) -> list[SplitShown]:
    """Return the splits of the chosen indicator; the values of the one named ``listed`` are counted."""
    general = form.general
    if general is None:
        return []
    picked = form.picked
    wanted = [one for one in general.splits if one.name not in SPAN_SPLITS or one.name in picked]
    return [split_shown(form, general, one, within, is_listed=one.name == listed) for one in wanted]


def split_shown(
    form: SelectionForm, general: Indicator, split: Split, within: Mapping[str, Any], *, is_listed: bool
) -> SplitShown:
    """Return one split, its values counted over the year looked at when they are to be listed."""
    keys = form.picked.get(split.name, [])
    counts: dict[str, tuple[Any, str]] = {}
    if is_listed:
        parting = queries.splits(general.code, Span.year(form.year), split.name, within)
        counts = {part.key: (part.label, queries.number_words(part.value)) for part in parting.parts}
    picked = [
        PickLine(key, *(counts.pop(key, None) or (_label(general, split, key), "")), is_picked=True)
        for key in keys
    ]
    others = [PickLine(key, label, count, is_picked=False) for key, (label, count) in counts.items()]
    return SplitShown(split, picked, others[:MOST_VALUES], is_listed)


def _label(general: Indicator, split: Split, key: str) -> Any:
    try:
        return queries.worded(split, queries.typed(general, split, rules.from_key(key)))
    except (ValueError, KeyError, Invalid):
        return key


def _general(today: date) -> list[tuple[str, str]]:
    span = Span.day(today)
    return [
        (code, f"{versions[-1].name}　{code}")
        for code, versions in sorted(declared.registry.items())
        if versions[-1].kind is not Kind.RATIO and versions[-1].valid_from < span.end_day
    ]
