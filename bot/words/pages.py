"""words: the text of a page: one template a stage, one block a piece of text (`templates/stages/<key>.j2`).

Blocks: `title`, `guidance`, `submit`, `offer` (its name on other pages' buttons), `step` (its name in the
hub); for each field `<key>`, where wanted `<key>__hint` and `<key>__placeholder`, and for each option
`<key>__<option>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2.runtime import Context

from bot.domain import talks
from bot.domain.field import LISTED_MAX, Problem
from bot.domain.incident import Incident
from bot.domain.record import Event, Party, What
from bot.stages import find
from bot.words import times
from bot.words.choices import distinct
from bot.words.environment import Part, Sink, said, template
from bot.words.zones import ZONES

NAME_MAX = 100  # characters: of any party, and what tells it from others
AFTERWARDS = ("review", "prevent", "letter", "sat")


@dataclass(frozen=True, slots=True)
class Words:
    """A template's blocks, ready to be filled with one set of values."""

    parts: Mapping[str, Part]
    context: Context
    values: Mapping[str, Any]

    def __call__(self, block: str) -> str:
        """The text of that block. Raises: KeyError when the template has none of that name."""
        return said(self.parts[block], self.context)

    def maybe(self, block: str) -> str:
        """As a call, "" when the template has no such block."""
        return self(block) if block in self.parts else ""


def words(name: str, values: Mapping[str, Any], sink: Sink = "plain") -> Words:
    """The blocks of `templates/<name>.j2`."""
    found = template(f"{name}.j2", sink)
    return Words(found.blocks, found.new_context(dict(values)), values)


def facts(incident: Incident, names: Mapping[str, str], party: str = "") -> dict[str, Any]:
    """What every page's words may use: the incident, people by name, how telling is meant to happen."""
    choice = incident.chosen
    boss = choice.answers.get("boss") if choice else None
    affected = next((p for p in incident.parties if p.key == party), None)
    meant = (affected,) if affected else incident.parties
    called = parties_words(incident)

    def without(has: Callable[[str], bool]) -> list[str]:
        """The names of those affected who are still without this."""
        return [words for key, words in called.items() if not has(key)]

    def name(user: str | None, otherwise: str = "somebody") -> str:
        return names.get(user or "", otherwise)

    return {
        "inc": incident,
        "level": incident.level.word,
        "name": name,
        "boss": name(boss, "your boss"),
        "how": choice.answers.get("how") if choice else "send",
        "party": affected,
        "who": called.get(party, ""),
        "colleague": bool(meant) and all(p.kind == "colleague" for p in meant),
        "reached": talks.reached(incident, party),
        "promise": talks.promise(incident, party),
        "refused": _refused(incident),
        "not_reached": without(lambda key: talks.reached(incident, key)),
        "spoken": without(lambda key: not talks.spoken_with(incident, key)),
        "afterwards": _afterwards(incident),
        "unwell": talks.unwell(incident),
        "awaited": [
            (words, due[0]) for key, words in called.items() if (due := talks.promise(incident, key))
        ],
        "not_debriefed": without(lambda key: _debriefed(incident, key)),
    }


def _refused(incident: Incident) -> Event | None:
    """The "not yet" to the plan as it stands, where that was the last answer."""
    if not incident.live:
        return None
    answers = [e for e in incident.all(What.APPROVED, What.REFUSED) if e.data.get("gate") == "plan"]
    planned, last = incident.last(What.PLANNED), answers[-1] if answers else None
    if last is None or planned is None or last.at < planned.at or last.what is What.APPROVED:
        return None
    return last


def _afterwards(incident: Incident) -> list[str]:
    """Keys of the pages that may be answered after closing, as far as they are not."""
    stages = [
        stage for key in AFTERWARDS if (stage := find(key)) and stage.applies(incident, incident.handler)
    ]
    left_out = {page.stage for page in incident.pages.values() if page.skipped}
    return [s.key for s in stages if s.key not in left_out and not s.is_done(incident)]


def _debriefed(incident: Incident, party: str) -> bool:
    return incident.since_reopening(What.DEBRIEFED, party=party) is not None


def party_words(incident: Incident, party: str) -> str:
    """How a party is called on pages; "" for none of that key."""
    return parties_words(incident).get(party, "")


def parties_words(incident: Incident) -> dict[str, str]:
    """How each party is called, by its key: its name, else its kind, numbered where there are several. Two of
    one name are numbered as they came.
    """
    named = [p for p in incident.parties if p.name]
    labels = distinct([(p.name, p.key.removeprefix("C")) for p in named], NAME_MAX)
    called = dict(zip((p.key for p in named), labels, strict=True))
    return {p.key: called.get(p.key) or _unnamed(p, len(incident.parties)) for p in incident.parties}


def _unnamed(party: Party, of: int) -> str:
    kind = "colleague" if party.kind == "colleague" else "client"
    return f"{kind} {party.key.removeprefix('C')}" if of > 1 else f"the {kind}"


def _zones(values: Mapping[str, Any]) -> dict[str, str]:
    """The reader's own zone first, once Slack has told us which."""
    return {zone: times.zone_words(zone) for zone in dict.fromkeys((values["tz"], *ZONES)) if zone}


def _tags(values: Mapping[str, Any]) -> dict[str, str]:
    return {tag: tag for tag in values["tags"]}


def _currencies(values: Mapping[str, Any]) -> dict[str, str]:
    """The one that stands, then the workspace's."""
    return {code: code for code in dict.fromkeys((values["currency"], *values["currencies"]))}


def _promises(values: Mapping[str, Any]) -> dict[str, str]:
    return promised(values["inc"], values["tz"], values["now"])


def promised(incident: Incident, tz: str, now: datetime) -> dict[str, str]:
    """Parties who wait for word from us, by key: who, and until when."""
    waiting = ((p.key, talks.promise(incident, p.key)) for p in incident.parties)
    return {
        key: f"{party_words(incident, key)}, {times.clock(promise[0], tz, now)}"
        for key, promise in waiting
        if promise
    }


def _waiting(values: Mapping[str, Any]) -> dict[str, str]:
    """Those affected who have had no word from us yet, by key."""
    incident = values["inc"]
    keys = [p.key for p in incident.parties if not talks.spoken_with(incident, p.key)]
    return {key: party_words(incident, key) for key in keys}


def _steps(values: Mapping[str, Any]) -> dict[str, str]:
    """Prevention steps that are not in place yet; of two with the same words, with the day each is due."""
    steps = [a for a in values["inc"].actions if not (a.done_at or a.dropped)]
    said = distinct([(a.text, f"{a.due:%-d %b}") for a in steps], LISTED_MAX)
    return dict(zip((a.key for a in steps), said, strict=True))


# What fields of the kinds `Listed` and `Several` offer: value -> words, from a page's values.
LISTS: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, str]]] = {
    "zones": _zones,
    "tags": _tags,
    "currencies": _currencies,
    "promises": _promises,
    "waiting": _waiting,
    "steps": _steps,
}


def problem(found: Problem) -> str:
    """The sentence for the field it is about."""
    return words("errors/fields", found.values)(found.code)
