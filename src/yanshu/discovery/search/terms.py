"""The words of searching: sorts, fields, and the codes of languages as records bear them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SortWord(models.TextChoices):
    """The orders a reader may choose from."""

    RELEVANCE = "relevance", _("Best match")
    NEWEST = "newest", _("Newly added first")
    YEAR = "year", _("Latest published first")
    TITLE = "title", _("By title, in pinyin order")


class Field(models.TextChoices):
    """The fields of the advanced search."""

    TITLE = "title", _("Title")
    AUTHOR = "author", _("Author")
    SUBJECT = "subject", _("Subject")
    PUBLISHER = "publisher", _("Publisher")
    ISBN = "isbn", _("ISBN or ISSN")
    CLASS = "class", _("Class number")
    CALL = "call", _("Call number")


LANGUAGES = {
    "chi": pgettext_lazy("language", "Chinese"),
    "zho": pgettext_lazy("language", "Chinese"),
    "eng": pgettext_lazy("language", "English"),
    "jpn": pgettext_lazy("language", "Japanese"),
    "kor": pgettext_lazy("language", "Korean"),
    "fre": pgettext_lazy("language", "French"),
    "fra": pgettext_lazy("language", "French"),
    "ger": pgettext_lazy("language", "German"),
    "deu": pgettext_lazy("language", "German"),
    "rus": pgettext_lazy("language", "Russian"),
    "spa": pgettext_lazy("language", "Spanish"),
    "ita": pgettext_lazy("language", "Italian"),
    "por": pgettext_lazy("language", "Portuguese"),
    "lat": pgettext_lazy("language", "Latin"),
    "grc": pgettext_lazy("language", "Ancient Greek"),
    "ara": pgettext_lazy("language", "Arabic"),
    "vie": pgettext_lazy("language", "Vietnamese"),
    "tha": pgettext_lazy("language", "Thai"),
    "tib": pgettext_lazy("language", "Tibetan"),
    "bod": pgettext_lazy("language", "Tibetan"),
    "mon": pgettext_lazy("language", "Mongolian"),
    "uig": pgettext_lazy("language", "Uyghur"),
    "kaz": pgettext_lazy("language", "Kazakh"),
    "zha": pgettext_lazy("language", "Zhuang"),
    "iii": pgettext_lazy("language", "Yi"),
    "mul": pgettext_lazy("language", "Several languages"),
}
"""ISO 639-2, both the bibliographic and the terminological code where they part."""
