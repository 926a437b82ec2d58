"""guide: what somebody gets to see of an incident: the record without what is R's alone, and a line that
says that they looked. Every screen is made from what `look` gives.
"""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.guide.work import Work
from bot.stages.audience import PER_PERSON, shown_to

VIEWED = "viewed"  # the verb in the audit table; R is shown who looked, at which screen, and when


def look(work: Work, incident: Incident, user: str, screen: str) -> Incident:
    """The incident for the eyes of that user, who may see that screen (the caller has checked)."""
    if user != incident.reporter and screen not in PER_PERSON:  # a page of their own is no look at R's record
        work.store.audit(work.now, user, VIEWED, incident.id, screen)
    return shown_to(incident, user, work.policy.contacts.privacy)
