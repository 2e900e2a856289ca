"""The words of searching: sorts, and the codes of languages and classes as records bear them."""

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
    "chi": _("Chinese"),
    "zho": _("Chinese"),
    "eng": _("English"),
    "jpn": _("Japanese"),
    "kor": _("Korean"),
    "fre": _("French"),
    "fra": _("French"),
    "ger": _("German"),
    "deu": _("German"),
    "rus": _("Russian"),
    "spa": _("Spanish"),
    "ita": _("Italian"),
    "por": _("Portuguese"),
    "lat": _("Latin"),
    "grc": _("Ancient Greek"),
    "ara": _("Arabic"),
    "vie": _("Vietnamese"),
    "tha": _("Thai"),
    "tib": _("Tibetan"),
    "bod": _("Tibetan"),
    "mon": _("Mongolian"),
    "uig": _("Uyghur"),
    "kaz": _("Kazakh"),
    "zha": _("Zhuang"),
    "iii": _("Yi"),
    "mul": _("Several languages"),
}
"""ISO 639-2, both the bibliographic and the terminological code where they part."""

MAIN_CLASSES = {
    "A": pgettext_lazy("main class", "Marxism-Leninism, Mao Zedong Thought, Deng Xiaoping Theory"),
    "B": pgettext_lazy("main class", "Philosophy, religion"),
    "C": pgettext_lazy("main class", "Social sciences in general"),
    "D": pgettext_lazy("main class", "Politics, law"),
    "E": pgettext_lazy("main class", "Military science"),
    "F": pgettext_lazy("main class", "Economics"),
    "G": pgettext_lazy("main class", "Culture, science, education, sports"),
    "H": pgettext_lazy("main class", "Languages"),
    "I": pgettext_lazy("main class", "Literature"),
    "J": pgettext_lazy("main class", "Arts"),
    "K": pgettext_lazy("main class", "History, geography"),
    "N": pgettext_lazy("main class", "Natural sciences in general"),
    "O": pgettext_lazy("main class", "Mathematics, physics, chemistry"),
    "P": pgettext_lazy("main class", "Astronomy, earth sciences"),
    "Q": pgettext_lazy("main class", "Biology"),
    "R": pgettext_lazy("main class", "Medicine, health"),
    "S": pgettext_lazy("main class", "Agriculture"),
    "T": pgettext_lazy("main class", "Industrial technology"),
    "U": pgettext_lazy("main class", "Transport"),
    "V": pgettext_lazy("main class", "Aviation, aerospace"),
    "X": pgettext_lazy("main class", "Environment, safety"),
    "Z": pgettext_lazy("main class", "General works"),
}
"""The 22 main classes of the 中图法, widely published facts."""
