"""guide: what saving a page means: its record, the events, the level, and the stage's own consequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.incident import Incident
from bot.domain.nudges.telling import breathing
from bot.domain.record import TRIES, Event, Page, What
from bot.domain.stage import Answers, Stage
from bot.domain.worktime import whole_minute
from bot.guide import levelling
from bot.guide.consequences import CONSEQUENCES, OWN_EVENTS
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.stages import TEXTS
from bot.store import nudges
from bot.store.drafts import drafts_of, drop_draft, keep_draft


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
    drop_draft(work.store, user, incident.id, stage.key, party)
    _drop_texts(work, incident, stage, party, answers, user)
    carried = stage.carried(answers)
    same = correction and before is not None and carried == stage.carried(before.answers)
    if stage.event and stage.event not in OWN_EVENTS and not same and _counts(incident, stage):
        work.store.append(incident.id, [Event(work.now, stage.event, user, party, carried)])
    incident = _ended_breathing(work, work.reload(incident.id), stage, user)
    consequence = CONSEQUENCES.get(stage.key)
    if consequence and not (same and (carried or stage.repeats)):  # else worked out again
        consequence(work, incident, answers, user, party)
    if stage.key in levelling.FROM_PAGES:
        levelling.compute(work, work.reload(incident.id))
    return settle(work, incident.id)


def _drop_texts(
    work: Work, incident: Incident, stage: Stage, party: str, answers: Answers, user: str
) -> None:
    """A text has done its work once it is said or sent; a try that reached nobody leaves it needed."""
    if answers.get("result") not in TRIES:
        for text in TEXTS:
            if text.of == stage.key and text.says is not None:
                drop_draft(work.store, user, incident.id, text.key, party)


def _ended_breathing(work: Work, incident: Incident, stage: Stage, user: str) -> Incident:
    """Whoever goes on to another page after the breathing timer's end needs no "I'm ready" any more."""
    spell = breathing(incident)
    over = spell is not None and whole_minute(work.now) > spell[1]
    if user != incident.reporter or not over or incident.first(What.BREATHED) or stage.key == "breathe":
        return incident
    work.store.append(incident.id, [Event(work.now, What.BREATHED, user)])
    return work.reload(incident.id)


def skip(work: Work, incident: Incident, stage: Stage, party: str, user: str, view: str) -> None:
    """A record that says: seen, and left out; an answered page stays as it is.

    What was typed stays on the page, as old as the page, so that it calls nobody back (`nudges.team.over`).
    """
    before = incident.page(stage.key, party)
    page = before or _write(work, incident, stage, party, {}, user, view, skipped=True)
    drafts = drafts_of(work.store, user, incident.id)
    typed = next((d for d in drafts if (d.stage, d.party) == (stage.key, party)), None)
    if typed and typed.page_version == (before.version if before else 0):
        drop_draft(work.store, user, incident.id, stage.key, party)
        keep_draft(work.store, user, replace(typed, page_version=page.version, saved_at=page.saved_at))
        nudges.replan(work.store, work.reload(incident.id), work.policy)  # `resume` ends


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
) -> Page:
    before = incident.page(stage.key, party)
    version = (before.version if before else 0) + 1
    page = Page(stage.key, party, version, answers, skipped, user, work.now, view)
    work.store.save_page(incident.id, page)
    return page


def _counts(incident: Incident, stage: Stage) -> bool:
    """An incident is opened once; everything else can happen again."""
    return stage.event is not What.OPENED or incident.opened_at is None
