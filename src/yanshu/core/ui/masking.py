"""How persons and their numbers are shown on a screen: never whole."""

import re

_COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..", "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐司徒夏侯端木独孤南宫西门百里长孙宇文轩辕钟离闾丘"
    )
)
_SHORT_NUMBER = 4


def mask_name(name: str) -> str:
    """Return a person's name with the given name reduced to a star.

    Chinese names keep the surname (compound ones whole), and a name of three characters or more keeps one
    more; other names keep the first word and one letter of the next.

    Example:
        ``何秋月`` becomes ``何秋*``, ``何秋`` becomes ``何*``, ``Anna Smith`` becomes ``Anna S*``.
    """
    name = name.strip()
    if not name:
        return ""
    if " " in name:
        first, rest = name.split(maxsplit=1)
        return f"{first} {rest[0]}*"
    surname = name[:2] if name[:2] in _COMPOUND_SURNAMES and len(name) > len("欧阳") else name[:1]
    shown = len(surname) + (1 if len(name) > len(surname) + 1 else 0)
    return f"{name[:shown]}*"


def mask_surname(name: str) -> str:
    """Return only the surname and a star, for places a stranger may read.

    Example:
        ``何秋月`` becomes ``何*``, ``欧阳青禾`` becomes ``欧阳*``.
    """
    name = name.strip()
    if not name:
        return ""
    if " " in name:
        return f"{name.split(maxsplit=1)[0]} *"
    surname = name[:2] if name[:2] in _COMPOUND_SURNAMES and len(name) > len("欧阳") else name[:1]
    return f"{surname}*"


def mask_number(number: str) -> str:
    """Return a card or telephone number with only its last four characters.

    Example:
        ``43040012341234`` becomes ``**** 1234``; four characters or fewer are hidden whole.
    """
    number = number.strip()
    if not number:
        return ""
    return f"**** {number[-_SHORT_NUMBER:]}" if len(number) > _SHORT_NUMBER else "****"
