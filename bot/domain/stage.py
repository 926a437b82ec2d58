"""domain: what a page of the stepper is: its fields, its rules, and how raw values become answers.

A stage is data (one file each in `bot/stages/`). Its words are the blocks of `templates/stages/<key>.j2`;
its rows, views and listeners are everybody's. `Field.key` is the Block Kit `block_id`, the answer's key, the
error's key and the template's block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.field import Field, Moment, Problem
from bot.domain.incident import Incident
from bot.domain.record import What

Raw = Mapping[str, Any]  # key -> str | list[str] | int | None, as Slack gave it; absent keys are absent
Answers = dict[str, Any]


def anyone(incident: Incident, user: str) -> bool:
    return True


def nobody(incident: Incident, user: str) -> bool:
    return False


Check = Callable[[Answers, Incident, str, datetime], Mapping[str, Problem]]


def fine(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """No rule beyond those of the fields."""
    return {}


def when_saved(stage: str) -> Callable[[Incident, str], bool]:
    """The simplest completion rule: the page has a record that is not a skip."""

    def done(incident: Incident, party: str) -> bool:
        page = incident.page(stage, party)
        return page is not None and not page.skipped

    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One page. Functions in it are pure; `action` names a row of `domain/access.py`.

    `event_data`: what the event carries, key -> field, since pages keep only the newest answers.
    `drafts`: for an incident and a party, the texts that help with this page, the likeliest first.
    """

    key: str
    fields: tuple[Field, ...] = ()
    event: What | None = None
    event_data: Mapping[str, str] = field(default_factory=dict)
    line: Callable[[Incident, str], bool] = nobody  # on the straight way up to `send`; else from the hub
    skippable: bool = False
    per_party: bool = False
    per_person: bool = False  # each co-reporter has one of their own, and nobody else knows of it
    repeats: bool = False  # a loop: each save stands alone, so its fields start empty again
    action: str = "edit_facts"
    applies: Callable[[Incident, str], bool] = anyone
    optional: Callable[[Incident], bool] = lambda incident: False  # offered "if you like", never urged
    done: Callable[[Incident, str], bool] | None = None
    check: Check = fine
    offers: tuple[str, ...] = ()  # other pages offered as buttons at the top
    drafts: Callable[[Incident, str], tuple[str, ...]] = lambda incident, party: ()  # of `bot.words.drafts`
    of: str = ""  # of a text (`stages.texts`): the page that offers it, which its Next saves ...
    says: Mapping[str, Any] | None = None  # ... with these raw answers; None: that page is only shown again

    @property
    def template(self) -> str:
        """Where its words are; all texts share theirs."""
        return "surfaces/text" if self.of else f"stages/{self.key}"

    def is_done(self, incident: Incident, party: str = "") -> bool:
        return (self.done or when_saved(self.key))(incident, party)

    def field(self, key: str) -> Field | None:
        return next((f for f in self.fields if f.key == key), None)

    def as_typed(self, answers: Mapping[str, Any]) -> Raw:
        """Stored answers as Slack gives them."""
        return {f.key: f.raw(answers.get(f.key)) for f in self.fields}

    def reachable(self, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Stored answers without anyone who has had their data erased since: they're picked anew, or not."""
        gone = {f.key for f in self.fields if f.erased(answers.get(f.key))}
        return {key: value for key, value in answers.items() if key not in gone}

    @property
    def promises(self) -> tuple[Moment, ...]:
        """The fields that say when somebody hears next."""
        return tuple(f for f in self.fields if isinstance(f, Moment) and f.prefill == "promise")

    def carried(self, answers: Mapping[str, Any]) -> Answers:
        """The data of its event."""
        return {name: answers.get(key) for name, key in self.event_data.items()}


@dataclass(frozen=True, slots=True)
class Parsed:
    """Answers ready to be stored, and what is wrong by field; only one of the two is acted on."""

    answers: Answers
    problems: Mapping[str, Problem]


def parse(
    stage: Stage,
    raw: Raw,
    kept: Mapping[str, Any],
    incident: Incident,
    user: str,
    now: datetime,
    party: str = "",
) -> Parsed:
    """Raw values to answers. A key that is absent from `raw` keeps what is `kept` (Slack sometimes sends
    stale or missing state: bolt-js issues 625, 1258); absent, required and never kept asks to press again.
    What this user may not see stays as it is, whatever was sent.
    """
    answers: Answers = {}
    problems: dict[str, Problem] = {}
    for item in stage.fields:
        sent = item.key in raw and item.seen_by(incident, user, party)
        value = item.clean(raw[item.key], now) if sent else kept.get(item.key)
        if isinstance(value, Problem):
            problems[item.key] = value
        elif item.required and value in (None, [], ""):
            problems[item.key] = Problem("empty") if sent else Problem("not_passed_on")
        else:
            answers[item.key] = value
    if not problems:
        problems.update(stage.check(answers, incident, party, now))
    return Parsed(answers, problems)
