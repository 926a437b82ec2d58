"""HTTP mode, from outside: the signature before anything else, and Bolt's traps (facts 11)."""

from __future__ import annotations

import gzip
import io
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import aiohttp
import pytest

from bot.playground import payloads
from bot.playground.delivery import sign
from bot.slack.http import Doubts
from tests.edge.acts import fingerprint, text_of
from tests.house import House, open_house

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def transport() -> str:
    return "http"


class Door:
    """POST /slack/events, signed as wished."""

    def __init__(self, house: House, http: aiohttp.ClientSession) -> None:
        self.house, self.http = house, http
        self.url = f"http://127.0.0.1:{house.settings.port}/slack/events"

    async def knock(self, body: bytes, kind: str = FORM, **headers: str) -> tuple[int, str]:
        """(status, text) of a post; signed for now unless `headers` say otherwise."""
        signed = sign(self.house.slack.signing_secret, body, int(time.time()))
        sent = {**signed, "Content-Type": kind} | {k.replace("_", "-"): v for k, v in headers.items()}
        async with self.http.post(self.url, data=body, headers=sent) as answer:
            return answer.status, await answer.text()

    def command(self, text: str) -> bytes:
        rina, core = self.house.reporter, self.house.slack.core
        return urlencode(payloads.command(core, rina.person, core.dm(rina.id), "/screwedup", text)).encode()


@pytest.fixture
async def door(house: House) -> AsyncIterator[Door]:
    async with aiohttp.ClientSession() as http:
        yield Door(house, http)


async def test_a_command_about_a_payload_is_a_command(house: House) -> None:
    """Bolt 1.30 loses every form whose text holds that word."""
    await house.reporter.command("/screwedup", "the payload broke & payload=x went out")
    assert "the payload broke" in text_of(await house.reporter.wait_modal())


async def test_signed_and_in_time_is_let_in(door: Door) -> None:
    for offset in (-290, 0, 290):
        body = door.command("list")
        headers = sign(door.house.slack.signing_secret, body, int(time.time()) + offset)
        status, text = await door.knock(body, **headers)
        assert (status, "nothing open" in text) == (200, True)


@pytest.mark.parametrize("offset", [-301, 301, -86_400])
async def test_a_stale_request_is_refused(door: Door, tmp_path: Path, offset: int) -> None:
    body, before = door.command("I sent it to the wrong client"), fingerprint(tmp_path)
    headers = sign(door.house.slack.signing_secret, body, int(time.time()) + offset)
    assert await door.knock(body, **headers) == (401, "")
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "١٢٣"},
        {"X-Slack-Request-Timestamp": "-5"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v0=ünsigned"},
        {"X-Slack-Signature": "v1=abc"},
    ],
    ids=lambda h: next(iter(h.values()))[:12] or "none",
)
async def test_anything_else_is_refused_before_it_is_read(
    door: Door, tmp_path: Path, headers: dict[str, str]
) -> None:
    before = fingerprint(tmp_path)
    for body, kind in ((door.command("wrong client, wrong file"), FORM), (b'{"a":' * 50_000, JSON)):
        assert await door.knock(body, kind, **headers) == (401, "")
    assert fingerprint(tmp_path) == before


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"{", JSON),
        (b"null", JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (b'{"a":' * 50_000, JSON),
        (b"[" * 100_000, JSON),
        (b"payload={", FORM),
        (b"payload=" + b"[" * 100_000, FORM),
        (b"payload=null", FORM),
        (b"a=1&" * 1000, FORM),
        (b"\x00\x01", "application/octet-stream"),
        (b"<x/>", "text/xml"),
        (b"", FORM),
        (b"x" * 100, "multipart/form-data; boundary=x"),
        (b'{"type":"event_callback"}', JSON),
        (b'{"type":"event_callback","event":null}', JSON),
        (b'{"type":"event_callback","event":{"type":["message"]}}', JSON),
        (b'{"type":"view_submission","view":null}', JSON),
        (b'{"type":"block_actions","actions":{}}', JSON),
        (b'{"type":"block_actions","actions":[]}', JSON),
        (b'{"type":"url_verification"}', JSON),
        (b'{"type":"%s"}' % (b"A" * 100_000), JSON),
        (b"ssl_check=1&payload=%7B%7D", FORM),
        (b"command=%2Fscrewedup&payload=" + quote_plus('{"type":"block_actions"}').encode(), FORM),
    ],
    ids=lambda part: repr(part)[:24],
)
async def test_a_signed_riddle_is_answered_calmly(door: Door, tmp_path: Path, body: bytes, kind: str) -> None:
    """Slack never sends these; whoever holds the secret may. No 5xx, no change, no trace of the inside."""
    before = fingerprint(tmp_path)
    status, text = await door.knock(body, kind)
    assert status in (200, 400, 404), text
    assert "Traceback" not in text
    assert ".py" not in text
    assert fingerprint(tmp_path) == before


async def test_broken_utf8_is_refused(door: Door) -> None:
    assert (await door.knock(b"command=%2Fscrewedup&text=\xff\xfe"))[0] == 401
    status, text = await door.knock(door.command("list") + b"&x=%ff%fe")
    assert (status, "Traceback" in text) == (200, False)


async def test_fifty_megabytes_are_not_read(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 1024 * 1024

    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=0"}
    for body in (endless(), io.BytesIO(b"x" * 50 * 1024 * 1024)):
        try:
            async with door.http.post(door.url, data=body, headers=headers) as answer:
                assert answer.status == 413
        except (aiohttp.ClientConnectionError, BrokenPipeError):
            pass  # the bot hung up while we were still pushing: as good as 413
    assert (await door.knock(door.command("list")))[0] == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-gzip", "identity, gzip"])
async def test_nothing_is_unpacked(door: Door, tmp_path: Path, encoding: str) -> None:
    """Slack compresses nothing; what somebody else sends must not be unpacked before anybody signed it."""
    body, before = door.command("I sent it to the wrong client"), fingerprint(tmp_path)
    headers = sign(door.house.slack.signing_secret, body, int(time.time()))
    for sent in (gzip.compress(body), gzip.compress(b"a" * 50_000_000), b"no gzip"):
        assert (await door.knock(sent, Content_Encoding=encoding, **headers))[0] == 415
    assert fingerprint(tmp_path) == before


async def test_as_it_is_may_be_said_aloud(door: Door) -> None:
    assert (await door.knock(door.command("list"), Content_Encoding="Identity"))[0] == 200


async def test_a_replayed_command_has_one_effect(door: Door, tmp_path: Path) -> None:
    body = door.command("I sent the invoice to the wrong client")
    headers = sign(door.house.slack.signing_secret, body, int(time.time()))
    door.house.slack.expect("exchanged_trigger_id")
    for _ in range(3):
        assert (await door.knock(body, **headers))[0] == 200
    await door.house.bot.drain()
    assert len(fingerprint(tmp_path)["incidents"]) == 1


async def test_slacks_own_checks_are_answered(door: Door) -> None:
    challenge = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    status, text = await door.knock(challenge, JSON)
    assert (status, "abc" in text) == (200, True)
    assert (await door.knock(b"ssl_check=1&token=x"))[0] == 200


async def test_only_one_door_is_open(door: Door) -> None:
    root = door.url.removesuffix("/slack/events")
    for path in ("/slack/install", "/slack/oauth_redirect", "/", "/slack/events"):
        async with door.http.get(root + path) as answer:
            assert answer.status in (404, 405), path


async def test_in_socket_mode_no_port_is_open(tmp_path: Path) -> None:
    async with open_house(tmp_path, "socket") as house, aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ClientConnectorError):
            await http.post(f"http://127.0.0.1:{house.settings.port}/slack/events", data=b"")


async def test_a_wrong_secret_or_clock_is_said_once_a_minute(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is one setting away from a bot that hears nothing; and anyone may send such a request."""
    body, now = door.command("list"), int(time.time())
    forged = sign("another secret", body, now)
    for headers, words in (
        (forged, "not signed with SLACK_SIGNING_SECRET"),
        (sign(door.house.slack.signing_secret, body, now - 601), "its clock and ours differ"),
        (sign(door.house.slack.signing_secret, body, now + 601), "its clock and ours differ"),
    ):
        for _ in range(3):
            assert (await door.knock(body, **headers))[0] == 401
        assert [words in r.message for r in caplog.records if "refused" in r.message].count(True) == 1
    caplog.clear()
    for headers in ({"X-Slack-Signature": "v0=x"}, {"X-Slack-Request-Timestamp": "soon"}):
        assert (await door.knock(body, **{**forged, **headers}))[0] == 401
    assert not caplog.records


def test_a_doubt_is_said_again_after_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    at = [0.0]
    doubts = Doubts(lambda: at[0])
    for _ in range(180):  # seconds
        at[0] += 1
        doubts.about(sign("x", b"", int(time.time())))
    assert len(caplog.records) == 3
