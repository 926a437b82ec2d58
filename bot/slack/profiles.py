"""slack: who somebody is: `users.info` (docs.slack.dev/reference/methods/users.info; users:read)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.text import clean
from bot.outbox.ports import Answer, Verdict
from bot.slack.answers import ask, mapping, text
from bot.slack.typed import unescaped
from bot.store.people import Kind, Person

NOBODY = datetime.min.replace(tzinfo=UTC)


def kind(user: Mapping[str, Any], home: str) -> Kind:
    """What kind of account it is, judged from the tenant's own team id `home`."""
    if user.get("deleted"):
        return "gone"
    if user.get("is_bot") or user.get("id") == "USLACKBOT":
        return "bot"
    if user.get("is_stranger") or not _is_of(user, home):
        return "outside"
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "guest"
    return "member"


def _is_of(user: Mapping[str, Any], home: str) -> bool:
    """Whether `home`, a workspace or a whole organisation, is theirs. In Enterprise Grid `team_id` is one of
    their workspaces, `enterprise_user.teams` has them all (docs.slack.dev/reference/objects/user-object).
    """
    org = mapping(user.get("enterprise_user"))
    teams = org.get("teams") or user.get("teams")
    if isinstance(teams, list) and teams:
        return home in teams or org.get("enterprise_id") == home
    return user.get("team_id") in (None, "", home) or org.get("enterprise_id") == home


def name_of(user: Mapping[str, Any]) -> str:
    """The name Slack shows, else the full one, of those that can be seen; without line breaks.

    Slack's API escapes text everywhere in the same way (docs.slack.dev/messaging/formatting-message-text).
    """
    profile = mapping(user.get("profile"))
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    seen = (" ".join(clean(unescaped(text(name))).split()) for name in names)
    return next(filter(None, seen), "")[:80]


async def profile(client: AsyncWebClient, user: str, home: str) -> Person | Answer:
    """A Person (fetched "never": the caller stamps it), or why Slack did not say. `home` is our team id."""
    response, known = await ask(client.users_info(user=user))
    found = response.get("user")
    if isinstance(found, Mapping):
        org = mapping(found.get("enterprise_user"))
        what, other = kind(found, home), (text(org.get("id")) or user)[:40] if org else ""
        return Person(user, name_of(found), text(found.get("tz")), what, "", NOBODY, other)
    if known.reason == "user_not_found":
        return Person(user, "", "", "gone", "", NOBODY)
    return replace(known, verdict=Verdict.RETRY) if known.verdict is not Verdict.WAIT else known
