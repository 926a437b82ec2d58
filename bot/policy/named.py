"""policy: everyone and every channel that a policy names, by the key that names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.rules import Ladder, Policy
from bot.policy.values import CHANNEL, PERSON, shown


def people(policy: Policy) -> Mapping[str, str]:
    """`ladder.person` -> U0BOSS, …, in the order of the file; keys that are left empty are not in it."""
    named = dict(_rungs("ladder", policy.ladder))
    for number, team in enumerate(policy.teams, 1):
        named |= _rungs(f"teams.{number}.ladder", team.ladder)
        named |= {f"teams.{number}.members ({user})": user for user in sorted(team.members)}
    named |= {f"contacts.{key}": getattr(policy.contacts, key) for key in ("privacy", "finance", "speak_up")}
    named |= {f"phones.{user}": user for user in policy.phones}
    return {key: user for key, user in named.items() if user}


def channels(policy: Policy) -> Mapping[str, str]:
    """As `people`, of channels."""
    admins = policy.contacts.admins_channel
    return {"contacts.admins_channel": admins} if admins else {}


def problems(policy: Policy) -> Iterator[str]:
    """Ids of the wrong kind, one sentence each. A person's begins with U or W, a channel's with C or G
    (docs.slack.dev/reference/objects/user-object, /conversation-object).
    """
    for found, first, check in ((people(policy), "UW", PERSON), (channels(policy), "CG", CHANNEL)):
        for key, value in found.items():
            if value[0] not in first:
                yield f"{key} = {shown(value)}: must be {check.rule}"


def _rungs(key: str, ladder: Ladder) -> dict[str, str]:
    return {f"{key}.{rung}": getattr(ladder, rung) for rung in ("person", "deputy", "duty_lead")}
