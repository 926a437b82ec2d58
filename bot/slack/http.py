"""slack: HTTP mode. The signature is checked on the raw bytes before anything is parsed.

A verified form is parsed here and handed to Bolt as a dict, the way Socket Mode does: Bolt 1.30's own form
parser loses every command whose text holds the word "payload" (facts 11).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from yarl import query_to_pairs

from bot.domain.values import from_json
from bot.slack.door import Door
from bot.slack.envelope import arrival

log = logging.getLogger(__name__)
PATH, SIGNED = "/slack/events", web.RequestKey("signed", bool)
RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")
SIGNED_SECONDS = 300  # for which a signature is good (docs.slack.dev, verifying requests from Slack)
DOUBT_EVERY = 60.0
TIMESTAMP, SIGNATURE = re.compile("[0-9]{1,12}"), re.compile("v0=[0-9a-f]{64}")


def application(
    app: AsyncApp,
    secret: str,
    alive: Callable[[], bool],
    missing: Callable[[], Collection[str]],
    door: Door,
) -> web.Application:
    """The aiohttp application: Slack's requests, and for monitors `/live` (the process works) and
    `/health` (it can do its work, or what's missing for it).
    """
    verifier, doubts = SignatureVerifier(secret), Doubts()

    async def events(request: web.Request) -> web.Response:
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            return web.Response(status=415)  # Slack compresses nothing; unpacking would come before the check
        try:
            raw = await door.body(request)
        except TimeoutError:
            return web.Response(status=408)
        except (web.RequestPayloadError, ConnectionError):  # no HTTP, or hung up
            return web.Response(status=400)
        if raw is None:
            return web.Response(status=413)
        text = _text(raw)
        if text is None:
            return web.Response(
                status=401
            )  # Slack's is UTF-8; whether someone else's is signed says nothing of us
        if not _signed(verifier, text, request.headers):
            doubts.about(request.headers)
            return web.Response(status=401)
        request[SIGNED] = True
        with door.signed(request):
            return await _answered(app, raw, request)

    async def live(request: web.Request) -> web.Response:
        return web.json_response({"ok": alive()}, status=200 if alive() else 503)

    async def health(request: web.Request) -> web.Response:
        away = [*(() if alive() else ("outbox",)), *missing()]
        return web.json_response({"ok": not away, "missing": away}, status=503 if away else 200)

    made = web.Application()
    made.on_response_prepare.append(_once)
    made.router.add_post(PATH, events)
    made.router.add_get("/health", health)
    made.router.add_get("/live", live)
    return made


class Doubts:
    """A request that looks like Slack's and is refused: the secret is another one, or a clock is wrong.

    Anyone may send such a request, so that each doubt is logged once a minute at most.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._said = now, dict.fromkeys(("signature", "clock"), float("-inf"))

    def about(self, headers: Mapping[str, str]) -> None:
        """Say what may be wrong with us, where the request could be Slack's."""
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        if not (TIMESTAMP.fullmatch(timestamp) and SIGNATURE.fullmatch(headers.get("X-Slack-Signature", ""))):
            return
        behind = int(timestamp) - int(time.time())
        doubt = "clock" if abs(behind) > SIGNED_SECONDS else "signature"
        if self._now() - self._said[doubt] < DOUBT_EVERY:
            return
        self._said[doubt] = self._now()
        if doubt == "clock":
            log.error(
                "request refused: its clock and ours differ; is this machine's right?",
                extra={"seconds": behind},
            )
        else:
            log.error("request refused: not signed with SLACK_SIGNING_SECRET; is it this app's?")


async def _answered(app: AsyncApp, raw: bytes, request: web.Request) -> web.Response:
    arrived = arrival(parse(raw, request.content_type))
    if not arrived.body:
        return web.Response(status=arrived.status)
    headers: dict[str, str | Sequence[str]] = {k: v for k in RETRY_HEADERS if (v := request.headers.get(k))}
    answer = await app.async_dispatch(
        AsyncBoltRequest(mode="socket_mode", body=arrived.body, headers=headers)
    )
    kind = answer.headers.get("content-type", ["text/plain"])[0]
    return web.Response(status=answer.status, text=answer.body or "", content_type=kind.split(";")[0])


async def _once(request: web.Request, response: web.StreamResponse) -> None:
    """To someone who isn't Slack, as far as we know, one answer: the connection ends with it. Otherwise
    a single one could send thousands of requests ahead, and everyone after it waits for their answers.
    """
    if SIGNED not in request:
        response.force_close()
        response.headers["Connection"] = "close"


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _signed(verifier: SignatureVerifier, text: str, headers: Mapping[str, str]) -> bool:
    """Slack's signature, not older than five minutes (docs.slack.dev, verifying requests from Slack)."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()
    return plain and verifier.is_valid(text, timestamp, signature)


def parse(raw: bytes, content_type: str) -> object:
    """What a signed body holds: JSON, a form, or a form whose `payload` is JSON; None for anything else."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return from_json(text)
        form = dict(query_to_pairs(text, max_fields=200))
    except ValueError:
        return None
    return from_json(form["payload"]) if "payload" in form and "command" not in form else form
