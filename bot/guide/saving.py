"""guide: what saving a page means: its record, the events, the level, and the stage's own consequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import level as levels
from bot.domain.incident import Event, Incident, Page, Status, What
from bot.domain.level import Level
from bot.domain.stage import Answers, Stage
from bot.guide.consequences import CONSEQUENCES, OWN_EVENTS
from bot.guide.work import Work
from bot.store import nudges, posts, surfaces
from bot.store.posts import RCARD, Post

LEVELLED = ("open", "assess")  # the pages whose answers the level is computed from (product.md 4.1)


def save(
    work: Work,
    incident: Incident,
    stage: Stage,
    party: str,
    answers: Answers,
    user: str,
    view: str,
    *,
    correction: bool = False,
) -> Incident:
    """Write the page and all that follows from it; the snapshot afterwards.

    `correction`: the same person pressed Next on the same rendering twice, with other words the second time.
    """
    before = incident.page(stage.key, party)
    _write(work, incident, stage, party, answers, user, view)
    work.store.drop_draft(user, incident.id, stage.key, party)
    carried = stage.carried(answers)
    same = correction and before is not None and carried == stage.carried(before.answers)
    if stage.event and stage.event not in OWN_EVENTS and not same and _counts(incident, stage):
        work.store.append(incident.id, [Event(work.now, stage.event, user, party, carried)])
    incident = _ended_breathing(work, work.reload(incident.id), stage, user)
    consequence = CONSEQUENCES.get(stage.key)
    if consequence and not same:
        consequence(work, incident, answers, user, party)
    if stage.key in LEVELLED:
        _level(work, work.reload(incident.id))
    return settle(work, incident.id)


def _ended_breathing(work: Work, incident: Incident, stage: Stage, user: str) -> Incident:
    """Whoever goes on to another page is ready: the breathing timer has done its work."""
    timer, ready = incident.last(What.BREATHING), incident.first(What.BREATHED)
    if user != incident.reporter or timer is None or ready or stage.key == "breathe":
        return incident
    work.store.append(incident.id, [Event(work.now, What.BREATHED, user)])
    return work.reload(incident.id)


def skip(work: Work, incident: Incident, stage: Stage, party: str, user: str, view: str) -> None:
    """A record that says: seen, and left out."""
    _write(work, incident, stage, party, {}, user, view, skipped=True)
    work.store.drop_draft(user, incident.id, stage.key, party)


def _write(
    work: Work,
    incident: Incident,
    stage: Stage,
    party: str,
    answers: Mapping[str, Any],
    user: str,
    view: str,
    *,
    skipped: bool = False,
) -> None:
    before = incident.page(stage.key, party)
    version = (before.version if before else 0) + 1
    page = Page(stage.key, party, version, answers, skipped, user, work.now, view)
    work.store.save_page(incident.id, page)


def _counts(incident: Incident, stage: Stage) -> bool:
    """An incident is opened once; everything else can happen again."""
    return stage.event is not What.OPENED or incident.opened_at is None


def settle(work: Work, key: str) -> Incident:
    """After any change: what the lists search by, the outbox's plan, the surfaces to redraw."""
    incident = work.reload(key)
    work.store.settle(incident)
    _announce(work, incident)
    return incident


def _level(work: Work, incident: Incident) -> None:
    """Raised once at opening where harm may run; later answers only raise it (product.md 4.1)."""
    opened, assessed = incident.page("open"), incident.page("assess")
    level = incident.level
    if opened:
        level = max(level, levels.at_opening(opened.answers))
    if assessed and not assessed.skipped:
        facts = {key: incident.fact(key) for key in ("reach", "undo", "money", "flags")}
        level = max(level, levels.from_answers(facts))
    set_level(work, incident, level, "")


def set_level(work: Work, incident: Incident, level: Level, user: str) -> None:
    """Write a level; a change after the first one is an event, which re-times every chain."""
    if level == incident.level:
        return
    work.store.set_level(incident.id, level)
    if incident.first(What.ASSESSED) or user:  # until then it is being computed, not changed
        said = {"before": incident.level.word, "after": level.word}
        work.store.append(incident.id, [Event(work.now, What.LEVEL, user, "", said)])


def _announce(work: Work, incident: Incident) -> None:
    """R's card exists from the first saved page on; everything that shows this incident is drawn anew."""
    if incident.status is not Status.DRAFT:
        card = Post(
            tenant=incident.tenant,
            incident=incident.id,
            kind=RCARD,
            recipient=incident.reporter,
            due_at=work.now,
            priority=3,
            data={},
        )
        posts.add(work.store, card)
    nudges.replan(work.store, incident, work.policy, work.now)
    surfaces.redraw(work.store, incident.id, {incident.reporter, incident.handler}, work.now)
