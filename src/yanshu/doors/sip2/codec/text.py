"""Characters and bytes: charsets, check sums, values made fit to be sent."""

import codecs
import re

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_GETA = "〓"  # what Chinese and Japanese printers set where a sort is missing
_ERRORS = "yanshu.sip2.geta"


def checksum(data: bytes) -> str:
    """Return the check sum of a message up to and with ``AZ``: the two's complement of its sum, in hex.

    Over bytes, never over characters: a GBK terminal and an UTF-8 terminal get different sums for one name.
    """
    return f"{-sum(data) & 0xFFFF:04X}"


def known_charset(name: str) -> str:
    """Return Python's name of a charset.

    Raises:
        ValueError: when there is none of that name, or its ASCII is not ASCII, as field letters must be.
    """
    try:
        found = codecs.lookup(name).name
        plain = "".join(map(chr, range(128))).encode(found) == bytes(range(128))
    except (LookupError, UnicodeError):
        plain = False
    if not plain:
        raise ValueError(f"not a character set for a terminal: {name!r}")
    return found


def clean(value: str, delimiter: str) -> str:
    """Make a value fit for the wire: the delimiter and control characters become a blank."""
    if value.isalnum():
        return value
    return _UNFIT.sub(" ", value).replace(delimiter, " ")


def encode(text: str, charset: str) -> bytes:
    """Encode for a terminal; what its charset lacks becomes 〓, or ``?`` where even that is missing."""
    return text.encode(charset, _ERRORS)


def _geta(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    try:
        mark = _GETA.encode(error.encoding)
    except UnicodeEncodeError:
        mark = b"?"
    return mark * (error.end - error.start), error.end


codecs.register_error(_ERRORS, _geta)
