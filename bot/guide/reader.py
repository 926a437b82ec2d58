"""guide: who looks at a screen: their zone, and the names of the people on it."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.guide.outcome import Reader
from bot.guide.work import Work


def reader(work: Work, incident: Incident, user: str) -> Reader:
    """The person who looks, with the names of everybody in the incident."""
    everybody = {user, incident.reporter, incident.handler, incident.lead, *picked(incident)}
    everybody |= {e.actor for e in incident.events} | {s.user for s in incident.signals}
    everybody |= set(incident.ladder) | set(work.policy.ladder_for(incident.reporter))
    return Reader(user=user, tz=work.tz(user), now=work.now, names=work.names(everybody))


def picked(incident: Incident) -> set[str]:
    """People who were picked on a page and are named in what we say of it."""
    boss = incident.chosen.answers.get("boss") if incident.chosen else None
    told = [event.data.get("boss") for event in incident.all(What.TOLD)]
    found = (boss, *told, incident.answer("tell", "peer"), incident.answer("halt", "halt_owner"))
    return {str(user) for user in found if user}


def alone(work: Work, user: str) -> Reader:
    """The person, before any incident."""
    return Reader(user=user, tz=work.tz(user), now=work.now, names=work.names([user]))
