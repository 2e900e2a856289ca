"""The outline of the annual report, in the order the bureau expects."""

from functools import lru_cache
from importlib.resources import files

from django.utils.translation import get_language

from yanshu.reporting.reports.engine.outline import Section, parse


def outline() -> tuple[Section, ...]:
    """Return the outline in the language now spoken."""
    return _outline("zh_hans" if (get_language() or "").startswith("zh") else "en")


@lru_cache(maxsize=2)
def _outline(language: str) -> tuple[Section, ...]:
    text = (
        files("yanshu.reporting.reports").joinpath("outlines", f"{language}.md").read_text(encoding="utf-8")
    )
    return tuple(parse(text))
