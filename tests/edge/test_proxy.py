"""One proxy for everything that goes out, and NO_PROXY for what goes straight."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.outbox.ports import Verdict
from bot.playground.play import ROOT
from bot.settings import from_environment, problems
from bot.slack.answers import ask
from bot.slack.client import connected
from tests.auditor.test_saying import listening
from tests.cli.run import TOKENS
from tests.house import House, open_house

PROXY = "http://proxy.example:3128"
SENT = re.compile(rb"(?:GET|POST) (?:\w+://[^/ ]+)?(/[^? ]*)[^\r\n]* HTTP/1.1")


@dataclass
class Proxy:
    """A forward proxy on this machine; what went through it, by path."""

    url: str = ""
    paths: list[str] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            target = re.match(rb"(?:CONNECT |\w+ \w+://)([^:/]+):(\d+)", head)
            assert target, head
            far, out = await asyncio.open_connection(target[1].decode(), int(target[2]))
            if head.startswith(b"CONNECT"):  # a tunnel: for TLS, and for sockets
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                self._note(head)
                out.write(head)
            await asyncio.wait([
                asyncio.create_task(self._pipe(reader, out)),
                asyncio.create_task(self._pipe(far, writer)),
            ], return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
            out.close()
        writer.close()

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                self._note(data)
                writer.write(data)
                await writer.drain()

    def _note(self, data: bytes) -> None:
        self.paths += [path.decode() for path in SENT.findall(data)]


@asynccontextmanager
async def running() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()


async def used(house: House) -> None:
    """A command, an answer through its response_url, a file, the heartbeat."""
    await house.reporter.command("/screwedup", "I sent it to the wrong client")
    await house.reporter.command("/screwedup", "export")
    await house.slack.wait(
        lambda: any(call.method == "files.completeUploadExternal" for call in house.slack.calls)
    )
    await house.bot.auditor.run()


EVERYTHING = {"/link", "/ping/secret-id", "/api/auth.test", "/api/apps.connections.open", "/api/views.open",
              "/api/files.getUploadURLExternal", "/api/files.completeUploadExternal"}  # fmt: skip


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy"])
async def test_everything_goes_through_it(tmp_path: Path, name: str) -> None:
    async with running() as proxy, listening() as watcher:
        more = {name: proxy.url, "HEARTBEAT_URL": watcher.url}
        async with open_house(tmp_path, **more) as house:
            await used(house)
            asked = {f"/api/{call.method}" for call in house.slack.calls if call.method != "response_url"}
        assert set(proxy.paths) >= EVERYTHING | asked
        assert any(path.startswith("/upload/") for path in proxy.paths)


async def test_and_nothing_that_no_proxy_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as proxy, listening() as watcher:
        for name in ("HTTPS_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)  # what slack_sdk finds by itself
        more = {"HTTPS_PROXY": proxy.url, "NO_PROXY": "10.0.0.0/8, 127.0.0.1", "HEARTBEAT_URL": watcher.url}
        async with open_house(tmp_path, **more) as house:
            await used(house)
            house.check()
        assert (proxy.paths, len(watcher.asked)) == ([], 1)


async def test_a_proxy_that_is_away_or_refuses_means_that_nothing_was_sent(tmp_path: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    for port in (server.sockets[0].getsockname()[1], 1):
        settings = from_environment({**TOKENS, "HTTPS_PROXY": f"http://127.0.0.1:{port}"})
        async with connected(settings, 5.0) as (_, client):
            _, known = await ask(client.chat_postMessage(channel="C1", text="x"))
        assert known.verdict is Verdict.RETRY, known
    server.close()


@pytest.mark.parametrize(
    ("no_proxy", "url", "straight"),
    [
        ("*.slack.com", "https://wss.slack.com/x", True),
        ("slack.com:" + "9" * 5_000, "https://slack.com/api/", False),
        ("slack.com:0443", "https://slack.com/api/", True),
        ("", "https://slack.com/api/", False),
        ("*", "https://slack.com/api/", True),
        ("slack.com", "https://slack.com/api/", True),
        ("slack.com", "https://files.slack.com/upload", True),
        (".slack.com", "wss://wss-primary.slack.com/link", True),
        ("slack.com", "https://notslack.com/", False),
        ("SLACK.COM", "https://slack.com/api/", True),
        (" a.example , slack.com ,", "https://slack.com/api/", True),
        ("slack.com:443", "https://slack.com/api/", True),
        ("slack.com:8443", "https://slack.com/api/", False),
        ("127.0.0.1", "http://127.0.0.1:5/x", True),
        ("127.0.0.1:5", "http://127.0.0.1:5/x", True),
        ("127.0.0.0/8", "http://127.9.9.9/", True),
        ("10.0.0.0/8", "http://127.0.0.1/", False),
        ("::1", "http://[::1]:5/x", True),
        ("[::1]", "http://[::1]:5/x", True),
        ("fe80::/10", "http://[fe80::1]/", True),
        (",,", "https://slack.com/api/", False),
        ("///,::::,999.1.1.1/77", "https://slack.com/api/", False),
    ],
)
def test_what_no_proxy_means(no_proxy: str, url: str, straight: bool) -> None:
    settings = from_environment({**TOKENS, "HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy})
    assert settings.proxy_for(url) == (None if straight else PROXY)


@pytest.mark.parametrize("proxy", ["socks5://proxy:1080", "http://", "ftp://proxy", "http://proxy:port"])
def test_a_proxy_that_cannot_be_one_is_named(proxy: str) -> None:
    (said,) = problems({**TOKENS, "HTTPS_PROXY": proxy})
    assert said.startswith("HTTPS_PROXY must be")


def test_a_proxy_without_a_scheme_is_http() -> None:
    settings = from_environment({**TOKENS, "https_proxy": "user:pass@proxy.example:3128\n"})
    assert settings.proxy_for("https://slack.com") == "http://user:pass@proxy.example:3128"


def test_no_call_forgets_the_proxy() -> None:
    for file in (ROOT / "bot").rglob("*.py"):
        if "playground" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            on = node.func.value
            name = on.attr if isinstance(on, ast.Attribute) else getattr(on, "id", "")
            if name.endswith("session") and node.func.attr in ("get", "post", "request", "ws_connect"):
                assert "proxy" in {keyword.arg for keyword in node.keywords}, f"{file}:{node.lineno}"
