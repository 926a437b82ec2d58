"""One bot a SQLite file, whichever of its names it's given; a file that's another one now is noticed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import backup, health
from bot.store.database import Database, Unusable
from bot.store.schema import migrate
from bot.store.sole import SameFile, sole_process


def as_it_is(path: Path) -> Path:
    return path


def relative(path: Path) -> Path:
    return Path(os.path.relpath(path))


def link(path: Path) -> Path:
    other = path.with_name("other.db")
    other.symlink_to(path)
    return other


def hard_link(path: Path) -> Path:
    other = path.with_name("hard.db")
    other.hardlink_to(path)
    return other


def linked_folder(path: Path) -> Path:
    other = path.parent.with_name(path.parent.name + "-link")
    other.symlink_to(path.parent)
    return other / path.name


def dots(path: Path) -> Path:
    return path.parent / ".." / path.parent.name / path.name


def without_lock_file(path: Path) -> Path:
    path.with_name(path.name + ".lock").unlink()
    return link(path)


NAMES = [as_it_is, relative, link, hard_link, linked_folder, dots, without_lock_file]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    database = Database(f"sqlite:///{folder}/bot.db")
    migrate(database)
    database.close()
    return folder / "bot.db"


@pytest.mark.parametrize("named", NAMES, ids=lambda named: named.__name__)
def test_no_other_name_gets_round_the_lock(path: Path, named: Callable[[Path], Path]) -> None:
    with sole_process(f"sqlite:///{path}"):
        other = f"sqlite:///{named(path)}"
        with pytest.raises(Unusable, match="already"), sole_process(other):
            pass
    with sole_process(other):
        pass


def test_the_lock_is_in_nobodys_way_and_outlives_other_openings(path: Path) -> None:
    with sole_process(f"sqlite:///{path}"):
        for _ in range(2):
            database = Database(f"sqlite:///{path}")
            database.transact(lambda c: c.exec_driver_sql("DELETE FROM inbox"))
            database.look(lambda c: c.exec_driver_sql("SELECT 1 FROM inbox"))
            database.close()
        path.read_bytes()
        with pytest.raises(Unusable, match="already"), sole_process(f"sqlite:///{path}"):
            pass


def test_a_folder_is_no_database(path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be opened"), sole_process(f"sqlite:///{path.parent}"):
        pass


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    path.with_name("new").write_bytes(path.read_bytes())
    path.with_name("new").replace(path)


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def folder_gone(path: Path) -> None:
    path.parent.rename(path.parent.with_name("put away"))


def wal_gone(path: Path) -> None:
    path.with_name(path.name + "-wal").unlink()


def index_gone(path: Path) -> None:
    path.with_name(path.name + "-shm").unlink()


HARMS = [removed, replaced, moved, folder_gone, wal_gone, index_gone]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("named", [as_it_is, link], ids=lambda named: named.__name__)
def test_a_file_that_is_another_now_is_noticed(
    path: Path, harm: Callable[[Path], None], named: Callable[[Path], Path]
) -> None:
    file, database = SameFile(named(path)), Database(f"sqlite:///{path}")
    for _ in range(2):
        database.transact(lambda c: c.exec_driver_sql("DELETE FROM inbox"))
        assert file.lost() == ""
    database._wipe()
    assert file.lost() == ""
    harm(path)
    assert "while the bot has it open" in file.lost()
    database.close()


def copied_before(path: Path, before: bytes) -> None:
    """With `cp`, which keeps the file that's there."""
    path.write_bytes(before)


def copied_back(path: Path, before: bytes) -> None:
    """A backup of this very moment."""
    backup.save(f"sqlite:///{path}", path.with_name("backup.db"))
    path.write_bytes(path.with_name("backup.db").read_bytes())


def another(path: Path, before: bytes) -> None:
    other = Database(f"sqlite:///{path.with_name('another.db')}")
    migrate(other)
    other.transact(health.sign)
    other.close()
    path.write_bytes(path.with_name("another.db").read_bytes())


def emptied(path: Path, before: bytes) -> None:
    os.truncate(path, 0)


def cut_short(path: Path, before: bytes) -> None:
    os.truncate(path, 50)


def scribbled_on(path: Path, before: bytes) -> None:
    path.write_bytes(b"these are the minutes of our last meeting" + path.read_bytes()[41:])


OVERWRITTEN = [copied_before, copied_back, another, emptied, cut_short, scribbled_on]


@pytest.mark.parametrize("harm", OVERWRITTEN, ids=lambda harm: harm.__name__)
def test_a_file_that_is_written_over_where_it_lies_is_noticed(
    path: Path, harm: Callable[[Path, bytes], None]
) -> None:
    url = f"sqlite:///{path}"
    with sole_process(url) as file:
        database = Database(url)
        file.signed = database.transact(health.sign)
        assert file.lost() == ""  # what was signed lies in the WAL yet
        database._wipe()
        before = path.read_bytes()
        for _ in range(3):
            database.transact(health.prove_writable)
            assert file.lost() == ""
            database._unwiped = True
            database._wipe()
            assert file.lost() == ""
        harm(path, before)
        assert file.lost() == f"{path} was written over while the bot has it open"
        path.with_name("bot.db-wal").unlink()  # closing would write into what's left of it
        database.close()


def test_a_backup_is_signed_by_no_one(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    signed = database.transact(health.sign)
    database.close()
    backup.save(f"sqlite:///{path}", path.with_name("backup.db"))
    with closing(health.read_only(path.with_name("backup.db"))) as copy:
        assert copy.execute("PRAGMA application_id").fetchone() == (0,)
    with closing(health.read_only(path)) as here:
        assert here.execute("PRAGMA application_id").fetchone() == (signed,)


def test_a_link_that_leads_elsewhere_is_noticed(path: Path) -> None:
    other = link(path)
    file = SameFile(other)
    path.with_name("copy.db").write_bytes(path.read_bytes())
    other.unlink()
    other.symlink_to(path.with_name("copy.db"))
    assert file.lost() == f"{other} was replaced while the bot has it open"


def test_postgres_and_memory_have_no_file() -> None:
    for url in ("postgresql://h/db", "sqlite://"):
        with sole_process(url) as file:
            assert file.lost() == ""
