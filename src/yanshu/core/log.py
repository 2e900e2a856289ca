"""How the log is written: faults by kind and place; what a fault quotes stays out.

The words of an exception may quote what a person typed or what stands in a row (``Key (number)=(R000001)
already exists``). A log is read by others and kept longer than a reader is; it gets the kind of the fault and
the lines of the program, which are enough to find it. Faults of the machine (files, network, a statement that
does not fit the tables) quote nobody and keep their words.
"""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

from django.db import OperationalError, ProgrammingError

QUOTES_NOBODY = (OSError, ImportError, OperationalError, ProgrammingError)
_AFTER = {
    True: "\nThe above exception was the direct cause of the following exception:\n\n",
    False: "\nDuring handling of the above exception, another exception occurred:\n\n",
}


class QuietFormatter(logging.Formatter):
    """Words a record as usual, its exception without what it quotes."""

    def formatException(  # noqa: N802  the name the library calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return the exception and those it came from, oldest first, as kinds and places."""
        return "".join(_told(ei[1])).rstrip("\n") if ei[1] is not None else ""


def _told(fault: BaseException) -> Iterator[str]:
    earlier = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if earlier is not None:
        yield from _told(earlier)
        yield _AFTER[fault.__cause__ is not None]
    if fault.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(fault.__traceback__)
    kind = f"{type(fault).__module__}.{type(fault).__qualname__}".removeprefix("builtins.")
    yield f"{kind}: {fault}\n" if isinstance(fault, QUOTES_NOBODY) else f"{kind}\n"
