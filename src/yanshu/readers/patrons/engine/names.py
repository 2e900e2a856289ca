"""Names of persons as people look for them."""

from pypinyin import Style, lazy_pinyin

LONGEST = 20


def initials(name: str) -> str:
    """Return the pinyin initials of a name, lower case (何秋雨 → hqy); Latin names keep their letters."""
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_kept)
    return "".join(letters).lower()[:LONGEST]


def _kept(rest: str) -> str:
    return rest.replace(" ", "")
