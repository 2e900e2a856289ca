"""What doors hand to the shells: wings, the panel of a wing, breadcrumbs, plain links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """A place one can go to.

    Args:
        count: work waiting there, never a total for show; ``None`` shows nothing.
        is_current: the page, or the part of the house, one is in.
        key: the key that leads there, as printed on it.
    """

    label: Any
    url: str
    icon: str = ""
    count: int | None = None
    is_current: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Wing(Link):
    """One of the seven words of the staff rail; ``is_minor`` wings leave the rail on phones."""

    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Links of a panel or a footer under one heading."""

    title: Any
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Panel:
    """The lists of one wing."""

    title: Any
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to this page; the last one has no address."""

    label: Any
    url: str = ""


def way(*steps: tuple[Any, str] | Any) -> list[Crumb]:
    """Return the way to a page: pairs of words and address; the last one, words alone, is the page itself."""
    return [Crumb(*step) if isinstance(step, tuple) else Crumb(step) for step in steps]
