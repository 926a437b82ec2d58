"""check: what the tokens look like, and what Slack says to them. Their values are never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import aiohttp

from bot.check.report import Line, note, ok, stops, wrong
from bot.outbox.ports import Verdict
from bot.settings import Settings
from bot.slack import scopes
from bot.slack.answers import LOCKED_OUT, ask, locked_out
from bot.slack.client import Client

SECONDS = 5.0
SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")


def tokens(settings: Settings) -> Iterator[Line]:
    """Whether each has the shape that Slack gives it."""
    yield ok("SLACK_BOT_TOKEN looks like a bot token (xoxb-…).")
    if settings.socket_mode:
        yield ok("SLACK_APP_TOKEN looks like an app-level token (xapp-…).")
        yield ok("Socket Mode: no port is opened.")
    else:
        kind = "a signing secret (32 hex digits)"
        good = SIGNING_SECRET.fullmatch(settings.slack_signing_secret)
        name = "SLACK_SIGNING_SECRET"
        yield ok(f"{name} looks like {kind}.") if good else wrong(f"{name} does not look like {kind}.")
        yield ok(f"HTTP: requests are taken at {settings.host}:{settings.port}.")


async def reached(settings: Settings) -> list[Line]:
    """`auth.test`, and the scopes that Slack says were granted."""
    headers: dict[str, str] = {}

    async def remember(_: object, __: object, params: aiohttp.TraceRequestEndParams) -> None:
        headers.update({name.lower(): value for name, value in params.response.headers.items()})

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(remember)
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trace_configs=[trace]) as session:
        client = Client(
            settings.slack_bot_token, base_url=settings.slack_api_url, session=session, retry_handlers=[]
        )
        response, known = await ask(client.auth_test())
    if known.reason in LOCKED_OUT:
        return [stops(locked_out("SLACK_BOT_TOKEN", known.reason))]
    if known.verdict is not Verdict.YES:
        return [wrong(f"auth.test: {known.reason or 'no answer'} ({settings.slack_api_url}).")]
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")} - {""}
    who = (
        f"{response.get('user', 'the bot')} in {response.get('team', response.get('team_id', 'a workspace'))}"
    )
    return [ok(f"auth.test: {who}."), *_granted(granted)]


def _granted(granted: set[str]) -> Iterator[Line]:
    if not granted:
        yield note("Slack did not say which scopes were granted.")
        return
    required = scopes.needed() - set(scopes.OPTIONAL)
    for scope in sorted(required - granted):
        yield wrong(f"The scope {scope} is not granted: install the app again with manifest.yaml.")
    for scope in sorted(set(scopes.OPTIONAL) - granted):
        yield note(f"The optional scope {scope} is not granted: {scopes.OPTIONAL[scope]}.")
    for scope in sorted(granted - scopes.needed()):
        yield note(f"The scope {scope} is granted and not used.")
    if required <= granted:
        yield ok(f"All {len(required)} required scopes are granted.")
