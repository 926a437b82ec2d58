"""store: whether the database can be used at all, looked at before anything opens or changes it."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.domain.errors import Busy
from bot.store.database import Unusable, normal_url
from bot.store.deadlines import until
from bot.store.schema import HEAD, Foreign, judge, version
from bot.store.tables import metadata
from bot.store.tenants import tenants

Version = tuple[int, ...]
WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))  # sqlite.org/changes.html, 3.51.3
DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
LOOK_SECONDS = 10.0  # for which a server may make us wait before it counts as away
RESTORE = "Restore a backup: python app.py restore FILE --yes"


def wal_reset_bug(sqlite: Version = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite can damage a WAL database that two processes write (reliability.md F50)."""
    fixed = next((v for v in WAL_RESET_FIXED if v[:2] == sqlite[:2]), WAL_RESET_FIXED[0])
    return sqlite < fixed


@dataclass(frozen=True, slots=True)
class Condition:
    """A database as it lies there. `version` is "" before the first start; `size` in bytes; `tenants`: the
    workspaces that have something in it.
    """

    where: str
    engine: str
    version: str
    size: int
    tenants: frozenset[str] = frozenset()

    def belongs_to(self, tenant: str) -> None:
        """Raises: Unusable where another workspace has something in it."""
        if others := sorted(self.tenants - {tenant}):
            raise Unusable(
                f"The database {self.where} holds the records of another workspace ({', '.join(others)}), "
                f"and the token is for {tenant}. Use that workspace's token. If it has moved to this one, "
                "run once: python app.py adopt"
            )


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for Postgres and for one in memory. Raises: Unusable."""
    try:
        url.encode()
        parts = make_url(normal_url(url))
        str(parts.host or "").encode("idna")
    except (ArgumentError, ValueError) as error:  # a port or a host that is none, bytes that are no text
        raise Unusable("DATABASE_URL is no database URL, like sqlite:///data/screwedup.db.") from error
    backend, _, driver = parts.drivername.partition("+")
    if backend not in ("sqlite", "postgresql"):
        raise Unusable(f"DATABASE_URL names {backend}; the bot works with sqlite and postgresql.")
    if driver not in ("", DRIVERS[backend]):
        raise Unusable(f"DATABASE_URL names the driver {driver}: write {backend}:// without one.")
    if backend == "postgresql" and url.partition("?")[0].count("@") > 1:
        raise Unusable("DATABASE_URL has more than one @. Write %40 for one in the name or the password.")
    if backend == "sqlite" and (parts.host or parts.username):
        raise Unusable(
            "DATABASE_URL of SQLite has three slashes before the path: sqlite:///data/screwedup.db"
        )
    if backend == "postgresql" or parts.database in (None, "", ":memory:"):
        return None
    if parts.query or str(parts.database).startswith("file:"):
        raise Unusable("DATABASE_URL of SQLite is the path of a file, with nothing before or after it.")
    return Path(str(parts.database))


def examine(url: str) -> Condition:
    """Look at the database without changing it. Raises: Unusable, with a sentence for a person."""
    path = sqlite_path(url)
    if path is None and url.startswith("sqlite"):
        raise Unusable("DATABASE_URL names no file: everything would be gone when the bot ends.")
    try:
        found = _sqlite(path) if path else _postgres(url)
    except OSError as error:  # a name that no file can have
        raise Unusable(f"The database {path} cannot be opened: {error.strerror}.") from error
    if found.version > HEAD:
        raise Unusable(
            f"The database {found.where} was written by a newer release (version {found.version}; this one "
            f"knows up to {HEAD}). Start that release, or restore a backup made before it."
        )
    return found


def _sqlite(path: Path) -> Condition:
    engine, folder = f"SQLite {sqlite3.sqlite_version}", path.absolute().parent
    if not folder.is_dir():
        raise Unusable(
            f"The folder {folder} for the database does not exist. Make it, or mount what holds it."
        )
    if not os.access(folder, os.W_OK):
        raise Unusable(f"The folder {folder} of the database cannot be written to by this user.")
    if not path.exists():
        return Condition(str(path), engine, "", 0)
    if not path.is_file():
        raise Unusable(f"The database {path} is not a file.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise Unusable(f"The database {path} cannot be read and written by this user.")
    try:
        with closing(read_only(path)) as connection:
            said = whole(connection)
            there = _tables(connection)
            of = tenants(lambda query: tuple(connection.execute(query).fetchone()), there)
            return Condition(str(path), engine, said, path.stat().st_size, of)
    except Foreign as error:
        raise Unusable(f"The database {path} is damaged, or is not the bot's: {error}. {RESTORE}") from error
    except sqlite3.DatabaseError as error:
        raise _said(path, error) from error


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing and never checkpoints: safe beside a running bot."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5)


def whole(connection: sqlite3.Connection) -> str:
    """The schema version of a database that is whole. Raises: sqlite3.DatabaseError for a damaged one,
    Foreign for one that isn't the bot's.
    """
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError("malformed: " + str(said).splitlines()[-1])
    tables = _tables(connection)
    there = "alembic_version" in tables
    if tables and not there and not metadata.tables.keys() & tables.keys():
        raise Foreign("it holds other tables than the bot's")
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall() if there else []
    return judge(tables, [str(row) for (row,) in rows])


def _tables(connection: sqlite3.Connection) -> dict[str, set[str]]:
    """Each table's columns."""
    found: dict[str, set[str]] = {}
    query = (
        "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    )
    for table, column in connection.execute(query):
        found.setdefault(table, set()).add(column)
    return found


def counted(connection: Connection) -> int:
    """How far a SQLite database has counted, in the file's header (sqlite.org/pragma, user_version)."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def sign(connection: Connection) -> int:
    """Write a number into a SQLite file's header (sqlite.org/pragma, application_id) by which it's told from
    any other that's copied over it; returns it.
    """
    signed = secrets.randbelow(2**31 - 1) + 1
    connection.exec_driver_sql(f"PRAGMA application_id = {signed}")
    return signed


def prove_writable(connection: Connection) -> int:
    """Write something that changes nothing. Only a commit shows a full or a read-only disk.

    SQLite: count on, and return the number; Postgres: a transaction with a number of its own. Raises: Busy,
    or what the driver raises.
    """
    if connection.dialect.name == "sqlite":
        count = (counted(connection) + 1) % 2**31
        connection.exec_driver_sql(f"PRAGMA user_version = {count}")
        return count
    if connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on":
        raise Busy
    connection.exec_driver_sql("SELECT txid_current()")
    return 0


def _said(path: Path, error: sqlite3.DatabaseError) -> Unusable:
    if "locked" in str(error):
        return Unusable(f"Another process holds the database {path}.")
    if isinstance(error, sqlite3.OperationalError):
        return Unusable(f"The database {path} cannot be opened: {error}.")
    return Unusable(f"The database {path} is damaged, or is not the bot's: {error}. {RESTORE}")


def _without_values(said: str, parts: URL) -> str:
    """The driver's words without what stands after the `?`: a password may be among that."""
    for value in chain.from_iterable(parts.normalized_query.values()):
        said = said.replace(value, "…") if len(value) > 3 else said
    return said


def _postgres(url: str) -> Condition:
    parts = make_url(normal_url(url))
    shown = parts.set(query={}).render_as_string(hide_password=True)
    engine = create_engine(normal_url(url))
    from bot.store.postgres import timed

    timed(engine)
    try:
        with until(time.monotonic() + LOOK_SECONDS), engine.connect() as connection:
            server = str(connection.execute(text("SHOW server_version")).scalar())
            if connection.execute(text("SHOW transaction_read_only")).scalar() == "on":
                raise Unusable(f"The database {shown} takes no writes: it is read-only.")
            size = int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar() or 0)
            said, there = version(connection), inspect(connection).get_table_names()
            of = tenants(lambda query: tuple(connection.execute(text(query)).one()), there)
            return Condition(shown, f"Postgres {server}", said, size, of)
    except Foreign as error:
        raise Unusable(f"The database {shown} is damaged, or is not the bot's: {error}.") from error
    except DBAPIError as error:
        said = _without_values(str(error.orig).strip().splitlines()[0], parts)
        raise Unusable(f"The database {shown} cannot be reached: {said}") from error
    finally:
        engine.dispose()
