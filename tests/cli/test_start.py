"""A start that cannot succeed says why in a plain sentence and ends with 2; asked to end, it ends calmly."""

from __future__ import annotations

import asyncio
import fcntl
import signal
import socket
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.bootstrap import Bot
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from bot.scheduler import ENDED
from bot.settings import SettingsError, from_environment
from bot.store import backup
from bot.store.database import Database
from bot.store.schema import migrate
from bot.store.store import Store
from tests.cli.run import TOKENS, ended, run, start
from tests.crash.rig import share
from tests.house import environment, free_port

Env = dict[str, str]


def database(folder: Path) -> Path:
    """A database of the bot's with something in it."""
    path = folder / "bot.db"
    made = Database(f"sqlite:///{path}")
    migrate(made)
    with made.engine.begin() as connection:
        for number in range(200):
            Store(connection, "T").audit(datetime.now(UTC), "U", "x", f"i{number}", "y" * 200)
    made.close()
    return path


def flip(path: Path) -> None:
    """Damage every page but the first."""
    data = bytearray(path.read_bytes())
    for at in range(4096, len(data), 4096):
        data[at : at + 16] = bytes(byte ^ 0xFF for byte in data[at : at + 16])
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 3])


def no_database(path: Path) -> None:
    path.write_text("these are the minutes of our last meeting\n" * 100)


def other_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")


def no_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()


@pytest.mark.parametrize(
    "harm", [flip, cut, no_database, other_program, no_version], ids=lambda harm: harm.__name__
)
async def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, harm: object) -> None:
    path = database(tmp_path)
    assert callable(harm)
    harm(path)
    before = path.read_bytes()
    said = await run(tmp_path, env={"DATABASE_URL": f"sqlite:///{path}"})
    assert (said.code, said.plain) == (2, True)
    assert str(path) in said.err
    assert "app.py restore" in said.err
    assert path.read_bytes() == before


async def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    path = database(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    said = await run(tmp_path, env={"DATABASE_URL": f"sqlite:///{path}"})
    assert (said.code, said.plain) == (2, True)
    assert "newer release" in said.err


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"DATABASE_URL": "sqlite:///nowhere/bot.db"}, "does not exist"),
        ({"DATABASE_URL": "sqlite:////proc/bot.db"}, "/proc"),
        ({"DATABASE_URL": "sqlite:////"}, "database"),
        ({"DATABASE_URL": "mysql://u:secret@h/db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "gibberish"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/db"}, "cannot be reached"),
        ({"POLICY_FILE": "nowhere.toml"}, "nowhere.toml"),
        ({"POLICY_FILE": "bad.toml"}, "cap = 0: must be"),
        ({"POLICY_FILE": "no.toml"}, "not a TOML file"),
        ({"POLICY_FILE": "region.toml"}, "holiday_regions = 'XX-YY'"),
        ({"PORT": "http"}, "PORT"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"HEARTBEAT_URL": "http://example.com/1"}, "HEARTBEAT_URL"),
        ({"HEARTBEAT_FILE": "nowhere/heartbeat"}, "HEARTBEAT_FILE"),
        ({"SLACK_API_URL": "https://slack.com.evil.example/api/"}, "SLACK_API_URL"),
        ({"SLACK_API_URL": "http://[/"}, "SLACK_API_URL"),
        ({"SLACK_BOT_TOKEN": ""}, "make play"),
    ],
    ids=lambda part: str(part)[:40],
)
async def test_what_cannot_be_used_is_said_in_words(tmp_path: Path, env: Env, words: str) -> None:
    (tmp_path / "bad.toml").write_text("cap = 0\n")
    (tmp_path / "no.toml").write_text("cap: 6\n")
    (tmp_path / "region.toml").write_text('holiday_regions = ["DE", "XX-YY"]\n')
    said = await run(tmp_path, env={"SLACK_API_URL": "http://127.0.0.1:1/api/", **env})
    assert (said.code, said.plain) == (2, True), said.err
    assert words in said.err
    assert "secret" not in said.err


async def test_a_second_bot_on_one_file_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path)
    with Path(f"{path}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = await run(tmp_path, env={"DATABASE_URL": f"sqlite:///{path}"})
    assert (said.code, said.plain) == (2, True)
    assert "already" in said.err


@pytest.mark.parametrize("part", ["", "-wal"])
async def test_a_bot_whose_database_is_taken_away_stops_loudly(tmp_path: Path, part: str) -> None:
    slack = await slack_at(tmp_path)
    bot = await start(tmp_path, env=environment(slack, tmp_path, "socket", free_port()))
    await listening(bot)
    (tmp_path / f"bot.db{part}").unlink()
    said = await ended(bot)
    await slack.stop()
    assert said.code == ENDED
    assert f"bot.db{part} is gone while the bot has it open; ending the process" in said.err
    assert '"level": "critical"' in said.err


async def test_a_bot_whose_database_is_copied_over_stops_loudly(tmp_path: Path) -> None:
    slack = await slack_at(tmp_path)
    bot = await start(tmp_path, env=environment(slack, tmp_path, "socket", free_port()))
    await listening(bot)
    backup.save(f"sqlite:///{tmp_path}/bot.db", tmp_path / "copy.db")
    (tmp_path / "bot.db").write_bytes((tmp_path / "copy.db").read_bytes())
    said = await ended(bot)
    await slack.stop()
    assert said.code == ENDED
    assert "bot.db was written over while the bot has it open; ending the process" in said.err


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1-not-ours"}, "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-not-ours"}, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
    ],
)
async def test_a_token_that_slack_refuses_ends_the_start(
    tmp_path: Path, change: dict[str, str], word: str
) -> None:
    slack = await slack_at(tmp_path)
    said = await run(tmp_path, env={**environment(slack, tmp_path, "socket", free_port()), **change})
    await slack.stop()
    assert (said.code, "Traceback" in said.err) == (2, False), said.err
    assert said.err.splitlines()[-1].startswith(word)


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "token_expired", "missing_scope"])
@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_whatever_slack_says_for_good_ends_the_start(tmp_path: Path, method: str, error: str) -> None:
    if (method, error) == ("auth.test", "missing_scope"):
        return  # it needs none
    slack = await slack_at(tmp_path)
    slack.faults.add(kind=f"error:{error}", method=method, times=None)
    bot = Bot(from_environment(environment(slack, tmp_path, "socket", free_port())))
    with pytest.raises(SettingsError, match=rf"refuses SLACK_(BOT|APP)_TOKEN \({error}\)"):
        await bot.__aenter__()
    await slack.stop()


@pytest.mark.parametrize("kind", ["503", "429", "error:internal_error", "html"])
async def test_a_slack_that_opens_no_socket_yet_is_asked_again(tmp_path: Path, kind: str) -> None:
    slack = await slack_at(tmp_path)
    slack.faults.add(kind=kind, method="apps.connections.open", times=1)
    async with Bot(from_environment(environment(slack, tmp_path, "socket", free_port()))) as bot:
        assert bot.sockets is not None
        assert await bot.sockets.connected()
    await slack.stop()


async def slack_at(folder: Path, events_url: str | None = None) -> LocalSlack:
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    slack = LocalSlack(manifest, events_url=events_url)
    slack.clock_file = folder / "clock"
    await slack.start()
    return slack


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    slack = await slack_at(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await run(tmp_path, env=environment(slack, tmp_path, "http", port))
    await slack.stop()
    assert (said.code, said.plain) == (2, True)
    assert str(port) in said.err
    assert "Unclosed" not in said.err


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_asked_to_end_it_ends_calmly(tmp_path: Path, transport: str, name: str) -> None:
    slack = await slack_at(tmp_path)
    bot = await start(tmp_path, env=environment(slack, tmp_path, transport, free_port()))
    await listening(bot)
    began = time.monotonic()
    bot.send_signal(getattr(signal, name))
    said = await ended(bot)
    await slack.stop()
    assert said.code == 0
    assert time.monotonic() - began < 10
    assert '"level": "error"' not in said.err
    assert "Traceback" not in said.err


async def test_asked_to_end_while_slack_is_away_it_ends_at_once(tmp_path: Path) -> None:
    bot = await start(tmp_path, env={**TOKENS, "SLACK_API_URL": "http://127.0.0.1:1/api/"})
    assert bot.stderr is not None
    async with asyncio.timeout(20):
        while b"auth.test" not in await bot.stderr.readline():
            pass
    bot.send_signal(signal.SIGTERM)
    assert (await ended(bot)).code == 0
    assert (tmp_path / "data" / "screwedup.db").exists()  # the one folder that it makes


async def listening(bot: asyncio.subprocess.Process) -> None:
    assert bot.stderr is not None
    async with asyncio.timeout(20):
        while b"listening" not in await bot.stderr.readline():
            pass


@pytest.mark.parametrize("transport", share(["socket", "http"], 2))
async def test_asked_to_end_in_the_middle_of_slow_calls_it_ends_in_time(
    tmp_path: Path, transport: str
) -> None:
    """F35: what has begun may take its time, for ten seconds at most; the row keeps its lease."""
    port = free_port()
    slack = await slack_at(tmp_path, f"http://127.0.0.1:{port}/slack/events" if transport == "http" else None)
    bot = await start(tmp_path, env=environment(slack, tmp_path, transport, port))
    await listening(bot)
    rina = slack.person("reporter")
    await rina.command("/screwedup", "I sent the March invoice to the wrong client")
    await rina.wait_modal()
    slack.faults.add(kind="timeout", method="chat.postMessage", times=None)
    await rina.fill("reach", "one")
    await rina.fill("still_going", "no")
    await rina.submit()
    await slack.wait(lambda: any(call.method == "chat.postMessage" for call in slack.calls))
    began = time.monotonic()
    bot.send_signal(signal.SIGTERM)
    said = await ended(bot)
    took = time.monotonic() - began
    await slack.stop()
    assert (said.code, took < 12) == (0, True), (took, said.err)
    assert "Traceback" not in said.err
    with closing(sqlite3.connect(tmp_path / "bot.db")) as connection:
        states = {state for (state,) in connection.execute("SELECT state FROM posts WHERE kind = 'rcard'")}
    assert states <= {"sending", "checking", "pending"}
