"""Resident identity numbers (GB 11643-1999): shape, check character, date of birth."""

import re
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")


def birth_date_of(number: str) -> date | None:
    """Return the date of birth a compact identity number says; nothing when the number cannot be right.

    The place is not compared with a register of counties: a number keeps the code of the county where it
    was given out, often years after birth, and counties come and go.
    """
    if _SHAPE.fullmatch(number) is None or ric.calc_check_digit(number) != number[-1]:
        return None
    try:
        born: date = ric.get_birth_date(number)
    except ValidationError:
        return None
    return born
