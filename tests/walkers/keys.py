"""Keystrokes that get no answer. That's right on a page that's no longer theirs, or that another window has
saved since: an answer would say that their words are kept. Anywhere else it's a fault.
"""

from __future__ import annotations

from sqlalchemy import Connection

from bot.domain.access import admits, may
from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.guide import flow
from bot.guide.stepper import Ref
from bot.playground.delivery import Delivery
from bot.slack import ids
from bot.stages import find
from bot.store.store import Store
from tests.house import House

REFUSED = (None, 403)  # over a socket nothing comes, over HTTP this


async def excused(house: House, key: Delivery) -> bool:
    """Whether it rightly has no answer; then it isn't counted among those that failed."""
    right = key.status in REFUSED and not await house.bot.database.read(_could_be_kept, house, key)
    if right:
        house.slack.outbound.failed.remove(key)
    return right


def _could_be_kept(connection: Connection, house: House, key: Delivery) -> bool:
    """By the record as it stands, and the view that Slack says it was pressed on."""
    user, ref = key.payload["user"]["id"], ids.ref(key.payload["view"])
    incident, stage = Store(connection, house.bot.identity.team).load(ref.incident), find(ref.stage)
    if incident is None or stage is None:
        return False
    theirs = admits(incident, user) and may(stage.action, incident, user, house.bot.policy)
    return (
        theirs and flow.is_place(incident, stage, ref.party, user) and not _saved_since(incident, stage, ref)
    )


def _saved_since(incident: Incident, stage: Stage, ref: Ref) -> bool:
    """From another window; what this one has saved it may be typed into further."""
    page = incident.page(stage.key, ref.party)
    return page is not None and page.version != ref.version and page.view != ref.view
