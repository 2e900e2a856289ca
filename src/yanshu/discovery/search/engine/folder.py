"""The folder of the index: builds beside one another, and a pointer to the one that serves.

::

    index/
      current                    the name of the build that serves, replaced in one step
      data/4f0c…-000007/         a build: the fingerprint it was made with and its number
      data/4f0c…-000008/         the next one, while it is built

The folder is disposable: everything in it can be made again from the database. It must lie on a local disk,
because the writer's lock is not reliable on network file systems.
"""

import fcntl
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from yanshu.discovery.search.engine.errors import IndexMissing, IndexNotLocal

WRITER_LOCK = ".tantivy-writer.lock"
_POINTER = "current"
_BUILDS = "data"
_BUILD_NAME = re.compile(r"(?P<fingerprint>[0-9a-f]{12})-(?P<build>\d{6,})")
_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ocfs2", "gfs2",
     "beegfs", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.cephfs", "davfs",
     "fuse.davfs2"}
)  # fmt: skip
_SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class Build:
    """One build of the index on disk."""

    directory: Path
    fingerprint: str
    number: int


class IndexFolder:
    """The builds of the index under one root.

    Args:
        root: a folder on a local disk; made when absent.
        fingerprint: what a build must have been made with to be read by this program.
    """

    def __init__(self, root: Path, fingerprint: str) -> None:
        self.root = root
        self.fingerprint = fingerprint
        self._pointer = root / _POINTER
        self._builds = root / _BUILDS

    def current(self) -> Build:
        """Return the build that serves.

        Raises:
            IndexMissing: none was published, it was made with another fingerprint, or its files are gone.
        """
        try:
            name = self._pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise IndexMissing(self.root, "none was built") from None
        except UnicodeDecodeError:
            raise IndexMissing(self.root, "the pointer is damaged") from None
        build = self._build(name)
        if build is None:
            raise IndexMissing(self.root, "the pointer is damaged")
        if build.fingerprint != self.fingerprint:
            raise IndexMissing(self.root, "it was made by another version")
        if not build.directory.is_dir():
            raise IndexMissing(self.root, "its files are gone")
        return build

    def pointer_state(self) -> tuple[int, int]:
        """Return what changes whenever another build is published; cheap enough for every search."""
        try:
            found = self._pointer.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    def start_build(self) -> Build:
        """Make the directory of the next build; two processes never get the same one.

        Raises:
            IndexNotLocal: the folder lies on a network file system.
        """
        self._builds.mkdir(parents=True, exist_ok=True)
        refuse_network(self.root)
        number = max((build.number for build in self._all()), default=0) + 1
        while True:
            directory = self._builds / f"{self.fingerprint}{_SEPARATOR}{number:06d}"
            try:
                directory.mkdir()
            except FileExistsError:
                number += 1
            else:
                return Build(directory, self.fingerprint, number)

    def publish(self, build: Build) -> None:
        """Let ``build`` serve from now on; readers follow at their next search."""
        waiting = self._pointer.with_name(f"{_POINTER}.{os.getpid()}")
        with waiting.open("w", encoding="ascii") as file:
            file.write(build.directory.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync_directory(build.directory)
        _sync_directory(self._builds)
        waiting.replace(self._pointer)
        _sync_directory(self.root)

    def discard(self, build: Build) -> None:
        """Remove a build that will not serve."""
        shutil.rmtree(build.directory, ignore_errors=True)

    def clean(self) -> tuple[Build, ...]:
        """Remove the builds older than the one that serves and not being written; return them.

        Readers that still have one open keep its files until they follow the pointer.
        """
        serving = self.current()
        old = tuple(b for b in self._all() if b.number < serving.number and not is_being_written(b.directory))
        for build in old:
            self.discard(build)
        return old

    def _all(self) -> list[Build]:
        if not self._builds.is_dir():
            return []
        found = (self._build(one.name) for one in self._builds.iterdir())
        return sorted((build for build in found if build is not None), key=lambda build: build.number)

    def _build(self, name: str) -> Build | None:
        parts = _BUILD_NAME.fullmatch(name)
        if parts is None:
            return None
        return Build(self._builds / name, parts["fingerprint"], int(parts["build"]))


def is_being_written(directory: Path) -> bool:
    """Say whether a process holds the writer's lock of this build; the lock dies with its process."""
    try:
        with (directory / WRITER_LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def refuse_network(path: Path, mounts: Path = _MOUNTS) -> None:
    """Refuse a path on a network file system; where the system does not tell, nothing is refused.

    Raises:
        IndexNotLocal: with the kind of file system.
    """
    kind = file_system_of(path.resolve(), mounts)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise IndexNotLocal(path, kind)


def file_system_of(path: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system ``path`` lies on as Linux names it; empty when unknown."""
    if not mounts.exists():
        return ""
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].encode().decode("unicode_escape")
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
