"""stages: the conditions that several pages share, named once. Pure functions of the record."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.level import HARM_MAY_RUN, Level
from bot.domain.record import Event, What
from bot.domain.status import Status

MANY = 10  # more parties than this get one text for all (product.md 5.3)


def live(incident: Incident, user: str = "") -> bool:
    """Neither closed nor cancelled."""
    return incident.live


def over(incident: Incident, user: str = "") -> bool:
    return not incident.live


def small(incident: Incident, user: str = "") -> bool:
    return incident.level is Level.SMALL


def if_you_like(incident: Incident) -> bool:
    """A page that nobody is ever urged to open."""
    return True


def harm_may_run(incident: Incident, user: str = "") -> bool:
    """Somebody said it is still going, or does not know."""
    return incident.live and incident.fact("still_going") in HARM_MAY_RUN


def told(incident: Incident, user: str = "") -> bool:
    """The boss was told, or nobody is above the reporter: from here on others may know."""
    return incident.live and (incident.told is not None or incident.senior)


def somebody_affected(incident: Incident, user: str = "") -> bool:
    """Somebody outside the own team is affected."""
    return incident.live and bool(incident.parties)


def many(incident: Incident, user: str = "") -> bool:
    """More are affected than can be called one by one."""
    return len(incident.parties) > MANY


def fixed(incident: Incident, user: str = "") -> bool:
    """Fixed since it was last opened, whether closed by now or not."""
    return incident.since_reopening(What.FIXED) is not None and incident.status is not Status.CANCELLED


def breathing(incident: Incident, user: str = "") -> bool:
    """A breathing timer was started and nobody has said "ready" since."""
    begun, ended = incident.last(What.BREATHING), incident.last(What.BREATHED)
    return incident.live and begun is not None and (ended is None or ended.at < begun.at)


def approved(incident: Incident, gate: str, since: Event) -> bool:
    """The last answer to that gate after that event is a yes."""
    answers = [e for e in incident.all(What.APPROVED, What.REFUSED) if e.data.get("gate") == gate]
    return bool(answers) and answers[-1].what is What.APPROVED and answers[-1].at >= since.at
