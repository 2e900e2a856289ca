"""What a terminal may be allowed, and how its protocol's settings must look."""

from collections.abc import Collection, Mapping
from typing import Any

from yanshu.institution.places.terms import Charset, ErrorDetection, TerminalKind

LENDING = (
    "circulation.checkout",
    "circulation.return",
    "circulation.renew",
    "circulation.place_hold",
    "circulation.cancel_hold",
    "circulation.undo",
)
USUAL: Mapping[TerminalKind, tuple[str, ...]] = {
    TerminalKind.SIP2: LENDING,
    TerminalKind.KIOSK: LENDING,
    TerminalKind.GATE: ("visits.record",),
    TerminalKind.CLIENT: (),
}
"""What a terminal of a kind may do unless something else has been chosen for it; also the most it can be
given by someone who does not hold it himself. The table of roles (staff) shows it beside them."""


def permissions_of(kind: TerminalKind, chosen: Collection[str]) -> frozenset[str]:
    """Return what a terminal may do: what has been chosen for it, else what is usual for its kind now."""
    return frozenset(chosen or USUAL[kind])


def permissions_kept(kind: TerminalKind, chosen: Collection[str]) -> list[str]:
    """Return what is kept of a choice: nothing where it is the usual one, so that it never grows old."""
    return [] if set(chosen) == set(USUAL[kind]) else sorted(chosen)


def permissions_beyond(
    asked: Collection[str], *, kind: TerminalKind, held: Collection[str]
) -> tuple[str, ...]:
    """Return the permissions that cannot be handed on: neither usual for the kind nor the giver's own."""
    allowed = {*USUAL[kind], *held}
    return tuple(sorted(code for code in asked if code not in allowed and "*" not in held))


def option_flaws(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of settings that cannot work."""
    delimiter = options.get("delimiter", "|")
    fits = {
        "charset": options.get("charset", Charset.UTF_8) in Charset.values,
        "error_detection": options.get("error_detection", ErrorDetection.OPTIONAL) in ErrorDetection.values,
        "delimiter": isinstance(delimiter, str)
        and len(delimiter) == 1
        and delimiter.isascii()
        and delimiter.isprintable()
        and not delimiter.isalnum()
        and not delimiter.isspace(),
    }
    return tuple(name for name, holds in fits.items() if not holds)
