"""What others may hear of readers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatronRegistered:
    """A person became a reader."""

    patron_id: int


@dataclass(frozen=True, slots=True)
class PatronChanged:
    """A reader's record changed."""

    patron_id: int
