"""What becomes of a finding: a line in the log, one message to the admins, and no heartbeat."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.domain.errors import Busy
from bot.outbox.auditor import sentences
from bot.outbox.heartbeat import Heartbeat
from bot.settings import SettingsError, from_environment
from bot.store import tables as t
from bot.store.overdue import Finding
from bot.words.environment import blocks
from tests.auditor.watched import TOLD, Watched, script
from tests.house import IDS, open_house

ROOM = "C000ROOM2"


@dataclass
class Watcher:
    """Somebody outside who expects to be fetched; a real server on loopback."""

    url: str = ""
    status: int = 200
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, await request.read()))
        return web.Response(status=self.status, headers={"Location": self.url})


@asynccontextmanager
async def listening() -> AsyncIterator[Watcher]:
    watcher, app = Watcher(), web.Application()
    app.router.add_route("*", "/ping/secret-id", watcher.handle)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        watcher.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ping/secret-id"
        yield watcher
    finally:
        await runner.cleanup()


async def test_a_clean_look_feeds_the_heartbeat_and_a_finding_stops_it(tmp_path: Path) -> None:
    rules = f'[ladder]\nperson = "{IDS["boss"]}"\n[contacts]\nadmins_channel = "{ROOM}"\n'
    (tmp_path / "policy.toml").write_text(rules, encoding="utf-8")
    async with listening() as watcher, open_house(tmp_path, HEARTBEAT_URL=watcher.url) as house:
        assert await house.bot.auditor.run() == []
        assert watcher.asked == [("GET", b"")]
        with house.bot.database.engine.begin() as connection:
            long_ago = house.bot.clock() - timedelta(minutes=5)
            surface = {"tenant": "T", "kind": "home", "incident": "", "subject": "U1"}
            values = {"wanted": 2, "drawn": 1, "run_at": long_ago + timedelta(days=1)}
            connection.execute(t.surfaces.insert().values(**surface, **values))
        house.bot.auditor._waiting["home::U1", 1] = long_ago
        assert await house.bot.auditor.run() == [Finding("undrawn", "home::U1")]
        assert len(watcher.asked) == 1
        posted = [m for m in house.slack.workspace.channels[ROOM].messages.values() if m.bot_id]
        assert ["out of date: 1" in m.text for m in posted] == [True]
        assert "U1" not in posted[0].text
        await house.bot.auditor.run()
        house.check()
    assert len([c for c in house.slack.calls if c.method == "chat.postMessage"]) == 1


async def test_the_minute_job_runs_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        named = (
            (getattr(job.func, "__qualname__", ""), job) for job in house.bot.ticker._scheduler.get_jobs()
        )
        jobs = dict(named)
        job = jobs["Auditor.run"]
        assert job.trigger.interval == timedelta(minutes=1)
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_watcher_that_refuses_is_logged_without_its_address(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening() as watcher, aiohttp.ClientSession() as session:
        watcher.status = status
        await Heartbeat(session, watcher.url)()
    assert len(watcher.asked) == 1  # redirects are not followed
    assert [record.getMessage() for record in caplog.records] == ["heartbeat refused"]
    assert "secret-id" not in str([record.__dict__ for record in caplog.records])


async def test_a_watcher_that_is_away_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with listening() as watcher:
        url = watcher.url
    async with aiohttp.ClientSession() as session:
        await Heartbeat(session, url)()
    assert [record.getMessage() for record in caplog.records] == ["heartbeat not sent"]
    assert "secret-id" not in caplog.text


async def test_each_finding_is_told_once_even_by_the_next_process() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    watched.remove("ack.1")
    await watched.later(0, sender=False)
    await watched.later(0, sender=False)
    assert len(watched.alarms) == 1
    assert watched.alarms[0].recipient == "A"
    watched.auditor._told.clear()  # what only this process knew
    await watched.later(0, sender=False)
    assert len(watched.alarms) == 1
    watched.remove("rcard")
    await watched.later(0, sender=False)
    assert [alarm.body["text"].count(": 1.") for alarm in watched.alarms if alarm.body] == [1, 1]


async def test_a_database_that_takes_no_writes_does_not_keep_the_alarm_in() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    watched.remove("ack.1")

    async def full(*anything: object) -> None:
        raise Busy

    watched.database.write = full  # type: ignore[method-assign, assignment]
    for _ in range(2):
        await watched.later(0, sender=False)
    assert len(watched.alarms) == 1


async def test_the_log_names_each_kind_once_with_ids_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watched = await Watched(script(*TOLD)).so_far()
    watched.remove("ack.1")
    watched.tamper(t.posts, "notice", state="sending")
    with caplog.at_level(logging.ERROR):
        await watched.later(4, sender=False)
    lines = {r.__dict__["finding"]: r.__dict__["ids"] for r in caplog.records if "audit" in r.getMessage()}
    assert lines["stuck"] == [watched.id_of("notice")]
    assert lines["missing"] == [f"{watched.acts.incident}:ack.1::B"]


def test_every_kind_has_its_sentence() -> None:
    kinds = {"overdue", "failing", "stuck", "unseen", "missing", "undrawn"}
    assert set(blocks("surfaces/alarm.j2", "plain")) == kinds | {"intro", "outro"}
    for kind in kinds:
        assert len(sentences([Finding(kind, "a"), Finding(kind, "b")]).splitlines()) == 3


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://watch.example/ping/1", True),
        ("http://127.0.0.1:9/x", True),
        ("http://localhost/x", True),
        ("http://watch.example/ping/1", False),
        ("ftp://127.0.0.1/", False),
        ("https://", False),
        ("watch.example", False),
        ("http://[", False),
    ],
)
def test_the_address_is_https_or_this_machine(url: str, good: bool) -> None:
    env = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "HEARTBEAT_URL": url}
    if good:
        assert from_environment(env).heartbeat_url == url
    else:
        with pytest.raises(SettingsError, match="HEARTBEAT_URL"):
            from_environment(env)
