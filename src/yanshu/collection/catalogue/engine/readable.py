"""What the readers need of a stream: nothing but ``read``."""

from typing import Protocol


class Readable(Protocol):
    """An open binary file, an upload, a pipe."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""
        ...
