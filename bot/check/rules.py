"""check: the policy in force, where each value comes from, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.check.report import Line, Mark, note, ok, stops
from bot.domain.rules import Policy
from bot.policy import PolicyError
from bot.policy.effective import effective
from bot.settings import SettingsError, policy_text
from bot.store.calendars import usable_policy


def rules(file: str) -> Iterator[Line]:
    """Every value, then what is missing; or why the file cannot be used."""
    try:
        text = policy_text(file)
        policy = usable_policy(text)
    except SettingsError as error:
        yield from map(stops, error.lines)
        return
    except PolicyError as error:
        yield from (stops(f"{file}: {problem}") for problem in error.problems)
        return
    for setting in effective(text):
        yield Line(Mark.PLAIN, f"{setting}  # {Path(file).name if setting.changed else 'shipped'}")
    yield ok(f"{file} is laid over what is shipped." if file else "All as shipped: no POLICY_FILE.")
    yield from map(note, _open_ends(policy))


def usable(file: str) -> Policy | None:
    """The policy, where `rules` finds nothing wrong with it."""
    try:
        return usable_policy(policy_text(file))
    except (SettingsError, PolicyError):
        return None


def _open_ends(policy: Policy) -> Iterator[str]:
    if not policy.ladder.rungs:
        whose = " for anyone outside the teams" if policy.teams else ""
        yield f"No ladder{whose}: where a boss doesn't answer, no one will be asked in their place."
    for team in policy.teams:
        if not team.ladder.rungs:
            yield f"The team {team.name} has an empty ladder: no one will be asked in its place."
    if not any(ladder.duty_lead for ladder in (policy.ladder, *(team.ladder for team in policy.teams))):
        if policy.auto_notify:
            yield "auto_notify is on, and no ladder has a duty_lead: no one will be told."
        if policy.night_contact == "duty_only":
            yield "night_contact is duty_only, and no ladder has a duty_lead: no one is called at night."
    if not policy.contacts.admins_channel:
        yield "No contacts.admins_channel: a ladder without an answer, and alarms, end in the log."
    if not policy.contacts.privacy:
        yield "No contacts.privacy: no one is told of a legal deadline."
