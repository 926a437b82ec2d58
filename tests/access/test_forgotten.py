"""Erased is gone: from every row of every table, from SQLite's files to the last byte, from a fresh copy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, func, select, update

from bot.guide import erasing, replies
from bot.guide.signals import Where
from bot.guide.work import Work
from bot.policy import load_policy
from bot.store import erase, mentions
from bot.store import tables as t
from bot.store.backup import save
from bot.store.database import Database
from bot.store.store import Store
from bot.store.surfaces import TAKEN_DOWN
from tests.access.expected import CO_OWN, PRIVATE
from tests.access.front import StandingClock
from tests.access.matrix import MARKS
from tests.access.scene import (
    BOSS,
    CORA,
    DEPUTY,
    DUTY,
    EVERYBODY,
    GONE,
    HELPER,
    RECEIVER,
    ROBOT,
    H,
    P,
    R,
    build,
)
from tests.store.databases import migrated_file

POLICY = f'[ladder]\nperson = "{BOSS}"\n[contacts]\nprivacy = "{P}"\n'
NAMES = {user: f"Zq{number} Nameson{number}" for number, user in enumerate(EVERYBODY, 1)}
LINK = "zqlinkmark"
SECRET = {word for word, place in MARKS.items() if place in PRIVATE - CO_OWN}


@dataclass
class Rows:
    """A database in a file with the scene in it; each text names everybody who has a part in its incident."""

    database: Database
    folder: Path
    now: StandingClock

    def work(self, connection: Connection) -> Work:
        return Work(Store(connection, "T000LOCAL"), self.now(), load_policy(POLICY))

    def still(self, word: str) -> list[str]:
        """Tables, files and a fresh copy in which that word stands."""
        copy = self.folder / "copy.db"
        save(self.database.url, copy)
        connection = sqlite3.connect(self.folder / "bot.db")
        tables = [table.name for table in t.metadata.sorted_tables]
        found = [n for n in tables if word in str(connection.execute(f"SELECT * FROM {n}").fetchall())]  # noqa: S608
        connection.close()
        files = [p.name for p in sorted(self.folder.glob("*.db*")) if word.encode() in p.read_bytes()]
        copy.unlink()
        return [*found, *files]


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    content, now = _built()
    (tmp_path / "bot.db").write_bytes(content)
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}")
    yield Rows(database, tmp_path, now)
    database.close()


@cache
def _built() -> tuple[bytes, StandingClock]:
    with TemporaryDirectory(prefix="scene-") as folder:
        file = Path(folder) / "bot.db"
        migrated_file(file)
        database = Database(f"sqlite:///{file}")
        made = Rows(database, file.parent, StandingClock())
        with database.engine.begin() as connection:
            work = made.work(connection)
            build(work)
            _name_everybody(work)
            _as_in_slack(work)
            _ask_for_which(work)
        database.close()
        return file.read_bytes(), made.now


def _ask_for_which(work: Work) -> None:
    """The boss has written beside several notices, and has not said yet which of them it is about."""
    assert (
        replies.reply(work, Where(f"D{BOSS[1:]}", ""), BOSS, f"Thank you! {NAMES[BOSS]}", "1.1", work.now)
        is None
    )
    asked = work.store.connection.execute(t.posts.select().where(t.posts.c.incident == "")).all()
    assert R in str(asked)


def _name_everybody(work: Work) -> None:
    """The legal hold of the scene ends, as it would keep everything."""
    run = work.store.connection.execute
    for user, name in NAMES.items():
        run(update(t.people).where(t.people.c.user == user).values(name=name))
    for row in run(t.pages.select()).all():
        known = mentions.ids_in(work.store, row.incident)
        everyone = ", ".join(name for user, name in NAMES.items() if user in known)
        marked = {k: f"{v} by {everyone}" if "in words" in str(v) else v for k, v in row.answers.items()}
        same = [c == row._mapping[c.name] for c in t.pages.primary_key.columns]
        run(update(t.pages).where(*same).values(answers=marked))
    run(update(t.actions).values(proof=f"seen by {NAMES[R]}, {NAMES[H]} and {NAMES[BOSS]}"))
    run(t.events.delete().where(t.events.c.what == "held"))
    work.store.reread()


def _as_in_slack(work: Work) -> None:
    """A practice run lies in the DM of the person who practises, and no one else marks a message in a DM."""
    run, s, p = work.store.connection.execute, t.signals.c, t.posts.c
    practised = select(t.incidents.c.id).where(t.incidents.c.practice)
    marked = select(p.sent_ts).where(p.incident.in_(practised), p.sent_ts != "")
    others = s.channel.startswith("D") & (s.channel != "D" + func.substr(s.user, 2))
    run(t.signals.delete().where(others | s.ts.in_(marked)))
    run(update(t.posts).where(p.incident.in_(practised)).values(channel=f"D{R[1:]}"))
    work.store.reread()


async def erased(rows: Rows, user: str) -> None:
    """Their messages have been taken down, too."""
    await rows.database.write(lambda connection: erasing.forget(rows.work(connection), user))
    await rows.database.write(lambda c: c.execute(t.surfaces.delete().where(t.surfaces.c.kind == TAKEN_DOWN)))
    await rows.database.wipe()


@pytest.mark.parametrize("user", [R, H, BOSS, DEPUTY, DUTY, HELPER, RECEIVER, P, CORA])
async def test_nothing_of_whoever_erased_their_data_is_left(rows: Rows, user: str) -> None:
    assert rows.still(user)
    assert rows.still(NAMES[user])
    await erased(rows, user)
    assert rows.still(user) == []
    assert rows.still(NAMES[user]) == []
    assert rows.still(f"D{user[1:]}") == []
    left = {word for word in (*SECRET, LINK) if rows.still(word)}
    assert left == (set() if user == R else {*SECRET, LINK})


async def test_nothing_of_anybody_is_left_once_all_have_erased_theirs(rows: Rows) -> None:
    for user in EVERYBODY:
        if user not in (GONE, ROBOT):  # deactivated people and apps cannot ask
            await erased(rows, user)
            assert (rows.still(user), rows.still(NAMES[user])) == ([], [])


async def test_no_text_of_an_erased_incident_is_left_in_any_table_or_file(rows: Rows) -> None:
    def everything(connection: Connection) -> None:
        keys = [row.id for row in connection.execute(t.incidents.select()).all()]
        for key in keys:
            erase.incidents(Store(connection, "T000LOCAL"), [key])

    assert {word for word in MARKS if rows.still(word)} > SECRET
    await rows.database.write(everything)
    await rows.database.wipe()
    assert {word: rows.still(word) for word in (*MARKS, LINK) if rows.still(word)} == {}
