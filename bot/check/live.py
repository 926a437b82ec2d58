"""check --live: what only Slack can say: whether a socket opens, and who the policy names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.check.report import Line, note, ok, stops, wrong
from bot.domain.rules import Policy
from bot.outbox.ports import Answer, Verdict
from bot.policy import named
from bot.settings import Settings
from bot.slack.answers import LOCKED_OUT, answer, ask, locked_out, mapping, text
from bot.slack.profiles import profile
from bot.slack.rooms import room
from bot.slack.socket import hello
from bot.store.people import Person

TRIES, LONGEST_WAIT = 3, 60.0  # of a look-up that Slack asks to wait with; seconds
ONLY_LISTED = ("teams.", "phones.")
"""Keys that name people who needn't be reached: a member of a team who has left is no fault."""
CANNOT_HELP: Mapping[str, str] = {
    "guest": "is a guest, and guests aren't shown other people's incidents",
    "bot": "is an app, not a person",
    "gone": "has a deactivated account",
    "outside": "belongs to another workspace, where nothing is sent",
    "unknown": "is of a kind that Slack doesn't name",
}
NO_ROOM: Mapping[str, str] = {
    "channel_unseen": "doesn't exist, or the bot isn't in it: type /invite and the bot's name there",
    "channel_archived": "is archived",
    "channel_shared": "is shared with people outside, so nothing is posted there",
}


async def live(
    settings: Settings, policy: Policy, session: aiohttp.ClientSession, client: AsyncWebClient, team: str
) -> AsyncIterator[Line]:
    """A line for the way in, one for each person and each channel that the policy names."""
    yield await _door(settings, session, client)
    for user, keys in _by_id(named.people(policy)).items():
        yield _person(user, keys, await _patiently(partial(profile, client, user, team)))
    for channel, keys in _by_id(named.channels(policy)).items():
        problem, known = await room(client, channel)
        yield _channel(channel, keys, await _name(client, channel), problem, known)


async def _door(settings: Settings, session: aiohttp.ClientSession, client: AsyncWebClient) -> Line:
    if not settings.socket_mode:
        return note("HTTP mode: whether Slack reaches this address is seen in the app's settings (Verified).")
    said = await hello(client, session, settings.slack_app_token, settings.proxy_for)
    return ok("A socket opens, and Slack says hello.") if said.verdict is Verdict.YES else _shut(said.reason)


async def app_token(settings: Settings, client: AsyncWebClient) -> Line:
    """Whether Slack takes it for Socket Mode; no socket is opened."""
    said = await answer(client.apps_connections_open(app_token=settings.slack_app_token), "url")
    taken = said.verdict is Verdict.YES
    return ok("apps.connections.open: Slack takes SLACK_APP_TOKEN.") if taken else _shut(said.reason)


def _shut(reason: str) -> Line:
    if reason in LOCKED_OUT:
        return stops(locked_out("SLACK_APP_TOKEN", reason))
    if reason == "missing_scope":
        return stops("SLACK_APP_TOKEN hasn't got the scope connections:write: make one that has it.")
    return wrong(f"No socket opens: {reason}.")


def _person(user: str, keys: str, found: Person | Answer) -> Line:
    listed = all(key.startswith(ONLY_LISTED) and ".ladder." not in key for key in keys.split(", "))
    say = note if listed else wrong
    if isinstance(found, Answer):
        return say(f"{keys}: Slack doesn't say who {user} is ({found.reason}).")
    if found.kind == "gone" and not found.name:
        return say(f"{keys}: Slack knows no one by the id {user}.")
    who = f"{keys}: {found.name or 'someone without a name'} ({user})"
    if why := CANNOT_HELP.get(found.kind):
        return say(f"{who} {why}, and can't help.")
    return ok(f"{who}.")


def _channel(channel: str, keys: str, name: str, problem: str, known: Answer) -> Line:
    who = f"{keys}: {'#' + name if name else 'the channel'} ({channel})"
    if known.verdict is not Verdict.YES:
        return wrong(f"{keys}: Slack doesn't say what {channel} is ({known.reason}).")
    return wrong(f"{who} {NO_ROOM[problem]}.") if problem else ok(f"{who}: the bot is in it.")


async def _name(client: AsyncWebClient, channel: str) -> str:
    response, _ = await ask(client.conversations_info(channel=channel))
    return text(mapping(response.get("channel")).get("name"))


async def _patiently(look_up: Callable[[], Awaitable[Person | Answer]]) -> Person | Answer:
    """A hundred look-ups a minute are answered (docs.slack.dev, users.info, tier 4); then we're to wait."""
    for _ in range(TRIES):
        found = await look_up()
        if isinstance(found, Person) or found.verdict is not Verdict.WAIT:
            break
        await asyncio.sleep(min(found.wait, LONGEST_WAIT))
    return found


def _by_id(found: Mapping[str, str]) -> dict[str, str]:
    """Each id once, with all the keys that name it."""
    keys: dict[str, list[str]] = {}
    for key, one in found.items():
        keys.setdefault(one, []).append(key)
    return {one: ", ".join(names) for one, names in keys.items()}
