"""domain: what the record says of the contact with one party: who was reached, and what was promised."""

from __future__ import annotations

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.record import TALKS, TRIES, What


def reached(incident: Incident, party: str) -> bool:
    return any(e.data.get("result") == "reached" for e in incident.all(What.CONTACTED, party=party))


def spoken_with(incident: Incident, party: str) -> bool:
    """They have had word from us, or want none; a try that reached nobody is no word."""
    return any(e.data.get("result") not in TRIES for e in incident.all(*TALKS, party=party))


def settled(incident: Incident, party: str) -> bool:
    """Nothing more is asked of first contact: reached, refused, or an e-mail and two more tries."""
    events = list(incident.all(What.CONTACTED, party=party))
    if any(e.data.get("result") in ("reached", "no_contact") for e in events):
        return True
    mails = [e.at for e in events if e.data.get("result") == "email" or e.data.get("email")]
    calls = [e.at for e in events if e.data.get("result") in TRIES]
    return bool(mails) and (len(calls) >= 3 or sum(at > min(mails) for at in calls) >= 2)


def unwell(incident: Incident) -> bool:
    """Somebody said in a closing talk that not all is well yet; talks before it was reopened are past."""
    since = incident.reopened_at
    talks = (p for p in incident.pages.values() if p.stage == "debrief")
    said = [p.answers for p in talks if since is None or p.saved_at >= since]
    return any(
        a.get("working_ok") in ("no", "mostly") or a.get("satisfied") in ("no", "partly") for a in said
    )


def promise(incident: Incident, party: str) -> tuple[datetime, datetime] | None:
    """(promised time, when it was promised) of the party's open promise, or None.

    A try that reached nobody keeps a promise open. The closing talk with them closes it, and so does "fixed",
    unless it was left for later.
    """
    words = (e for e in incident.all(*TALKS, party=party) if e.data.get("result") not in TRIES)
    said = max(words, key=lambda e: e.at, default=None)
    promised = said.time("promised") if said else None
    if said is None or promised is None:
        return None
    if any(e.at >= said.at for e in incident.all(What.DEBRIEFED, party=party)):
        return None
    fixed = (e for e in incident.all(What.FIXED) if e.at >= said.at)
    return None if any(party not in e.data.get("later", ()) for e in fixed) else (promised, said.at)
