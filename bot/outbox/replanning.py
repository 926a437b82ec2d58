"""outbox: after a start every plan is made once more: the rules, a time zone or a holiday may be others now.

In short pieces beside the work, so that a start is not slower for it; what a piece has done stays done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.rules import Policy
from bot.store import nudges, overdue
from bot.store.database import Database
from bot.store.store import Store

PIECE = 5  # incidents in one transaction: some 30 ms of the one writer
REST = 0.1  # seconds between two pieces


async def replan_all(database: Database, policy: Policy, clock: Callable[[], datetime]) -> None:
    """Every incident that something may still be due in. Raises: Busy; the auditor says what is left then."""
    last = ("", "")
    while keys := await database.read(overdue.incidents, last, clock(), PIECE):
        await database.write(_piece, keys, policy, clock())
        last = keys[-1]
        await asyncio.sleep(REST)


def _piece(connection: Connection, keys: Iterable[tuple[str, str]], policy: Policy, now: datetime) -> None:
    for tenant, key in keys:
        store = Store(connection, tenant)
        incident = store.load(key, for_update=True)
        if incident is not None:
            nudges.replan(store, incident, policy)
