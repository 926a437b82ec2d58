"""Alive and ready are two things, and both are true: sockets, a database that takes writes, Slack's yes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.bootstrap import PROBE_EVERY
from bot.domain.errors import Busy
from bot.outbox.readiness import AGAIN, DATABASE, GRACE, SLACK, SOCKET, Readiness
from bot.store import health
from bot.store.database import Database
from bot.store.overdue import Finding
from tests.auditor.test_saying import listening
from tests.house import House, open_house


class Hand:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("part", sorted(GRACE))
def test_what_is_away_for_longer_than_its_grace_is_missing(part: str) -> None:
    now = Hand()
    ready = Readiness(GRACE, now)
    now.at += GRACE[part] + 1
    for other in set(GRACE) - {part}:
        ready.good(other)
    assert ready.missing() == (part,)
    ready.good(part)
    assert ready.missing() == ()
    ready.bad(part)
    assert ready.missing() == (part,)


def test_what_is_missing_is_said_at_once_and_then_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = Hand()
    ready = Readiness([DATABASE, SOCKET], now)
    for _ in range(200):  # seconds
        now.at += 1
        ready.good(SOCKET)
        ready.say()
    said = [record.__dict__["missing"] for record in caplog.records]
    assert said == [["database"]] * (1 + int((200 - GRACE[DATABASE] - 1) // AGAIN))
    caplog.clear()
    for _ in range(3):
        ready.good(DATABASE)
        ready.say()
    assert [record.message for record in caplog.records] == ["ready again"]


def test_a_write_that_changes_nothing_is_a_write(database: Database) -> None:
    for _ in range(3):
        database.transact(health.prove_writable)
    if database.sqlite:
        assert database.look(lambda c: c.exec_driver_sql("PRAGMA user_version").scalar_one()) == 3


@pytest.mark.parametrize("harm", ["read only", "locked"])
def test_a_database_that_takes_no_writes_is_seen(database: Database, harm: str) -> None:
    if not database.sqlite:
        with database.engine.begin() as connection:
            name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        database.engine.dispose()
    elif harm == "locked":
        other = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        raw = database.engine.raw_connection()
        raw.cursor().execute("PRAGMA query_only = ON")
        raw.close()
    with pytest.raises(Busy):
        database.transact(health.prove_writable)


async def test_a_full_disk_is_seen(tmp_path: Path) -> None:
    """As far as a test may fill one: no file of this process may grow."""
    code = (
        "import resource, signal, sys\n"
        "from bot.store import health\nfrom bot.store.database import Database\n"
        "from bot.domain.errors import Busy\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "database = Database(sys.argv[1])\ndatabase.transact(health.prove_writable)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try:\n    database.transact(health.prove_writable)\nexcept Busy:\n    sys.exit(7)\n"
    )
    made = await asyncio.create_subprocess_exec(sys.executable, "-c", code, f"sqlite:///{tmp_path}/bot.db")
    assert await made.wait() == 7


async def health_of(house: House, path: str = "/health") -> tuple[int, dict[str, object]]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{house.settings.port}{path}") as answer,
    ):
        return answer.status, await answer.json()


async def test_health_says_what_is_missing_and_live_says_that_it_lives(tmp_path: Path) -> None:
    async with open_house(tmp_path, "http") as house:
        assert await health_of(house) == (200, {"ok": True, "missing": []})
        house.slack.refusal = "token_revoked"
        house.slack.expect("token_revoked")
        assert await house.bot.auditor.run() == [Finding("refused", "token_revoked")]
        assert await health_of(house) == (503, {"ok": False, "missing": ["slack"]})
        assert await health_of(house, "/live") == (200, {"ok": True})
        house.slack.refusal = None
        assert await house.bot.auditor.run() == []
        assert await health_of(house) == (200, {"ok": True, "missing": []})
        house.bot.readiness._seen[DATABASE] -= GRACE[DATABASE] + 1
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await house.bot._probe()
            assert await health_of(house) == (503, {"ok": False, "missing": ["database"]})
        await house.bot._probe()
        assert (await health_of(house))[0] == 200


async def test_a_database_that_is_damaged_is_missing_though_it_takes_writes(tmp_path: Path) -> None:
    async with open_house(tmp_path, "http") as house:
        await house.bot.database.wipe(erased=False)
        with (tmp_path / "bot.db").open("r+b") as file:
            file.seek(4096)  # not the header
            file.write(b"\xff" * 4096 * 200)
        said = await house.reporter.command("/screwedup", "I sent it to the wrong client")
        assert "my database is damaged" in said.ephemerals[0].text
        house.bot.readiness._seen[DATABASE] -= GRACE[DATABASE] + 1
        await house.bot._probe()
        assert await health_of(house) == (503, {"ok": False, "missing": ["database"]})


async def test_a_database_that_hangs_says_nothing_of_the_sockets(tmp_path: Path) -> None:
    """Each is looked at by itself, and what hangs isn't waited for."""
    async with open_house(tmp_path) as house:
        for part in (DATABASE, SOCKET):
            house.bot.readiness._seen[part] -= GRACE[part] + 1
        with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(PROBE_EVERY):
                await house.bot._probe()
            await house.bot._hear()
        assert house.bot.readiness.missing() == (DATABASE,)


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
async def test_a_token_that_ends_while_nothing_happens_is_noticed(
    tmp_path: Path, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening() as watcher, open_house(tmp_path, HEARTBEAT_URL=watcher.url) as house:
        await house.bot.auditor.run()
        house.slack.refusal = word
        house.slack.expect(word)
        caplog.clear()
        assert await house.bot.auditor.run() == [Finding("refused", word)]
        assert house.bot.readiness.missing() == (SLACK,)
        assert [r.__dict__["ids"] for r in caplog.records if r.message == "audit found"] == [[word]]
        assert len(watcher.asked) == 1  # not fed again


@pytest.mark.parametrize("kind", ["503", "429", "reset", "error:internal_error"])
async def test_a_slack_that_does_not_answer_is_waited_for(tmp_path: Path, kind: str) -> None:
    async with open_house(tmp_path) as house:
        house.slack.faults.add(kind=kind, method="auth.test", times=None)
        assert await house.bot.auditor.run() == []
        assert house.bot.readiness.missing() == ()


def hasten(house: House) -> None:
    """Connections that look after themselves five times a second instead of every five seconds."""
    assert house.bot.sockets
    for one in house.bot.sockets.clients:
        one.ping_interval = 0.2


async def test_deaf_is_not_ready_and_ready_again_once_it_hears(tmp_path: Path) -> None:
    heartbeat = tmp_path / "heartbeat"
    async with open_house(tmp_path, HEARTBEAT_FILE=str(heartbeat)) as house:
        hasten(house)
        house.slack.faults.add(kind="error:internal_error", method="apps.connections.open", times=None)
        house.slack.socket.cut()
        await until(lambda: not house.slack.socket.connections)
        house.bot.readiness._seen[SOCKET] -= GRACE[SOCKET] + 1
        await house.bot._hear()
        assert house.bot.readiness.missing() == (SOCKET,)
        os.utime(heartbeat, (0, 0))
        ticked = house.bot.ticker.ticked_at
        house.bot.ticker.wake()
        await until(lambda: house.bot.ticker.ticked_at > ticked)
        assert heartbeat.stat().st_mtime == 0
        house.slack.faults.clear()
        async with asyncio.timeout(20):
            while house.bot.readiness.missing():  # the client has to notice that it's connected
                await house.bot._hear()
                await asyncio.sleep(0.05)
        house.bot.ticker.wake()
        await until(lambda: heartbeat.stat().st_mtime > 0)


async def test_an_address_that_was_used_up_is_not_tried_for_ever(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        hasten(house)
        used_up = json.dumps({"ok": True, "url": f"{house.slack.url.replace('http', 'ws')}/link?ticket=old"})
        house.slack.faults.add(kind=f"body:{used_up}", method="apps.connections.open", times=2)
        house.slack.socket.cut()
        await until(lambda: not house.slack.socket.connections)
        async with asyncio.timeout(25):
            while not house.slack.socket.connections:
                await house.bot._hear()
                await asyncio.sleep(0.05)
