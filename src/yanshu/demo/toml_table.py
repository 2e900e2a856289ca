"""Reading a TOML table key by key, with errors that name the key."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

__all__ = ["ScenarioError", "Table"]

T = TypeVar("T")

_NAMES: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2019-04-08",
    list: "a list",
    dict: "a table",
}


class ScenarioError(ValueError):
    """A scenario file that cannot be used.

    Attributes:
        key: where in the file, for example ``domains.visits.total``.
        reason: what is wrong there.
    """

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        self.reason = reason
        super().__init__(f"{key}: {reason}")


class Table:
    """One table of the file; it remembers what was read, so that a misspelt key is found."""

    def __init__(self, values: Mapping[str, Any], *, path: str = "") -> None:
        self._values = values
        self._path = path
        self._read: set[str] = set()

    def key(self, name: str) -> str:
        """Return the full name of a key of this table."""
        return f"{self._path}.{name}" if self._path else name

    def fail(self, name: str, reason: str) -> ScenarioError:
        """Return the error for a key of this table; the caller raises it."""
        return ScenarioError(self.key(name), reason)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not empty."""
        value = self._take(name, str, default)
        if not value and default is None:
            raise self.fail(name, "must not be empty")
        return value

    def one_of(self, name: str, choices: tuple[str, ...], *, default: str | None = None) -> str:
        """Return a text out of a closed list."""
        value = self.text(name, default=default)
        if value not in choices:
            raise self.fail(name, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def count(self, name: str, *, default: int | None = None, least: int = 0) -> int:
        """Return a whole number of at least ``least``."""
        value = self._take(name, int, default)
        if value < least:
            raise self.fail(name, f"must be at least {least}, not {value}")
        return value

    def per_mille(self, name: str, *, default: int | None = None) -> int:
        """Return a share in per mille, 0 to 1000."""
        value = self.count(name, default=default)
        if value > 1000:  # noqa: PLR2004 - a thousand per mille is the whole
            raise self.fail(name, f"is a share per mille and cannot be {value}")
        return value

    def day(self, name: str) -> date:
        """Return a date."""
        return self._take(name, date, None)

    def day_or_none(self, name: str) -> date | None:
        """Return a date, or nothing if the key is not there."""
        return self.day(name) if name in self else None

    def table(self, name: str, *, optional: bool = False) -> "Table":
        """Return the table under a key; an optional one that is missing is empty."""
        values = self._take(name, dict, {} if optional else None)
        return Table(values, path=self.key(name))

    def tables(self, name: str, *, optional: bool = False) -> list["Table"]:
        """Return the tables of a list, each knowing its place."""
        values = self._take(name, list, [] if optional else None)
        found = []
        for number, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                raise ScenarioError(f"{self.key(name)}[{number}]", "must be a table")
            found.append(Table(value, path=f"{self.key(name)}[{number}]"))
        return found

    def texts(self, name: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._take(name, list, list(default) if default is not None else None)
        if not all(isinstance(value, str) for value in values):
            raise self.fail(name, "must be a list of texts")
        return tuple(values)

    def counts(self, name: str, *, optional: bool = False) -> dict[str, int]:
        """Return a table of whole numbers by name."""
        table = self.table(name, optional=optional)
        return {key: table.count(key) for key in table.names()}

    def names(self) -> Iterator[str]:
        """Iterate over the keys of this table in the order of the file."""
        return iter(list(self._values))

    def raw(self, name: str, *, default: Any = None) -> Any:
        """Return a value as it stands in the file."""
        self._read.add(name)
        return self._values.get(name, default)

    def finish(self) -> None:
        """Refuse keys that nobody asked for: they are misspelt or stand in the wrong table.

        Raises:
            ScenarioError: naming the first such key.
        """
        for name in self._values:
            if name not in self._read:
                raise self.fail(name, "is not a known key here")

    def _take(self, name: str, kind: type[T], default: T | None) -> T:
        self._read.add(name)
        if name not in self._values:
            if default is None:
                raise self.fail(name, "is missing")
            return default
        value = self._values[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(name, f"must be {_NAMES[kind]}, not {value!r}")
        return value
