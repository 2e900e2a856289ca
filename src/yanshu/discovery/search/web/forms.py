"""The advanced search."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yanshu.collection.catalogue.terms import Form
from yanshu.discovery.search.terms import LANGUAGES, Field, SortWord

_ANY = ("", pgettext_lazy("search", "Any"))


class AdvancedForm(forms.Form):
    """Fields that must all be met; every one may stay empty."""

    widths = {
        "title": "w-8",
        "author": "w-4",
        "subject": "w-4",
        "publisher": "w-4",
        "isbn": "w-4",
        "class": "w-6",
        "call": "w-6",
        "year_from": "w-3",
        "year_to": "w-3",
        "language": "w-3",
        "form": "w-3",
        "branch": "w-4",
        "sort": "w-4",
        "available": "w-4",
    }

    def __init__(self, *args: Any, branches: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helps = {
            Field.TITLE: _("Chinese characters, pinyin or initials; simplified and traditional alike."),
            Field.CLASS: _("The beginning is enough: TP3 finds TP312."),
            Field.ISBN: _("Ten or thirteen digits, with or without hyphens."),
        }
        for field in Field:
            self.fields[field.value] = forms.CharField(
                label=field.label, required=False, max_length=200, help_text=helps.get(field, "")
            )
        for name, label in (("year_from", _("Published from")), ("year_to", _("Published until"))):
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=4,
                widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            )
        languages = {str(words): code for code, words in reversed(LANGUAGES.items())}
        self._choose(
            "language",
            pgettext_lazy("filter", "Language"),
            [(code, words) for words, code in reversed(languages.items())],
        )
        self._choose("form", pgettext_lazy("filter", "Form"), list(Form.choices))
        self._choose(
            "branch", pgettext_lazy("filter", "Branch"), [(str(key), name) for key, name in branches]
        )
        self.fields["sort"] = forms.ChoiceField(
            label=pgettext_lazy("search", "Sort"), required=False, choices=SortWord.choices
        )
        self.fields["available"] = forms.BooleanField(
            label=_("On the shelf now"), required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
        )

    def _choose(self, name: str, label: Any, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[_ANY, *choices])
