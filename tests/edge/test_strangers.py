"""HTTP mode and those who come without a signature: they get little, and Slack is answered meanwhile."""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.crash.rig import Rig, rigged, until

DESCRIPTORS = 200  # that the bot may open, so that a hundred connections are its limit
PATIENCE = 4.5  # seconds on a busy machine (Slack has three); after five a stranger would be gone by itself


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    """The bot as a process with few file descriptors: one for all, since none of it may leave a trace."""
    tmp_path = tmp_path_factory.mktemp("strangers")
    async with rigged(
        tmp_path, "http", under=("sh", "-c", f'ulimit -n {DESCRIPTORS} && exec "$@"', "sh")
    ) as made:
        made.slack.ack_timeout = PATIENCE
        yield made


@asynccontextmanager
async def strangers(rig: Rig, count: int, say: bytes = b"") -> AsyncIterator[list[asyncio.StreamWriter]]:
    """So many connections that say this, and no more."""
    opened = [await asyncio.open_connection("127.0.0.1", int(rig.env["PORT"])) for _ in range(count)]
    for _, writer in opened:
        writer.write(say)
    try:
        yield [writer for _, writer in opened]
    finally:
        for _, writer in opened:
            writer.transport.abort()


async def slack_is_answered(rig: Rig) -> None:
    started = time.monotonic()
    assert (await rig.slack.person("reporter").command("/screwedup", "list")).ok
    assert time.monotonic() - started < PATIENCE


def memory(rig: Rig) -> float:
    """Megabytes that the process holds."""
    return _status(rig, "VmRSS") / 1024


def _status(rig: Rig, key: str) -> int:
    assert rig.process is not None
    lines = Path(f"/proc/{rig.process.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(key)).split()[1])


def worked(rig: Rig) -> float:
    """Seconds of a core that the process has used."""
    assert rig.process is not None
    fields = Path(f"/proc/{rig.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def lines(rig: Rig) -> Iterator[str]:
    yield from rig.log.read_text().splitlines()


async def test_idle_connections_shut_nobody_out(rig: Rig) -> None:
    """Twice as many as there are descriptors: no spinning, no flood of lines, and Slack is answered."""
    before, said = worked(rig), len(list(lines(rig)))
    async with strangers(rig, 2 * DESCRIPTORS):
        for _ in range(3):
            await slack_is_answered(rig)
    assert worked(rig) - before < 2.0
    assert len(list(lines(rig))) - said < 10
    await slack_is_answered(rig)


HEADS = (
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 3000,
    b"GET /health HTTP/1.1\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + b"x" * 50_000,
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
)


@pytest.mark.parametrize("head", HEADS, ids=["head", "line", "body", "chunk"])
async def test_what_is_begun_and_never_ended_shuts_nobody_out(rig: Rig, head: bytes) -> None:
    async with strangers(rig, DESCRIPTORS, head):
        await slack_is_answered(rig)


@pytest.mark.parametrize("path", [b"GET /health", b"GET /live", b"GET /", b"POST /slack/events"])
async def test_what_is_sent_ahead_gets_one_answer(rig: Rig, path: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(rig.env["PORT"]))
    writer.write((path + b" HTTP/1.1\r\nHost: x\r\n\r\n") * 100)
    async with asyncio.timeout(PATIENCE):
        answered = await reader.read()
    writer.close()
    assert answered.count(b"HTTP/1.1 ") == answered.count(b"Connection: close") == 1


async def test_unfinished_bodies_cost_little_and_the_memory_comes_back(rig: Rig) -> None:
    await slack_is_answered(rig)
    before = memory(rig)
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    for _ in range(3):
        async with strangers(rig, 90, head + b"x" * 990_000):
            await slack_is_answered(rig)
            assert memory(rig) - before < 60, "ninety bodies of a megabyte"
    await slack_is_answered(rig)
    assert memory(rig) - before < 40


RUBBISH = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"canary" * 10,
    b"canary / HTTP/9.9\r\n\r\n",
    b"GET /" + b"canary" * 2000 + b" HTTP/1.1\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 500 + b"\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: canary\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
)


async def test_what_is_no_http_is_not_in_the_log(rig: Rig) -> None:
    said = len(list(lines(rig)))
    for rubbish in RUBBISH:
        async with strangers(rig, 5, rubbish):
            await slack_is_answered(rig)
    written = list(lines(rig))[said:]
    assert [line for line in written if '"error"' in line or "canary" in line or "Traceback" in line] == []


async def test_without_a_descriptor_left_the_bot_waits_and_says_so_once(rig: Rig) -> None:
    assert rig.process is not None
    pid = rig.process.pid
    usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    await slack_is_answered(rig)
    said = len(list(lines(rig)))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (len(os.listdir(f"/proc/{pid}/fd")) + 2, usual[1]))
    before = worked(rig)
    async with strangers(rig, 40):
        await until(lambda: any("no connection can be accepted" in line for line in lines(rig)))
        await _later(rig, before)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)
    await slack_is_answered(rig)
    written = list(lines(rig))[said:]
    assert sum("no connection can be accepted" in line for line in written) == 1
    assert [line for line in written if '"error"' in line] == []


async def _later(rig: Rig, before: float) -> None:
    """Two and a half seconds of it, in which hardly anything may be done."""
    end = time.monotonic() + 2.5
    await until(lambda: time.monotonic() > end)
    assert worked(rig) - before < 1.0


async def test_what_says_nothing_or_does_not_end_is_given_up(rig: Rig) -> None:
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
    port = int(rig.env["PORT"])
    silent, unfinished = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
    unfinished[1].write(head)
    async with asyncio.timeout(15):
        assert b" 408 " in await unfinished[0].readline()
        assert await silent[0].read() == b""
    for _, writer in (silent, unfinished):
        writer.close()


async def test_what_is_refused_ends_its_connection(rig: Rig) -> None:
    async with aiohttp.ClientSession() as http:
        for _ in range(3):
            async with http.post(str(rig.slack.events_url), data=b"x=1") as answer:
                assert answer.status == 401
                assert answer.headers["Connection"] == "close"
