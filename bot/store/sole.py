"""store: one bot a SQLite file, by whatever name it's called, for as long as it is the same file.

Two would send everything twice, and below 3.51.3 they could damage it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from bot.store.database import Unusable
from bot.store.health import sqlite_path

LOCK_AT = 2**62  # a byte that no database reaches; SQLite's own locks lie near 2**30 (sqlite.org/fileformat2)
TAKEN = (errno.EACCES, errno.EAGAIN)
PARTS = ("", "-wal", "-shm")
HEADER, MAGIC = struct.Struct(">16s44xI4xI"), b"SQLite format 3\0"  # user_version, application_id


class SameFile:
    """Whether the database's names still lead to the files that this process has open, and what lies there is
    still what it wrote; and how far it was when a bot last looked. `beside`: where that is noted; `held`: the
    file, open; `signed`: what `health.sign` has written into it, 0 for nothing.
    """

    signed = 0

    def __init__(
        self, path: Path | None = None, beside: IO[bytes] | None = None, held: int | None = None
    ) -> None:
        self._path, self._beside, self._held = path, beside, held
        self._counted = -1  # by its header, once that is signed
        real = Path(os.path.realpath(path)) if path else None
        self._names = [path, *(Path(f"{real}{part}") for part in PARTS)] if path else []
        self._seen: dict[Path, tuple[int, int]] = {}
        self.lost()

    def lost(self) -> str:
        """Why nothing that's written here will be found again; "" as long as it will.

        The WAL and its index come with the first transaction and go with the last connection
        (sqlite.org/walformat): from their first appearance on they count.
        """
        for name in self._names:
            try:
                found = os.stat(name)
            except (FileNotFoundError, NotADirectoryError):
                if name in self._seen:
                    return f"{name} is gone while the bot has it open"
                continue
            if self._seen.setdefault(name, (found.st_dev, found.st_ino)) != (found.st_dev, found.st_ino):
                return f"{name} was replaced while the bot has it open"
        # looked at twice: a page that's just being written can be read in parts
        if self._overwritten() and self._overwritten():
            return f"{self._path} was written over while the bot has it open"
        return ""

    def _overwritten(self) -> bool:
        """Whether a copy (`cp` keeps the file that's there) or anything else lies where our pages were.

        In WAL mode nothing but a checkpoint writes the file's header, and only a newer one (sqlite.org/wal).
        """
        if self._held is None or not self.signed:
            return False
        head = os.pread(self._held, HEADER.size, 0)
        magic, count, signed = HEADER.unpack(head) if len(head) == HEADER.size else (b"", -1, 0)
        ours = magic == MAGIC and signed == self.signed and count >= self._counted
        if ours:
            self._counted = count
        return self._counted >= 0 and not ours

    def note(self, count: int) -> None:
        """So far the database has counted (`health.prove_writable`); what counts less later is a copy of it
        from before. Raises: OSError.
        """
        if self._beside:
            os.pwrite(self._beside.fileno(), b"%10d\n" % count, 0)

    def noted(self) -> int:
        """What was noted last, by whatever process; 0 where nothing was."""
        found = os.pread(self._beside.fileno(), 11, 0).strip() if self._beside else b""
        return int(found) if found.isdigit() else 0


@contextmanager
def sole_process(url: str) -> Iterator[SameFile]:
    """Hold the database itself for as long as this lasts; the system frees it however the process ends.

    The lock lies in the file, not beside it: a second name for it (a link) meets it, too, and there's nothing
    to delete. What this opens it closes last: closing a file drops the locks that SQLite has on it in this
    process (sqlite.org/src, os_unix.c, "Posix Advisory Locking"). Postgres needs none. Raises: Unusable.
    """
    path = sqlite_path(url)
    if path is None:
        yield SameFile()
        return
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unusable(f"The database {path} cannot be opened: {error.strerror}.") from error
    try:
        with ExitStack() as locks:
            try:
                beside = locks.enter_context(_older(path))
                _lock(held)
            except BlockingIOError:
                said = f"Another bot runs on {path} already. One process serves one workspace."
                raise Unusable(said) from None
            yield SameFile(path, beside, held)
    finally:
        os.close(held)


def _lock(held: int) -> None:
    """Raises: BlockingIOError where another one holds it, Unusable where the file system knows no locks.

    On Linux the lock belongs to what is open, not to the process (`F_OFD_SETLK`, man 2 fcntl): no other
    opening and closing of the file in this process takes it away.
    """
    try:
        if sys.platform == "linux":
            wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, LOCK_AT, 1, 0)
            fcntl.fcntl(held, fcntl.F_OFD_SETLK, wanted)
        else:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, LOCK_AT)
    except OSError as error:
        if error.errno in TAKEN:
            raise BlockingIOError from error
        raise Unusable(f"The database cannot be locked where it lies: {error.strerror}.") from error


@contextmanager
def _older(path: Path) -> Iterator[IO[bytes]]:
    """The lock of releases up to 0.1, a file beside the database: during an upgrade one may still run."""
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unusable(f"Beside the database {path} nothing can be written: {error.strerror}.") from error
    with os.fdopen(handle, "r+b", buffering=0) as beside:
        fcntl.flock(beside, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield beside
