"""Small tables of names, remembered for a few seconds by each process."""

import functools
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_kept: list[Callable[[], None]] = []


def remembered(*, seconds: float) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Remember what a function without arguments returned, for so long; a page may be that much behind.

    For names shown on pages only: no rule may ask something remembered.
    """

    def keep(function: Callable[[], T]) -> Callable[[], T]:
        known: list[tuple[float, T]] = []

        @functools.wraps(function)
        def ask() -> T:
            if not known or time.monotonic() - known[0][0] > seconds:
                known[:] = [(time.monotonic(), function())]
            return known[0][1]

        _kept.append(known.clear)
        return ask

    return keep


def forget_all() -> None:
    """Drop everything this process remembers."""
    for forget in _kept:
        forget()
