"""slack: whose token this is: which workspace, and which user the bot is in it (`auth.test`)."""

from __future__ import annotations

import asyncio
import logging

from bot.outbox.ports import Answer
from bot.outbox.sender import CALL_SECONDS
from bot.settings import Settings, SettingsError
from bot.slack.answers import LOCKED_OUT, UNFINISHED, ask, locked_out, text
from bot.slack.client import Client, connected
from bot.slack.edge import Identity

log = logging.getLogger(__name__)


async def who_are_we(client: Client) -> Identity:
    """Asked until Slack answers: a Slack that is down does not keep us from starting.

    Raises: SettingsError for a token that Slack won't take.
    """
    wait = 1.0
    while True:
        found = await _auth_test(client)
        if isinstance(found, Identity):
            return found
        log.error("slack does not answer auth.test", extra={"reason": found.reason or UNFINISHED})
        await asyncio.sleep(found.wait or wait)
        wait = min(wait * 2, 60.0)


async def whose_token(settings: Settings) -> Identity:
    """Asked once, for a command: someone waits for it. Raises: SettingsError."""
    async with connected(settings, CALL_SECONDS) as (_, client):
        found = await _auth_test(client)
    if isinstance(found, Identity):
        return found
    why = found.reason or UNFINISHED
    raise SettingsError(f"Slack doesn't say whose SLACK_BOT_TOKEN this is ({why}). Try again later.")


async def _auth_test(client: Client) -> Identity | Answer:
    """Raises: SettingsError for a token that Slack won't take."""
    response, known = await ask(client.auth_test())
    if known.reason in LOCKED_OUT:
        raise SettingsError(locked_out("SLACK_BOT_TOKEN", known.reason))
    team, user = text(response.get("team_id")), text(response.get("user_id"))
    bot, org = text(response.get("bot_id")), text(response.get("enterprise_id"))
    return Identity(team, user, bot, org) if team and user else known
