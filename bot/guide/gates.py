"""guide: gates and approvals: who opens them, asking for it, and the answer (product.md 1.3 S7, S8; 4.1)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain import talks
from bot.domain.access import admits
from bot.domain.errors import NotFound, Refused
from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.rules import Policy
from bot.domain.stage import Answers
from bot.guide import messages
from bot.guide.settling import settle
from bot.guide.turn import already_done
from bot.guide.work import Work
from bot.store import posts

ASK = "ask"
GATES = ("contact", "plan", "credit")  # what can be asked for; each a block of `surfaces/ask.j2`
SENSITIVE = ("personal", "safety", "filing")  # flags for which P opens the gate of first contact too


def holder(incident: Incident, gate: str, policy: Policy) -> str:
    """Who opens that gate: P for a flagged first contact, else the lead; "" while there is nobody."""
    flagged = bool(set(incident.fact("flags") or ()) & set(SENSITIVE))
    if gate == "contact" and flagged and incident.first(What.LEGAL_SENT):
        return policy.contacts.privacy
    return incident.lead


def needed(incident: Incident, gate: str, policy: Policy) -> bool:
    """Whether this gate stands at this level; a plan also wants a yes whenever it costs money."""
    stands = gate in policy.gates[incident.level]
    return stands or (gate == "plan" and bool(incident.answer("plan", "cost")))


def open_(incident: Incident, gate: str, policy: Policy) -> bool:
    """Whether it may be done now. First contact waits for the lead's Seen, and for P where it is flagged."""
    if incident.senior or not needed(incident, gate, policy) or _answered(incident, gate, What.APPROVED):
        return True
    if gate == "contact":
        flagged = holder(incident, gate, policy) == policy.contacts.privacy != ""
        decided = incident.first(What.LEGAL_DECIDED) is not None
        held = "hold" in {policy.meaning(s.name) for s in incident.acknowledgements()}
        return bool(incident.lead) and (not flagged or decided) and not held
    return False


def guard(work: Work, incident: Incident, stage: str, party: str, answers: Answers) -> None:
    """A first contact that is logged while its gate is closed. Raises: Refused.

    Whoever told us first is spoken to at once; where nobody leads by the time the first contact is due,
    nobody is waited for (product.md 1.3 S8). A try that reached nobody may always be logged.
    """
    spoke = stage == "bulk" or (stage == "spoke" and answers.get("result") in ("reached", "email"))
    told_us = any(p.key == party and p.told_us for p in incident.parties)
    if not spoke or told_us or talks.reached(incident, party) or open_(incident, "contact", work.policy):
        return
    opened, minutes = incident.opened_at, work.policy.minutes("first", incident.level)
    overdue = opened is not None and minutes is not None and work.now - opened > timedelta(minutes=minutes)
    if incident.lead or not overdue:
        name = work.names([incident.lead]).get(incident.lead, "")
        raise Refused("gate_closed", name=name)


def _answered(incident: Incident, gate: str, what: What) -> bool:
    return any(e.data.get("gate") == gate for e in incident.all(what))


def ask(work: Work, incident: Incident, gate: str, user: str) -> str:
    """Ask the holder of a gate; whom it went to, "" when there is nobody to ask (yet).

    Whoever holds it and asks has said yes: nobody is asked for their own.
    """
    to = holder(incident, gate, work.policy)
    if to == user:
        record(work, incident, gate, user, yes=True)
    if to in ("", user):
        return ""
    work.store.append(incident.id, [Event(work.now, What.ASKED_GATE, user, "", {"gate": gate, "holder": to})])
    messages.send(work, incident, ASK, to, sender=user, gate=gate)
    return to


def answer(work: Work, post_id: str, user: str, *, yes: bool) -> Incident:
    """The holder (or, once the lead has been silent, the next rung) answers. Raises: NotFound."""
    post = posts.by_id(work.store.connection, post_id)
    if post is None or post.tenant != work.store.tenant or post.kind != ASK:
        raise NotFound("answer", user)
    incident = work.reload(post.incident)
    actor = post.recipient if incident.practice and user == incident.reporter else user
    gate = str(post.data["gate"])
    if not admits(incident, user) or not may_answer(incident, gate, actor, work):
        raise NotFound("answer", user)
    work.account(user, "take_part", own=user == incident.reporter)
    before = (e for e in incident.all(What.APPROVED) if e.data.get("gate") == gate and e.at >= post.due_at)
    given = next(before, None)
    if given and given.actor != actor:
        raise already_done(work, user, given.actor, given.at)
    if given:
        return incident
    asker = next((e.actor for e in incident.all(What.ASKED_GATE) if e.at == post.due_at), "")
    to = messages.someone(asker, incident.handler)
    messages.send(work, incident, "gate_answered", to, sender=actor, gate=gate, yes="yes" if yes else "")
    return record(work, incident, gate, actor, yes=yes, to=to)


def record(work: Work, incident: Incident, gate: str, user: str, *, yes: bool, to: str = "") -> Incident:
    """Write an answer down, and who gets word of it; who may give it was decided before."""
    what = What.APPROVED if yes else What.REFUSED
    work.store.append(incident.id, [Event(work.now, what, user, "", {"gate": gate, "to": to})])
    return settle(work, incident.id)


def may_answer(incident: Incident, gate: str, user: str, work: Work) -> bool:
    """The gate's holder; for a plan the lead has not answered within one `ack`, any rung that was told."""
    if user == holder(incident, gate, work.policy) or (gate == "contact" and user == incident.lead):
        return True
    if not incident.lead and work.may("approve", incident, user):
        return True  # their first act: they lead from here on
    asked = incident.last(What.ASKED_GATE)
    waited = work.policy.minutes("ack", incident.level)
    silent = asked is not None and waited is not None and (work.now - asked.at).total_seconds() >= waited * 60
    return gate == "plan" and silent and user in incident.told_members
