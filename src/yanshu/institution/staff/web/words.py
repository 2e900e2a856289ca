"""The words of the audit log: what was done, to what."""

from django.apps import apps
from django.utils.translation import gettext as _

from yanshu.core.exporting import exporters
from yanshu.core.importing import importers
from yanshu.core.models import Instance
from yanshu.core.permission import registry as permissions


def acts() -> dict[str, str]:
    """Return the words of every act by its code: what is permitted, taken in, taken out, and loaded."""
    found = {code: str(words) for code, words in permissions.items()}
    for known in importers():
        found[f"import.{known.kind}"] = _("Take in: %(title)s") % {"title": known.title}
        found[f"import-rejected.{known.kind}"] = _("Take out what was not taken: %(title)s") % {
            "title": known.title
        }
    for given in exporters():
        found[f"export.{given.kind}"] = _("Take out: %(title)s") % {"title": given.title}
    return {**found, "demo.load": _("Load the demonstration")}


def thing(kind: str) -> str:
    """Return the name of the kind of object an act was about; its code where there is no such kind now."""
    if kind == Instance._meta.label_lower:
        return _("The whole installation")
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
