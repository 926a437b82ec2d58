"""words: what single drafts need beyond `context.common`. Pure functions of the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.money import CURRENCY, amount, currency_of
from bot.domain.record import Event, What
from bot.words.context import Source, to
from bot.words.phrases import cut, day, prose, when
from bot.words.times import zone

Known = Mapping[str, Any]
ISSUE_MOST = 300  # one thing said in one breath; the full account follows later
FIRST_PERSON = re.compile(r"\b(?:I|my)\b", re.IGNORECASE)
AUTHORITY = timedelta(hours=72)  # GDPR Art. 33: from awareness, for personal data (product.md 2.4)


@dataclass(frozen=True, slots=True)
class Step:
    """A prevention step. `owner`: a name or ""; `due`, `done`: days in words; `proof`: what shows it."""

    text: str
    owner: str
    due: str
    strength: str
    tell_client: bool
    proof: str
    done: str


def lines(value: object) -> tuple[str, ...]:
    """A list, or typed text with one entry a line, as entries without bullets and blanks."""
    rows = value if isinstance(value, list | tuple) else str(value or "").splitlines()
    return tuple(row for row in (str(r).strip().lstrip("-•*").strip() for r in rows) if row)


def approved(incident: Incident, gate: str) -> Event | None:
    """The standing yes of the lead: the last answer since it was last asked for was not a refusal."""
    asked = max((e.at for e in incident.all(What.ASKED_GATE) if e.data.get("gate") == gate), default=None)
    answers = [
        e
        for e in incident.all(What.APPROVED, What.REFUSED)
        if e.data.get("gate") == gate and (asked is None or e.at >= asked)
    ]
    return answers[-1] if answers and answers[-1].what is What.APPROVED else None


def steps(source: Source, tz: str) -> tuple[Step, ...]:
    """The prevention steps that were not dropped, with how they ended."""
    return tuple(
        Step(
            text=source.hide(a.text).rstrip("."),
            owner=source.name(a.owner),
            due=day(a.due),
            strength=a.strength,
            tell_client=a.tell_client,
            proof=source.hide(prose(a.proof)),
            done=day(a.done_at.astimezone(zone(tz)).date()) if a.done_at else "",
        )
        for a in source.incident.actions
        if not a.dropped
    )


def boss_notice(source: Source, known: Known) -> Known:
    page = source.incident.chosen.stage if source.incident.chosen else "tell"
    own_line, title = source.text("own", "own_line"), prose(known["inc"].title)
    what = known["facts"].what
    plain = own_line or title or what
    checkpoint = known["fix"].checkpoint_at
    return {
        "boss": source.name(str(source.extra.get("stand_in") or source.raw(page, "boss") or "")),
        "need": tuple(source.raw(page, "need") or ()),
        "need_by": checkpoint if checkpoint and checkpoint > known["now"] else None,
        "plain": plain,
        "details": "" if what == plain else what,
        "spoken": source.raw(page, "how") == "self",
    }


def contact(source: Source, known: Known) -> Known:
    """A party among several gets the title, not the account of the facts: that may speak of the others."""
    party, title = known["party"], prose(known["inc"].title)
    tried = source.incident.last(What.CONTACTED, party=source.party)
    fix = known["fix"]
    costs = fix.cost > 0 or fix.kind == "refund"
    by_level = source.extra.get("plan_gated", source.incident.level >= Level.LARGE)
    gated = (costs or by_level) and not source.incident.senior
    issue = title if party.several else cut(known["facts"].what, ISSUE_MOST)
    return {
        "issue": issue,
        "not_mine": source.incident.handler != source.incident.reporter and bool(FIRST_PERSON.search(issue)),
        "impact_on_them": source.text("contact", "impact_on_them"),
        "what_happened_short": source.text("contact", "what_happened_short"),
        "asked_for": source.text("spoke", "asked_for"),
        "call_happened": source.extra.get("result") or (tried.data.get("result") if tried else ""),
        "fix_agreed": bool(fix.text) and not (gated and not approved(source.incident, "plan")),
        "deadline": when(source.extra.get("deadline")),
        "in_person": source.raw("contact", "method") == "in_person",
    }


def update(source: Source, known: Known) -> Known:
    promise = talks.promise(source.incident, source.party)
    return {
        "changed": source.text("update", "changed"),
        "doing_now": source.text("update", "doing_now"),
        "means_for_them": source.text("update", "means_for_them"),
        "last": bool(source.raw("update", "last")),
        "n": sum(1 for _ in source.incident.all(What.UPDATED, party=source.party)) + 1,
        "missed_promise": promise[0] if promise and promise[0] < known["now"] else None,
    }


def fixed(source: Source, known: Known) -> Known:
    return {
        "fixed_how": source.text("fixed", "fixed_how"),
        "lasting_effects": source.text("fixed", "lasting_effects"),
        "verified_how": source.text("fixed", "verified_how"),
        "fixed_at": source.time("fixed", "fixed_at"),
        "slots": str(source.extra.get("slots") or ""),
    }


def _currency(source: Source) -> str:
    default = str(source.extra.get("default_currency") or "")
    picked = source.raw("debrief", CURRENCY)
    return str(picked) if picked else currency_of(source.incident, "debrief", source.party, default)


def closing(source: Source, known: Known) -> Known:
    """The last talk with a party: effect, what is in place, what is not charged."""
    credit = int(source.raw("debrief", "credit_amount") or 0)
    yes = approved(source.incident, "credit")
    hours = source.raw("debrief", "unbilled_hours")
    planned = steps(source, known["tz"])
    return {
        **fixed(source, known),
        "impact_on_them": source.text("contact", "impact_on_them"),
        "done": tuple(s for s in planned if s.done and s.tell_client),
        "due": tuple(s for s in planned if not s.done and s.tell_client),
        "factors": tuple(prose(source.hide(f)) for f in lines(source.raw("review", "factors"))),
        "hours": f"{hours:g}" if hours else "",
        "credit": amount(credit, _currency(source)) if credit else "",
        "credit_approved": yes is not None,
        "approver": source.name(yes.actor) if yes else "",
        "agenda": str(source.extra.get("agenda") or ""),
        "facilitator": str(source.extra.get("facilitator") or ""),
    }


def team(source: Source, known: Known) -> Known:
    """What the team channel may know; `name_client` and `may_name_handler` are the only ways to a name."""
    parties = source.incident.parties
    promised = [p[0] for party in parties if (p := talks.promise(source.incident, party.key))]
    named = [to(replace(source, party=party.key)).name for party in parties]
    return {
        "parties": len(parties),
        "visibility": ", ".join(filter(None, named)) if source.extra.get("name_client") else "",
        "named_handler": known["handler"] if source.raw("team", "may_name_handler") else "",
        "helpers_needed": source.text("team", "helpers_needed"),
        "news_at": min((at for at in promised if at > known["now"]), default=None),
        "changed": source.text("update", "changed"),
        "reason": str(source.extra.get("reason") or _ending(source.incident)),
        "verified": bool(source.raw("fixed", "verified_by") or source.text("fixed", "verified_how")),
    }


def _ending(incident: Incident) -> str:
    cancelled = incident.last(What.CANCELLED)
    return str(cancelled.data.get("why") or "false_alarm") if cancelled else "fixed"


def legal(source: Source, known: Known) -> Known:
    sent = source.incident.last(What.LEGAL_SENT)
    aware = when(source.extra.get("aware_at")) or (sent.time("aware_at") if sent else None)
    aware = aware or known["inc"].opened_at
    personal = "personal" in known["flags"]
    default = (("72 hours from then (personal data)", aware + AUTHORITY),) if aware and personal else ()
    return {
        "aware_at": aware,
        "clock": tuple(source.extra.get("clock") or default),
        "contacted": sum(1 for p in source.incident.parties if talks.reached(source.incident, p.key)),
        "count": len(source.incident.parties),
    }


def let_go(source: Source, known: Known) -> Known:
    incident = source.incident
    start, end = incident.opened_at, known["now"]
    return {
        "days": (end.date() - start.date()).days if start else 0,
        "told": incident.told is not None or incident.senior,
        "stopped": incident.contained,
        "party_told": any(talks.reached(incident, p.key) for p in incident.parties),
        "put_right": incident.since_reopening(What.FIXED) is not None and not talks.unwell(incident),
        "support": str(source.extra.get("support") or ""),
    }


def recurrence(source: Source, known: Known) -> Known:
    """`previous`: mappings with `days` (int) and, where the reader took part, `id`; `open_actions`: texts."""
    return {
        "previous": tuple(source.extra.get("previous") or ()),
        "open_actions": lines(source.extra.get("open_actions")),
        "for_lead": bool(source.extra.get("for_lead")),
    }
