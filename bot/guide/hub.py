"""guide: the hub after `send`: what is done, what waits, and the one step that is recommended next."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.guide import flow
from bot.guide.outcome import Hub, Step
from bot.guide.reader import reader
from bot.guide.work import Work
from bot.stages import STAGES, find
from bot.store import posts

# Pages that are moves rather than steps: always offered last, never recommended.
MOVES = ("cancel",)


def hub(work: Work, incident: Incident, user: str) -> Hub:
    """The hub of that incident for that person, who may see it (the caller has checked)."""
    steps = tuple(
        Step(stage=s.stage, party=s.party, state=_state(incident, stage, s.party))
        for s in flow.spots(incident, user, work.policy.contacts.privacy)
        if (stage := find(s.stage))
    )
    return Hub(
        incident=incident,
        reader=reader(work, incident, user),
        steps=steps,
        recommended=_recommended(steps),
        posts=tuple(posts.of_incident(work.store, incident.id)),
    )


def _state(incident: Incident, stage: Stage, party: str) -> str:
    if stage.key in MOVES:
        return "move"
    if stage.is_done(incident, party):
        return "done"
    if stage.optional(incident):
        return "optional"
    page = incident.page(stage.key, party)
    return "waiting" if page and not page.skipped else "open"


def _recommended(steps: tuple[Step, ...]) -> str:
    """The first step that is not done, in the order of the stages; "" when nothing is left."""
    order = [s.key for s in STAGES]
    todo = sorted((s for s in steps if s.state == "open"), key=lambda s: order.index(s.stage))
    return f"{todo[0].stage}:{todo[0].party}" if todo else ""
