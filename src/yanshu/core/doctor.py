"""Integrity checks, declared by apps and run by ``yanshu doctor``."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be."""

    check: str
    says: str


@dataclass(frozen=True, slots=True)
class Check:
    """A named question to the data, in words and as a function yielding what it finds."""

    code: str
    label: Any
    run: Callable[[], Iterable[str]]


registry: dict[str, Check] = {}


def check(code: str, label: Any) -> Callable[[Callable[[], Iterable[str]]], Callable[[], Iterable[str]]]:
    """Declare a check; the function yields one sentence for each thing that is wrong."""

    def keep(function: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        if code in registry:
            raise ValueError(f"check {code} is declared twice")
        registry[code] = Check(code=code, label=label, run=function)
        return function

    return keep


def examine(codes: Iterable[str] | None = None) -> Iterator[Finding]:
    """Run all checks, or the named ones, and yield what they find."""
    for code in sorted(codes if codes is not None else registry):
        for sentence in registry[code].run():
            yield Finding(check=code, says=sentence)
