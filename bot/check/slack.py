"""check: what the tokens look like, and what Slack says to them. Their values are never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.check.live import app_token, live
from bot.check.report import Line, note, ok, stops, wrong
from bot.domain.rules import Policy
from bot.outbox.ports import Verdict
from bot.settings import Settings
from bot.slack import scopes
from bot.slack.answers import LOCKED_OUT, heard, locked_out, scopes_in, text
from bot.slack.client import APART, connected
from bot.slack.door import unreachable

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
        if why := unreachable(settings.host):
            yield stops(f"HOST {settings.host} cannot be listened on: {why}.")
        else:
            yield ok(f"HTTP: requests are taken at {settings.host}:{settings.port}.")


async def reached(settings: Settings, policy: Policy | None = None) -> tuple[list[Line], str]:
    """`auth.test`, the scopes that Slack says were granted, and with a policy everything in it; then the
    workspace, "" where Slack doesn't say.
    """
    async with connected(settings, SECONDS) as (session, client):
        headers, response, known = await heard(client.auth_test())
        team = text(response.get("team_id"))
        asked = live(settings, policy, session, client, team) if policy and team else None
        more = [line async for line in asked] if asked else []
        if team and settings.socket_mode and not asked:
            more = [await app_token(settings, client)]
    if known.reason in LOCKED_OUT:
        return [stops(locked_out("SLACK_BOT_TOKEN", known.reason))], ""
    if known.verdict is not Verdict.YES:
        return [wrong(f"auth.test: {known.reason or 'no answer'} ({settings.slack_api_url}).")], ""
    who = f"{response.get('user', 'the bot')} in {response.get('team', team or 'a workspace')}"
    lines = [ok(f"auth.test: {who}."), *_granted(scopes_in(headers)), _clock(client.time.ahead()), *more]
    return lines, team


def _clock(ahead: float) -> Line:
    """Slack's requests carry their time, and one that is five minutes off is refused (docs.slack.dev)."""
    if abs(ahead) < APART:
        return ok("This machine's clock and Slack's agree.")
    how = "ahead of" if ahead > 0 else "behind"
    said = f"This machine's clock is {abs(ahead):.0f} seconds {how} Slack's"
    return wrong(f"{said}: reminders come at the wrong time. Set it by a time server (NTP).")


def _granted(granted: frozenset[str]) -> Iterator[Line]:
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
