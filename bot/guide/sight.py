"""guide: what someone gets to see: which incidents are theirs at all, and of one the record without what is
R's alone, with a line that says they looked. Every screen is made from what `look` gives.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.access import has_part
from bot.domain.incident import Incident
from bot.guide.work import Work
from bot.stages.audience import PER_PERSON, shown_to
from bot.store import several

VIEWED = "viewed"  # the verb in the audit table; R is shown who looked, at which screen, and when


def look(work: Work, incident: Incident, user: str, screen: str) -> Incident:
    """The incident for the eyes of that user, who may see that screen (the caller has checked)."""
    if user != incident.reporter and screen not in PER_PERSON:  # a page of their own is no look at R's record
        work.store.audit(work.now, user, VIEWED, incident.id, screen)
    return shown_to(incident, user, work.policy)


def parts(work: Work, user: str, among: Sequence[str]) -> tuple[Incident, ...]:
    """Those of these incidents that this person has or once had a part in, in the same order."""
    return having_part(work, several.load(work.store, among), user)


def having_part(work: Work, among: Sequence[Incident], user: str) -> tuple[Incident, ...]:
    """As `parts`, of incidents at hand."""
    reached = several.reached(work.store, [i.id for i in among], user)
    return tuple(i for i in among if has_part(i, user, work.policy, reached=i.id in reached))
