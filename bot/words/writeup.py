"""words: the write-up of one incident, as Markdown and as HTML that prints on A4 (product.md 3).

Roles stand in for names unless they are asked for. Answers that only their author may see, and the events
that are R's alone, are never read here. Typed text is a value, never markup: escaped for its sink.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.words import drawing, mask, timeline
from bot.words.context import GAP, Source
from bot.words.draft_values import Step, lines, steps
from bot.words.environment import environment
from bot.words.phrases import prose, when
from bot.words.times import zone_words

Typed = Callable[[str], object]
MEANS_SOMETHING = re.compile(r"[\\`*_\[\]#|~$>]")
AUTOLINK = re.compile(r"(https?:|ftp:|www)([/.])", re.IGNORECASE)
SHOWN = ("number", "local", "utc", "what", "who")
AT_START = re.compile(r"^(\d+(?=[.)])|)([-+=.)])")


@dataclass(frozen=True, slots=True)
class Ready:
    """Text that is already escaped for its sink, so the environment leaves it as it is."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class View:
    """The record as readers of a write-up see it: who is called what, and how typed text is escaped."""

    source: Source
    people: Mapping[str, str]  # user id -> role or name
    parties: Mapping[str, str]  # party key -> "client 2" or its name
    typed: Typed
    tz: str

    def text(self, stage: str, key: str) -> object:
        """A typed answer, "" where there is none."""
        said = self.source.text(stage, key)
        return self.typed(said) if said else ""

    def entries(self, key: str) -> tuple[object, ...]:
        """The lines of an answer on page `review`."""
        typed = lines(self.source.raw("review", key))
        return tuple(self.typed(self.source.hide(prose(line))) for line in typed)

    def stamp(self, at: datetime) -> object:
        return self.typed(timeline.stamp(at, self.tz))

    def person(self, user: str) -> str:
        return self.people.get(user, mask.COLLEAGUE) if user else ""

    def party(self, key: str) -> str:
        return self.parties.get(key, key)


def markdown_text(text: str) -> str:
    """Typed text on one line of Markdown (also in a table), to the letter: no HTML, link, image, heading,
    list or formula comes of it. Line breaks become " / ".
    """
    line = " / ".join(part.strip() for part in text.splitlines() if part.strip())
    line = MEANS_SOMETHING.sub(r"\\\g<0>", line.replace("&", "&amp;").replace("<", "&lt;"))
    return AT_START.sub(r"\g<1>\\\g<2>", AUTOLINK.sub(r"\g<1>\\\g<2>", line))


def writeup_markdown(
    incident: Incident, *, names: Mapping[str, str], tz: str, now: datetime, final: bool, roles: bool = True
) -> str:
    """The write-up as GitHub-flavoured Markdown. `names`: user id -> display name, hidden where `roles`."""
    values = _values(incident, names, tz, now, roles, lambda text: Ready(markdown_text(text)))
    template = environment("markdown").get_template("reports/writeup.md.j2")
    return template.render({**values, "final": final}).strip() + "\n"


def writeup_html(
    incident: Incident, *, names: Mapping[str, str], tz: str, now: datetime, final: bool, roles: bool = True
) -> str:
    """The write-up as one HTML file: no scripts, nothing loaded, a drawn timeline, page numbers in print."""
    values = _values(incident, names, tz, now, roles, lambda text: text)
    strips = drawing.strips(values["record"], values["promises"], tz)
    template = environment("html").get_template("reports/writeup.html.j2")
    return template.render({**values, "final": final, "strips": strips})


def role_words(incident: Incident) -> Mapping[str, str]:
    """User id -> role word; who is not in it is "a colleague"."""
    sent = incident.last(What.LEGAL_SENT)
    rising = (
        *((user, "a leader") for user in incident.ladder),
        (sent.data.get("to", "") if sent else "", "the privacy contact"),
        (incident.lead, "the lead"),
        (incident.handler, "the handler"),
        (incident.reporter, "the reporter"),
    )
    return {user: role for user, role in rising if user}


def party_words(incident: Incident) -> Mapping[str, str]:
    """Party key -> "the client", or "client 2" and "team 3" where there are several."""
    kinds = {"client": "client", "colleague": "team"}
    if len(incident.parties) == 1:
        return {p.key: f"the {kinds[p.kind]}" for p in incident.parties}
    return {p.key: f"{kinds[p.kind]} {n}" for n, p in enumerate(incident.parties, 1)}


def _view(incident: Incident, names: Mapping[str, str], tz: str, roles: bool, typed: Typed) -> View:
    people, parties = role_words(incident), party_words(incident)
    if roles:
        hide = mask.for_writeup(incident, names, people, parties)
        return View(Source(incident, "", people, {}, hide), people, parties, typed, tz)
    named = {p.key: p.name or parties[p.key] for p in incident.parties}
    return View(Source(incident, "", names, {}, mask.as_typed), names, named, typed, tz)


def _values(
    incident: Incident, names: Mapping[str, str], tz: str, now: datetime, roles: bool, typed: Typed
) -> dict[str, Any]:
    """What both templates use. Every typed answer goes through `typed`."""
    view = _view(incident, names, tz, roles, typed)
    rows = timeline.rows(incident, tz, view.person, view.party)
    promises = timeline.promises(incident, now)
    return {
        "inc": incident,
        "roles": roles,
        "title": typed(view.source.line("open", "summary") or GAP),
        "text": view.text,
        "entries": view.entries,
        "stamp": view.stamp,
        "now": now,
        "zone": typed(zone_words(tz)),
        "gap": GAP,
        "facts": _facts(incident),
        "effects": tuple(_effect(view, p.key) for p in incident.parties),
        "record": rows,
        "rows": tuple({name: typed(str(getattr(row, name))) for name in SHOWN} for row in rows),
        "promises": tuple(replace(p, party=view.party(p.party)) for p in promises),
        "steps": tuple(_step(view, step) for step in steps(view.source, tz)),
    }


def _step(view: View, step: Step) -> Mapping[str, object]:
    return {
        "text": view.typed(step.text),
        "owner": step.owner or mask.COLLEAGUE,
        "due": step.due,
        "done": step.done,
        "strength": step.strength,
        "proof": view.typed(step.proof),
    }


def _effect(view: View, key: str) -> Mapping[str, object]:
    """What it did to one party, in the words of whoever spoke with them."""
    of_party = replace(view, source=replace(view.source, party=key))
    return {
        "party": view.party(key),
        "impact": of_party.text("contact", "impact_on_them") or GAP,
        "asked_for": of_party.text("spoke", "asked_for"),
    }


def _facts(incident: Incident) -> tuple[tuple[str, datetime | None], ...]:
    """The moments that matter, as (which, when or None); the templates have a name for each `which`.

    What need not have happened (a stop, a first contact) is left out while it has not.
    """
    told, fixed, closed = incident.told, incident.last(What.FIXED), incident.last(What.CLOSED)
    halted = next((e for e in incident.all(What.HALTED) if e.data.get("status") == "stopped"), None)
    reached = next((e for e in incident.all(What.CONTACTED) if e.data.get("result") == "reached"), None)
    moments = (
        ("happened", when(incident.answer("open", "happened_at"))),
        ("noticed", incident.opened_at),
        ("stopped", halted.at if halted else None),
        ("told", told.at if told else None),
        ("contact", reached.at if reached else None),
        ("fixed", when(incident.answer("fixed", "fixed_at")) or (fixed.at if fixed else None)),
        ("closed", closed.at if closed else None),
    )
    return tuple((which, at) for which, at in moments if at or which not in ("stopped", "contact"))
