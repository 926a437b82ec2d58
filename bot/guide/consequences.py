"""guide: what else follows when a page of one kind is saved, one row a stage; the rest is `saving`'s."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Action, Event, Party, What
from bot.domain.stage import Answers
from bot.guide import gates, levelling, messages, team, telling
from bot.guide.work import Work
from bot.store import posts
from bot.store.drafts import drop_draft
from bot.store.rows import SAID

Consequence = Callable[[Work, Incident, Answers, str, str], None]  # work, incident, answers, user, party


def _opened(work: Work, incident: Incident, answers: Mapping[str, Any], user: str, party: str) -> None:
    """The first affected party exists from here on, unless only the own team is affected."""
    if answers["reach"] != "none" and not incident.parties:
        kind = "colleague" if answers["reach"] == "colleague" else "client"
        told_us = answers.get("found_how") == "client"
        work.store.save_party(incident.id, Party("C1", kind, told_us=told_us))


def _assessed(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """Facts changed: somebody outside may be affected after all. The command's whole text has been read."""
    known = {"reach": incident.fact("reach"), "found_how": incident.answer("open", "found_how")}
    if not incident.parties and known["reach"] != "none":
        work.store.append(incident.id, [Event(work.now, What.AFFECTED, user, "C1")])
    _opened(work, incident, known, user, party)
    drop_draft(work.store, incident.reporter, incident.id, SAID, "")


def _planned(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """A plan that wants a yes asks for it at once (product.md 1.3 S7)."""
    if gates.needed(incident, "plan", work.policy):
        gates.ask(work, incident, "plan", user)


def _debriefed(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """A credit that wants a yes asks for it at once (product.md 2.1)."""
    if answers.get("credit_amount") and gates.needed(incident, "credit", work.policy):
        gates.ask(work, incident, "credit", user)


def _contact(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """Who they are: name and zone live with the party."""
    known = next((p for p in incident.parties if p.key == party), None)
    if known is not None:
        name, tz = answers.get("party_name") or known.name, answers.get("party_tz") or known.tz
        work.store.save_party(incident.id, replace(known, name=name, tz=tz))


def _another(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """One more is affected: from here on they have pages, promises and reminders of their own."""
    key, told_us = f"C{len(incident.parties) + 1}", bool(answers.get("told_us"))
    work.store.save_party(incident.id, Party(key, answers["kind"], answers["name"], told_us=told_us))
    work.store.append(incident.id, [Event(work.now, What.AFFECTED, user, key)])


def _updated(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    promised = talks.promise(incident, party)
    team.tell_news(work, incident, "update_sent", next=promised[0].isoformat() if promised else "")


def _to_all(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """One text is out: a contact of each who had no word before, but for those who were left out."""
    calls, promised = answers.get("but") or (), answers.get("promised_next")
    said = {
        "result": "email",
        "promised": promised,
        "sent_at": answers["sent_at"],
        "via": answers["sent_via"],
    }
    written = [
        p.key for p in incident.parties if p.key not in calls and not talks.spoken_with(incident, p.key)
    ]
    work.store.append(incident.id, [Event(work.now, What.CONTACTED, user, key, said) for key in written])
    team.tell_news(work, incident, "update_sent", next=promised or "")


def _fixed(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    team.tell_news(work, incident, "fixed")


def _prevent(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """One step a save; one that is in place already is done from the start."""
    proof = answers.get("done_proof") or ""
    action = Action(
        key=str(len(incident.actions) + 1),
        owner=answers.get("owner") or incident.handler,
        due=date.fromisoformat(answers["due"]),
        done_at=work.now if proof else None,
        text=answers["action"],
        strength=answers.get("strength") or "",
        tell_client=bool(answers.get("tell_client")),
        proof=proof,
    )
    work.store.save_action(incident.id, action)


def _proof(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """A step is done, and this shows it."""
    action = next((a for a in incident.actions if a.key == answers.get("which")), None)
    if action is not None and action.done_at is None:
        done = replace(action, done_at=work.now, proof=answers.get("proof") or "")
        work.store.save_action(incident.id, done)


def _legal(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """The flag is confirmed: P gets the note, and the clock runs from awareness (product.md 1.3 X4)."""
    privacy, text = work.policy.contacts.privacy, answers.get("text") or ""
    if not privacy:
        return
    if not incident.first(What.LEGAL_SENT):
        said = {"aware_at": answers.get("aware_at") or _iso(incident), "to": privacy}
        work.store.append(incident.id, [Event(work.now, What.LEGAL_SENT, user, "", said)])
    before = posts.newest_of(work.store, incident.id, "legal_note")
    if before is None or before.data.get("text") != text:  # confirmed again with other words: they go too
        messages.send(work, incident, "legal_note", privacy, text=text)


def _iso(incident: Incident) -> str:
    return (incident.opened_at or incident.created_at).isoformat()


def _handover(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """The offer goes to the receiver with the note; until they accept, nothing else changes."""
    messages.send(work, incident, "offer", answers["to"], sender=user)


def _asked_along(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """They learn of it from a message of their own; until they join, nothing else is theirs to see."""
    messages.send(work, incident, "along", answers["who"], sender=user)


def _accepted(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """From here on timers, drafts and promises are the new handler's."""
    before = incident.handler
    work.store.set_handler(incident.id, user)
    messages.send(work, incident, "accepted", before, sender=user)


def _let_go(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """The small path ends here: what was small is closed with its last page (product.md 0.2)."""
    if incident.ends_with_letting_go:
        work.store.append(incident.id, [Event(work.now, What.CLOSED, user)])


def _levelled(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """Raised by anybody involved; `levelling` says no to lowering by anybody but the lead."""
    levelling.change(work, incident, Level.from_word(answers["level"]), user)


def _cancelled(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    telling.all_clear(work, incident, answers["why"])
    team.tell_news(work, incident, answers["why"])


CONSEQUENCES: Mapping[str, Consequence] = {
    "open": _opened,
    "assess": _assessed,
    "tell": telling.chosen,
    "safe": telling.chosen,
    "send": telling.send,
    "team": team.chosen,
    "plan": _planned,
    "bulk": _to_all,
    "contact": _contact,
    "party": _another,
    "spoke": _updated,
    "update": _updated,
    "fixed": _fixed,
    "debrief": _debriefed,
    "prevent": _prevent,
    "proof": _proof,
    "legal": _legal,
    "handover": _handover,
    "together": _asked_along,
    "accept": _accepted,
    "cancel": _cancelled,
    "letgo": _let_go,
    "level": _levelled,
}
# Events that more than the page's answers go into: the consequence appends them.
OWN_EVENTS = frozenset({What.TOLD, What.LEGAL_SENT, What.TEAM})
