"""guide: a draft in its person's own words: sent to oneself, filled again, and marked as said or sent.

The bot sends it to nobody else. "It is out" saves the page that offers the text, promise and all (0.2, 1.3).
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.stage import Raw, Stage
from bot.guide import flow, messages, showing, stepper, unsaved
from bot.guide.flow import Spot
from bot.guide.hints import TWO_TIMES, hints
from bot.guide.outcome import Hub, Invalid, Shown
from bot.guide.stepper import Ref
from bot.guide.work import Work
from bot.stages import find
from bot.stages.texts import MOST, TEXT
from bot.store.drafts import drafts_of, drop_draft


def to_me(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float) -> Shown | Hub:
    """The words as they stand, as a plain message of their own to copy or read during a call (0.3).

    Raises: NotFound.
    """
    stage, incident = _text(work, ref, user)
    stepper.keep(work, ref, raw, user, typed_at)
    screen = showing.show(work, ref.incident, user, Spot(stage.key, ref.party))
    if isinstance(screen, Hub):
        return screen
    words = str(screen.values[TEXT] or "").strip()
    if words:
        messages.send(work, incident, "copy", user, text=words[:MOST])
    return replace(screen, facts={**screen.facts, "sent_to_me": bool(words)})


def anew(work: Work, ref: Ref, user: str) -> Shown | Hub:
    """The person's own words go, as they asked; the page that offers the text fills it again.

    Raises: NotFound.
    """
    stage, incident = _text(work, ref, user)
    drop_draft(work.store, user, incident.id, stage.key, ref.party)
    return showing.show(work, ref.incident, user, Spot(stage.of, ref.party))


def out(work: Work, ref: Ref, raw: Raw, user: str) -> Shown | Hub | Invalid:
    """It is said, or sent: the page that offers the text is saved with that and with what was promised.

    A text whose being out is no news for its page is kept, and the page shown. Raises: NotFound, Refused.
    """
    stage, incident = _text(work, ref, user)
    if stage.says is None:
        stepper.keep(work, ref, raw, user, work.now.timestamp())
        return showing.show(work, ref.incident, user, Spot(stage.of, ref.party))
    there = replace(ref, stage=stage.of)
    typed = {**_before(work, incident, stage, ref, user), **unsaved.beside(raw), **stage.says}
    outcome = stepper.submit(work, there, typed, user)
    if isinstance(outcome, Invalid):
        stepper.keep(work, ref, raw, user, work.now.timestamp())
        drawn = {f.key for f in stage.fields}
        problems = {key if key in drawn else TEXT: found for key, found in outcome.problems.items()}
        return Invalid(stage=stage, problems=problems)
    drop_draft(work.store, user, incident.id, stage.key, ref.party)
    remarks = hints(work, incident, stage, raw, user, ref.party)
    two = tuple(hint for hint in remarks if hint.family == TWO_TIMES)  # its other words are out
    return replace(outcome, hints=two or outcome.hints)


def _before(work: Work, incident: Incident, stage: Stage, ref: Ref, user: str) -> Raw:
    """What is typed into the page that offers the text; pressed twice, what the first press saved."""
    page, origin = incident.page(stage.of, ref.party), find(stage.of)
    if page and origin and (page.saved_by, page.view) == (user, ref.view):
        return origin.as_typed(page.answers)
    drafts = drafts_of(work.store, user, incident.id)
    return unsaved.values(drafts, incident, origin, ref.party) if origin else {}


def _text(work: Work, ref: Ref, user: str) -> tuple[Stage, Incident]:
    """The text that a view is about, for somebody who may have it. Raises: NotFound."""
    stage = find(ref.stage)
    if stage is None or not stage.of:
        raise NotFound("text", user)
    incident = work.incident(ref.incident, user, stage.action)
    if not flow.is_place(incident, stage, ref.party, user):
        raise NotFound("text", user)
    return stage, incident
