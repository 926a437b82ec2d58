"""words: what a nudge says: `templates/nudges/<kind>.j2` filled from the record; one template a kind.

Blocks: `text`, the private message to the person it is for; `thread`, its neutral twin for the team's channel
(only kinds whose rule has one); `_late.j2` holds the sentence of a message that goes out late.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain import talks
from bot.domain.access import may
from bot.domain.incident import Incident
from bot.domain.nudges.model import step_of
from bot.domain.record import TRIES, What
from bot.domain.rules import Policy
from bot.stages import find
from bot.words.pages import facts, party_words, words
from bot.words.phrases import day

LATE_FROM = timedelta(minutes=5)  # below that nobody would notice
OWN_PART = ("act.due", "gate", "hand.wait")  # for whoever has to act, also if they lead


class Owed(Protocol):
    """A nudge as planned (`Due`) or as a row of the outbox (`Post`)."""

    @property
    def kind(self) -> str: ...
    @property
    def party(self) -> str: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def recipient(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...


def nudge_text(kind: str, values: Mapping[str, Any]) -> str:
    """One paragraph for the person it is for. Raises: TemplateNotFound; UndefinedError."""
    return _paragraph(words(f"nudges/{kind}", values)("text"))


def thread_text(kind: str, values: Mapping[str, Any]) -> str:
    """The neutral twin: nobody's name, nothing typed. Raises: KeyError when the kind has none."""
    return _paragraph(words(f"nudges/{kind}", values)("thread"))


def late_text(values: Mapping[str, Any]) -> str:
    """The sentence below a message that comes late, "" on time."""
    return _paragraph(words("nudges/_late", values)("late")) if values["late_by"] else ""


def _paragraph(text: str) -> str:
    """Templates are wrapped for whoever edits them; a message is one paragraph."""
    return " ".join(text.split())


def values(
    due: Owed, incident: Incident, names: Mapping[str, str], policy: Policy, tz: str, now: datetime
) -> dict[str, Any]:
    """Everything the blocks may use. `names`: user id -> display name; `tz`: of whoever reads it.

    `about` is what `due.party` stands for: a party, a gate, a stage, a chain, an action.
    """
    known, step = facts(incident, names, due.party), step_of(due.ordinal)
    promise = talks.promise(incident, due.party)
    told = incident.told
    return {
        **known,
        "kind": due.kind,
        "about": due.party,
        "recipient": due.recipient,
        "handler": known["name"](incident.handler, "the handler"),
        "reporter": known["name"](incident.reporter, "a colleague"),
        "boss": known["name"](told.data.get("boss"), known["boss"]) if told else known["boss"],
        "boss_id": told.data.get("boss", "") if told else "",
        "told_at": told.at if told else None,
        "away": bool(told and told.data.get("away")),
        "only_boss": bool(told and told.data.get("only_boss")),
        "who": _who(due, incident, policy),
        "side": _side(incident, due.party),
        "everybody": _everybody(incident),
        "clients": any(p.kind == "client" for p in incident.parties),
        "due_at": due.due_at,
        "promised": promise[0] if promise else None,
        "step": step,
        "last": step >= policy.nudges[due.kind].times,
        "to_lead": _to_lead(due, incident),
        "to_admins": bool(due.recipient) and due.recipient == policy.contacts.admins_channel,
        "rungs": incident.ladder,
        "phones": policy.phones,
        "contacts": policy.contacts,
        "look_back": policy.days("recur", incident.level),
        "late_by": int(late / timedelta(minutes=1)) if (late := now - due.due_at) >= LATE_FROM else 0,
        "tz": tz,
        "now": now,
        **_particulars(due, incident, known, policy),
    }


def _particulars(due: Owed, incident: Incident, known: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """What few kinds need: a page's name, an action, when somebody asked, tried or became aware."""
    return {
        **_left(due, known),
        "action": _action(due, incident),
        "gated": _gated(incident, policy),
        "asked_at": _latest(incident, What.ASKED_GATE, gate=due.party),
        "offered_at": _latest(incident, What.OFFERED),
        "tried_at": _tried(incident, due.party),
        "fixed_at": _latest(incident, What.FIXED),
        **_legal(due, incident, policy),
    }


def _latest(incident: Incident, what: What, **data: str) -> datetime | None:
    found = [e.at for e in incident.all(what) if all(e.data.get(k) == v for k, v in data.items())]
    return max(found, default=None)


def _tried(incident: Incident, party: str) -> datetime | None:
    tries = incident.all(What.CONTACTED, party=party)
    return max((e.at for e in tries if e.data.get("result") in (*TRIES, "email")), default=None)


def _who(due: Owed, incident: Incident, policy: Policy) -> str:
    """The party's own name only for those who may see the facts of the incident (domain.access)."""
    known = may("see_facts", incident, due.recipient, policy)
    return (party_words(incident, due.party) if known else "") or _side(incident, due.party)


def _side(incident: Incident, party: str) -> str:
    """A party without its name: `the client`, `a client` of several; `those affected` for none."""
    found = next((p for p in incident.parties if p.key == party), None)
    if found is None:
        return "those affected"
    return f"{'a' if len(incident.parties) > 1 else 'the'} {found.kind}"


def _everybody(incident: Incident) -> str:
    """All parties together, for what is done once for all of them."""
    if len(incident.parties) == 1:
        return party_words(incident, incident.parties[0].key)
    kinds = {p.kind for p in incident.parties}
    return f"the {kinds.pop()}s" if len(kinds) == 1 else "those affected"


def _to_lead(due: Owed, incident: Incident) -> bool:
    """This copy goes to whoever leads, or is asked to, and not to the handler."""
    if due.kind in OWN_PART or due.recipient in ("", incident.handler):
        return False
    return due.recipient in {incident.lead, *incident.ladder}


def _gated(incident: Incident, policy: Policy) -> bool:
    """At this level a first contact waits for whoever leads, and nobody does yet."""
    return "contact" in policy.gates[incident.level] and not incident.lead


def _left(due: Owed, known: Mapping[str, Any]) -> dict[str, str]:
    """What somebody was typing: `page`, its title; or `draft`, the name of a text."""
    stage = find(due.party) if due.kind == "resume" else None
    text = stage is not None and bool(stage.of)
    return {
        "page": words(stage.template, known)("title") if stage and not text else "",
        "draft": words("surfaces/drafts", known)(f"draft__{stage.key}") if stage and text else "",
    }


def _action(due: Owed, incident: Incident) -> dict[str, Any]:
    found = next((a for a in incident.actions if due.kind == "act.due" and a.key == due.party), None)
    typed = found.text if found else ""
    return {
        "text": (typed or "a step against it happening again").strip().rstrip("."),
        "owner": found.owner if found else "",
        "by": day(found.due) if found else "",
    }


def _legal(due: Owed, incident: Incident, policy: Policy) -> dict[str, Any]:
    """`aware`: when it was noticed; `mark`: when this reminder's hours from then are over."""
    sent = incident.last(What.LEGAL_SENT)
    hours = (*policy.nudges[due.kind].at, 0)[0] if due.kind.startswith("legal.") else 0
    aware = (sent.time("aware_at") or sent.at) if sent else due.due_at - timedelta(hours=hours)
    return {
        "flagged_by": sent.actor if sent else incident.reporter,
        "aware": aware,
        "hours": hours,
        "mark": aware + timedelta(hours=hours),
    }
