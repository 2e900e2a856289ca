"""How the engine says no."""

from pathlib import Path


class SearchEngineError(Exception):
    """The index cannot do what was asked; records and rules are not touched by it."""


class IndexMissing(SearchEngineError):
    """There is no index to read: none was built, it is of another version, or it is damaged.

    Callers degrade to exact look-ups in the database and ask for a rebuild.
    """

    def __init__(self, root: Path, reason: str) -> None:
        super().__init__(f"no search index in {root}: {reason}")
        self.root = root
        self.reason = reason


class WriterBusy(SearchEngineError):
    """Another process writes this index; wait as standby and try again later."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"another writer holds {directory}")
        self.directory = directory


class IndexNotLocal(SearchEngineError):
    """The index folder lies on a network file system, where its lock cannot be trusted."""

    def __init__(self, root: Path, file_system: str) -> None:
        super().__init__(f"{root} lies on {file_system}; the search index needs a local disk")
        self.root = root
        self.file_system = file_system


class BuildAbandoned(SearchEngineError):
    """A build that was published or given up takes no more records."""
