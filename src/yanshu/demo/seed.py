"""One seed, many independent streams of chance, the same on every machine."""

import hashlib
from random import Random

__all__ = ["stream"]


def stream(seed: int, *names: object) -> Random:
    """Return the stream of chance that belongs to ``names`` under ``seed``.

    Each generator draws from a stream of its own, so that a change in one (another reader more)
    leaves the books and the gates as they were.
    """
    text = "\x1f".join([str(seed), *map(str, names)])
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return Random(int.from_bytes(digest, "big"))  # noqa: S311 - a repeatable invention, not a secret
