"""guide: how serious it is: computed from answers, raised by anybody, lowered by the lead (4.1)."""

from __future__ import annotations

from bot.domain import level as levels
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Event, What
from bot.guide.work import Work

FROM_PAGES = ("open", "assess")  # the pages whose answers count


def compute(work: Work, incident: Incident) -> None:
    """Raised once at opening where harm may run; later answers only raise it."""
    opened, assessed = incident.page("open"), incident.page("assess")
    level = incident.level
    if opened:
        level = max(level, levels.at_opening(opened.answers))
    if assessed and not assessed.skipped:
        facts = {key: incident.fact(key) for key in ("reach", "undo", "money", "flags")}
        level = max(level, levels.from_answers(facts))
    write(work, incident, work.level or level, "")


def change(work: Work, incident: Incident, level: Level, user: str) -> None:
    """Somebody says how serious it is. Raises: Refused for lowering by anybody but the lead."""
    if level < incident.level and not work.may("lower_level", incident, user):
        raise Refused("not_yours_to_lower")
    write(work, incident, level, user)


def write(work: Work, incident: Incident, level: Level, user: str) -> None:
    """A change after the first one is an event, which re-times every chain."""
    if level == incident.level:
        return
    work.store.set_level(incident.id, level, incident.status)
    if incident.first(What.ASSESSED) or user:  # until then it is being computed, not changed
        said = {"before": incident.level.word, "after": level.word}
        work.store.append(incident.id, [Event(work.now, What.LEVEL, user, "", said)])
