"""The shape of a number of the Chinese Library Classification (中图法).

Source: 中国图书馆分类法, 5th edition, notation: one letter (two in T, and DF), digits with a point behind
each third, then auxiliary signs. The shape alone is judged, not whether the class exists.
"""

import re
from typing import Final

_MAIN: Final = re.compile(r"(?:DF|T[A-Z]?|[A-KN-SU-VXZ])(?P<digits>[0-9.]*)(?P<rest>.*)")
_DIGITS: Final = re.compile(r"(?:[0-9]{3}\.)*[0-9]{0,3}")
_AUXILIARY: Final = re.compile(r"(?:[A-Z]{1,4}[+#]*)?(?:[-=:+/(\[{<\"#&].*)?")


def is_class_number(text: str) -> bool:
    """Whether a text has the shape of a class number.

    Example:
        ``I247.57``, ``TP312C``, ``K825.6=76``, ``B84-0`` and ``F270-49`` have it;
        ``I24757`` and ``813.7`` have not.
    """
    found = _MAIN.fullmatch(text.strip().strip("[]{}"))
    if found is None:
        return False
    digits = found["digits"]
    return (
        bool(_DIGITS.fullmatch(digits))
        and not digits.endswith(".")
        and bool(_AUXILIARY.fullmatch(found["rest"]))
    )
