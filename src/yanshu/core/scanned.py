"""What a scanner or a hand on the keyboard makes of a code: full-width letters, small ones, blanks.

Barcodes, card numbers and owner codes are compared here and nowhere else. Codes that differ in case alone
stay different: the one that stands as it was read comes first, the others only where there is none such.
"""

import unicodedata
from collections.abc import Sequence


def readings(code: str) -> tuple[str, ...]:
    """Return the ways a code may stand in the database, the likeliest first; nothing for blanks alone.

    Example: ``ａb 1`` may stand as ``ａb 1``, ``ab1``, ``AB1``.
    """
    read = code.strip()
    plain = "".join(unicodedata.normalize("NFKC", read).split())
    return tuple(dict.fromkeys(form for form in (read, plain, plain.upper(), plain.lower()) if form))


def rank(kept: str, forms: Sequence[str]) -> int:
    """Return how near a kept code is to what was read: 0 is the code itself."""
    return forms.index(kept) if kept in forms else len(forms)
