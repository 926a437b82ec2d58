"""slack: HTTP mode. The signature is checked on the raw bytes before anything is parsed.

A verified form is parsed here and handed to Bolt as a dict, the way Socket Mode does: Bolt 1.30's own form
parser loses every command whose text holds the word "payload" (facts 11).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from yarl import query_to_pairs

from bot.slack.envelope import arrival, loads

log = logging.getLogger(__name__)
PATH = "/slack/events"
BODY_MAX = 1024 * 1024  # bytes; Slack's own views end at 250 KB
RETRY_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")
BACKLOG = 1024


def application(app: AsyncApp, secret: str, healthy: Callable[[], bool]) -> web.Application:
    """The aiohttp application: Slack's requests, and `/health` for whoever watches."""
    verifier = SignatureVerifier(secret)

    async def events(request: web.Request) -> web.Response:
        if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            return web.Response(status=415)  # Slack compresses nothing; unpacking would come before the check
        raw = await request.read()
        if not _signed(verifier, raw, request.headers):
            return web.Response(status=401)
        arrived = arrival(parse(raw, request.content_type))
        if not arrived.body:
            return web.Response(status=arrived.status)
        headers: dict[str, str | Sequence[str]] = {
            k: v for k in RETRY_HEADERS if (v := request.headers.get(k))
        }
        answer = await app.async_dispatch(
            AsyncBoltRequest(mode="socket_mode", body=arrived.body, headers=headers)
        )
        kind = answer.headers.get("content-type", ["text/plain"])[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind.split(";")[0])

    async def health(request: web.Request) -> web.Response:
        ok = healthy()
        return web.json_response({"ok": ok}, status=200 if ok else 503)

    made = web.Application(client_max_size=BODY_MAX)
    made.router.add_post(PATH, events)
    made.router.add_get("/health", health)
    return made


def _signed(verifier: SignatureVerifier, raw: bytes, headers: Mapping[str, str]) -> bool:
    """Slack's signature, not older than five minutes (docs.slack.dev, verifying requests from Slack)."""
    timestamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return plain and verifier.is_valid(text, timestamp, signature)


def parse(raw: bytes, content_type: str) -> object:
    """What a signed body holds: JSON, a form, or a form whose `payload` is JSON; None for anything else."""
    try:
        text = raw.decode("utf-8")
        if content_type == "application/json":
            return loads(text)
        form = dict(query_to_pairs(text, max_fields=200))
    except ValueError:
        return None
    return loads(form["payload"]) if "payload" in form and "command" not in form else form
