"""The packs of public holidays shipped with the program, and newer ones in the same form."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "data" / "holidays"


class PackDamaged(ValueError):
    """A file that is no pack of holidays."""


@dataclass(frozen=True, slots=True)
class PackDay:
    """A day off or a compensating work day, and the notice it comes from."""

    day: date
    name: str
    is_off: bool
    source: str


def years() -> tuple[int, ...]:
    """Return the years that can be loaded, the newest last."""
    return tuple(sorted(int(path.stem) for path in FOLDER.glob("[0-9]*.json")))


def days_of(year: int) -> tuple[PackDay, ...]:
    """Return the days of a calendar year; the next year's pack may hold days of its December."""
    found = {day.day: day for pack in (year, year + 1) for day in _shipped(pack) if day.day.year == year}
    return tuple(found[key] for key in sorted(found))


def read(text: str) -> Iterator[PackDay]:
    """Yield the days of a pack.

    Raises:
        PackDamaged: when the text is no pack.
    """
    try:
        pack = json.loads(text)
        source = "; ".join(pack.get("papers", ()))
        for entry in pack["days"]:
            yield PackDay(
                day=date.fromisoformat(entry["date"]),
                name=str(entry["name"]),
                is_off=bool(entry["isOffDay"]),
                source=source[:200],
            )
    except (ValueError, KeyError, TypeError, AttributeError) as damage:
        raise PackDamaged(str(damage)) from damage


def _shipped(year: int) -> Iterator[PackDay]:
    path = FOLDER / f"{year}.json"
    if path.exists():
        yield from read(path.read_text(encoding="utf-8"))
