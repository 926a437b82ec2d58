"""guide: what saving a page means: its record, the events, the level, and the stage's own consequences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain import level as levels
from bot.domain.incident import Event, Incident, Page, Party, Status, What
from bot.domain.level import Level
from bot.domain.stage import Answers, Stage
from bot.guide import telling
from bot.guide.work import Work
from bot.store import nudges, posts, surfaces
from bot.store.posts import RCARD, Post
from bot.store.store import SAID

LEVELLED = ("open", "assess")  # the pages whose answers the level is computed from (product.md 4.1)


def save(
    work: Work, incident: Incident, stage: Stage, party: str, answers: Answers, user: str, view: str
) -> Incident:
    """Write the page and all that follows from it; the snapshot afterwards."""
    before = incident.page(stage.key, party)
    _write(work, incident, stage, party, answers, user, view)
    work.store.drop_draft(user, incident.id, stage.key, party)
    correction = before is not None and before.view == view and not before.skipped
    carried = stage.carried(answers)
    same = before is not None and correction and carried == stage.carried(before.answers)
    if stage.event and stage.event not in OWN_EVENTS and not same and _counts(incident, stage):
        work.store.append(incident.id, [Event(work.now, stage.event, user, party, carried)])
    incident = work.reload(incident.id)
    consequence = CONSEQUENCES.get(stage.key)
    if consequence:
        consequence(work, incident, answers, user)
    return settle(work, incident.id)


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
    """After any change: the level, what the lists search by, the outbox's plan, the surfaces to redraw."""
    incident = work.reload(key)
    level = _level(incident)
    if level != incident.level and incident.opened_at:
        data = {"before": incident.level.word, "after": level.word}
        if incident.first(What.ASSESSED):  # the first level is computed, not changed
            work.store.append(key, [Event(work.now, What.LEVEL, "", "", data)])
        incident = replace(work.reload(key), level=level)
    work.store.settle(incident, level)
    _announce(work, incident)
    return incident


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


def _level(incident: Incident) -> Level:
    """Raised once at opening where harm may run; later answers only raise it (product.md 4.1)."""
    opened, assessed = incident.page("open"), incident.page("assess")
    if opened is None:
        return incident.level
    level = max(incident.level, levels.at_opening(opened.answers))
    if assessed and not assessed.skipped:
        facts = {key: incident.fact(key) for key in ("reach", "undo", "money", "flags")}
        level = max(level, levels.from_answers(facts))
    return level


def _opened(work: Work, incident: Incident, answers: Answers, user: str) -> None:
    """The first affected party exists from here on, unless only the own team is affected."""
    if answers["reach"] != "none" and not incident.parties:
        kind = "colleague" if answers["reach"] == "colleague" else "client"
        told_us = answers.get("found_how") == "client"
        work.store.save_party(incident.id, Party("C1", kind, told_us=told_us))


def _assessed(work: Work, incident: Incident, answers: Answers, user: str) -> None:
    """Facts changed: somebody outside may be affected after all."""
    _opened(work, incident, {"reach": incident.fact("reach"), "found_how": incident.fact("found_how")}, user)
    work.store.drop_draft(incident.reporter, incident.id, SAID, "")


# Stages whose saving appends its own events, because more than the answers goes into them.
OWN_EVENTS = frozenset({What.TOLD})
CONSEQUENCES: Mapping[str, Callable[[Work, Incident, Answers, str], None]] = {
    "open": _opened,
    "assess": _assessed,
    "tell": telling.chosen,
    "safe": telling.chosen,
    "send": telling.send,
    "cancel": telling.all_clear,
}
