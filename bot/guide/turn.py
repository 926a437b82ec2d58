"""guide: whose turn it is: whether a page may be saved by this person now, or somebody was faster."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import NotFound, Refused
from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.guide import flow
from bot.guide.work import Work


def already_done(work: Work, user: str, by: str, at: datetime) -> Refused:
    """What this user wanted to do has been done: by whom, and when."""
    name = work.names([by]).get(by, "")
    return Refused("already_done", name=name, at=at, now=work.now, tz=work.tz(user) or "UTC")


def check(
    work: Work, incident: Incident, stage: Stage, party: str, user: str, *, view: str, version: int
) -> None:
    """The page is this person's to save now, or they press again what was saved from the same view.

    `version`: of the page as it was when the view was drawn. Raises: NotFound; Refused when somebody else
    was faster, so that there is nothing left to do.
    """
    page = incident.page(stage.key, party)
    if page and (page.saved_by, page.view) == (user, view) and page.version != version:
        return
    theirs = work.may(stage.action, incident, user) and flow.is_place(incident, stage, party, user)
    if theirs and stage.applies(incident, user):
        return
    if theirs and page and page.version != version and page.saved_by != user:
        raise already_done(work, user, page.saved_by, page.saved_at)
    raise NotFound(stage.key, user)
