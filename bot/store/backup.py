"""store: a copy of the database beside a running bot, and back again without anything being sent twice.

Source: sqlite.org/lang_vacuum.html ("VACUUM INTO"): one consistent snapshot while others write.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.store import health, restored
from bot.store.database import Database, Unusable
from bot.store.schema import Foreign, migrate
from bot.store.sole import sole_process

PARTS = ("-wal", "-shm")  # of a SQLite database in WAL mode; a new file must not meet the old one's


def save(url: str, target: Path) -> int:
    """Copy the database into a file that does not exist yet; its bytes. Raises: Unusable."""
    path = _file(url)
    try:
        if target.exists():
            raise Unusable(f"{target} exists already, and is not overwritten. Choose another name.")
        if not target.absolute().parent.is_dir():
            raise Unusable(f"The folder {target.absolute().parent} does not exist.")
    except OSError as error:  # a name that no file can have
        raise Unusable(f"{target} could not be written: {error.strerror}.") from error
    _copy(path, target)
    return target.stat().st_size


def put_back(url: str, source: Path, now: datetime, *, replace: bool) -> int:
    """Put a copy in the place of the database; how many posts were due in it (see `restored.mark_due`).

    The database that stands there goes only where `replace` says so. Raises: Unusable, with nothing changed.
    """
    path = _file(url)
    try:
        found = health.examine(f"sqlite:///{source.absolute()}")
    except Unusable as error:
        raise Unusable(f"{source} can't be put back. {error}") from error
    if not found.version:
        raise Unusable(f"{source} is empty." if source.exists() else f"There is no file {source}.")
    if path.exists() and path.samefile(source):
        raise Unusable(f"{source} is the database itself. If other tools have put it back: restore --mark")
    if path.exists() and not replace:
        raise Unusable(f"{path} exists. With --yes the copy takes its place, and what is in it now is gone.")
    fresh = path.with_name(path.name + ".new")
    with sole_process(url) as held:
        _remove(fresh, "", *PARTS)
        _copy(source, fresh)
        marked = _marked(Database(f"sqlite:///{fresh.absolute()}"), now)
        _remove(path, *PARTS)
        fresh.replace(path)
        held.note(0)  # whatever was seen before
        _sync(path.absolute().parent)
    return marked


def mark(url: str, now: datetime) -> int:
    """Say that a database which lies there already was put back by other means; as `restored.mark_due`.

    Raises: Unusable, also where a bot works on it.
    """
    if not health.examine(url).version:
        raise Unusable("The database is empty: nothing was put back.")
    with sole_process(url) as held:
        marked = _marked(Database(url), now)
        held.note(0)
        return marked


def _marked(database: Database, now: datetime) -> int:
    """Its inode stays when it is moved into its place."""
    try:
        migrate(database)
        return database.transact(restored.put_back, database.file, now)
    finally:
        database.close()  # the last connection takes the WAL with it


def _remove(path: Path, *parts: str) -> None:
    for part in parts:
        path.with_name(path.name + part).unlink(missing_ok=True)


def _file(url: str) -> Path:
    path = health.sqlite_path(url)
    if path is None:
        raise Unusable("This is for SQLite files. Postgres has tools of its own: pg_dump and pg_restore.")
    return path


def _copy(source: Path, target: Path) -> None:
    """Through SQLite: what still lies in the WAL comes along. Raises: Unusable; leaves no half file."""
    if not source.exists():
        raise Unusable(f"There is no database {source} yet.")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with closing(health.read_only(source)) as connection:
            connection.execute("VACUUM INTO ?", (str(part.absolute()),))
        with closing(sqlite3.connect(part)) as connection:
            health.whole(connection)
            connection.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            connection.execute("PRAGMA application_id = 0")  # it isn't the one that a bot has open
        _sync(part)
        part.replace(target)
        _sync(target.absolute().parent)
    except (sqlite3.Error, Foreign, OSError) as error:
        part.unlink(missing_ok=True)
        raise Unusable(f"{target} could not be written: {error}.") from error


def _sync(path: Path) -> None:
    """On disk, not only handed over: a file, or a folder's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
