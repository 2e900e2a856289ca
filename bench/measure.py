"""What a bench says: a number, the limit of the same run, their ratio, and what is to be reached."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One result.

    Args:
        what: what was measured, and under which load.
        value: the number itself; it tells of this machine as much as of the program.
        limit: the same work done the barest way, in the same run; ``None`` where there is no such way.
        goal: what is to be reached, in words.
        reached: whether it was; ``None`` for a number that has no goal.
    """

    bench: str
    what: str
    value: float
    unit: str
    limit: float | None = None
    limit_is: str = ""
    goal: str = ""
    reached: bool | None = None

    @property
    def ratio(self) -> float | None:
        """The part of the limit that was reached."""
        return self.value / self.limit if self.limit else None

    def as_dict(self) -> dict[str, Any]:
        """Return the line as it stands in JSON."""
        return {**asdict(self), "ratio": self.ratio}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How long and how large.

    Args:
        seconds: how long each rate is measured.
        records: how many records are searched and, a tenth of them, imported.
        data: the data folder of a loaded year; empty: a small one is loaded.
    """

    seconds: float = 4.0
    records: int = 100_000
    data: str = ""


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie, by the nearest rank."""
    ranked = sorted(values)
    return ranked[min(int(len(ranked) * share), len(ranked) - 1)]


def alternately(seconds: float, *, rounds: int, **ways: Callable[[], object]) -> dict[str, float]:
    """Return how often a second each way is done, turn by turn, so that a busy machine hurts all alike.

    Each way is called again and again for ``seconds`` in all, in ``rounds`` turns.
    """
    done, spent = dict.fromkeys(ways, 0), dict.fromkeys(ways, 0.0)
    for _round in range(rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            while (passed := time.perf_counter() - begun) < seconds / rounds:
                way()
                done[name] += 1
            spent[name] += passed
    return {name: done[name] / spent[name] for name in ways}


def resident_bytes(pid: int | str = "self") -> int:
    """Return the memory a process holds, as the system counts it.

    Raises:
        OSError: where the system has no such table (not Linux).
    """
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * KIB
    raise OSError(f"no resident memory of {pid}")
