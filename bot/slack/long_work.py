"""slack: long work about one person, a piece at a time, and what they get at the end: a file, or a receipt.

Between two pieces everyone else comes first. What was begun is a row (`store.chores`): a process that starts
goes on with what another one left.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.domain.errors import Busy
from bot.guide import erasing, own_data
from bot.outbox.ports import Answer, Moment, Verdict
from bot.slack import messages, parcels
from bot.slack.answers import answer
from bot.slack.edge import Edge
from bot.slack.home import empty
from bot.store import chores
from bot.store.chores import Chore
from bot.store.database import BEHIND

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds: after so long, what a process left that has ended is looked for
REST = 2.0  # times as long as the piece took
MOST = 5  # messages of one receipt
LOOK = 1.0  # seconds between two looks whether it's our turn


async def run(edge: Edge) -> None:
    """Do what waits to be done, one after the other; stop between two pieces when the bot ends."""
    BEHIND.set(True)
    async with edge.long_work:
        try:
            while not edge.ending and (chore := await edge.database.write(chores.take, edge.clock())):
                await DO[chore.kind](edge, chore)
                if edge.ending:
                    await edge.database.write(chores.release, chore, edge.clock())
        except Busy:
            log.warning("long work waits: the database is busy")


async def _export(edge: Edge, chore: Chore) -> None:
    """Killed after the file is up and before that is written down, it's sent once more."""
    here: Chore | None = chore
    while here and not edge.ending:
        began = time.monotonic()
        ahead, texts = await edge.look(own_data.piece, here)
        if not ahead:
            file = await edge.look(own_data.whole, here, texts)
            await parcels.send(edge, here.user, [file])
            await edge.do(own_data.delivered, here)
            return
        here = await edge.do(own_data.keep, here, ahead, texts)
        await _rest(began)


async def _forget(edge: Edge, chore: Chore) -> None:
    here: Chore | None = chore
    while here and not edge.ending:
        began = time.monotonic()
        ahead, named = await edge.look(erasing.piece, here)
        if not ahead:
            receipt = await edge.do(erasing.end, here)
            await edge.database.wipe(patient=True)
            await _receipt(edge, here, receipt)
            return
        here = await edge.do(erasing.step, here, ahead, named)
        await _rest(began)


async def _rest(began: float) -> None:
    await asyncio.sleep((time.monotonic() - began) * REST)


async def _receipt(edge: Edge, chore: Chore, receipt: erasing.Receipt) -> None:
    """Where they pressed, if this process still knows; in their DM, where it's not kept here; and a Home that
    holds nothing of the past.
    """
    values = {"receipt": receipt, "now": edge.clock(), "tz": "UTC", "user": chore.user}
    made = messages.reply("forgotten", values)
    if asked := edge.asked.pop(chore.id, None):
        edge.spawn(edge.say(asked, made))
    edge.spawn(_leave_word(edge, chore.user, made))


async def _leave_word(edge: Edge, user: str, made: Mapping[str, Any]) -> None:
    opened = await _in_turn(edge, lambda: edge.client.conversations_open(users=[user]), "channel", "id")
    for part in messages.parts(made, MOST) if opened.verdict is Verdict.YES else ():
        said = partial(edge.client.chat_postMessage, channel=opened.value, parse="none", **part)
        await _in_turn(edge, said, "ts")
    view = empty(user, Moment(edge.clock(), edge.policy))
    await _in_turn(edge, lambda: edge.client.views_publish(user_id=user, view=view), "view", "id")


async def _in_turn(edge: Edge, call: Callable[[], Awaitable[Any]], *path: str) -> Answer:
    """The call's answer once it was its turn: no row of the outbox stands for it."""
    found = await answer(call(), *path)
    while found.verdict is Verdict.WAIT and not edge.ending:
        await asyncio.sleep(min(found.wait, LOOK))
        found = await answer(call(), *path)
    return found


DO: Mapping[str, Callable[[Edge, Chore], Awaitable[None]]] = {chores.EXPORT: _export, chores.FORGET: _forget}
