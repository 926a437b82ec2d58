"""A rehearsal that an auditor looks at, and that can be stopped half way and tampered with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Table, select, update

from bot.outbox.auditor import Auditor
from bot.policy import load_policy
from bot.rehearsal.play import TENANT, Rehearsal
from bot.rehearsal.script import Script, parse
from bot.store import tables as t
from bot.store.overdue import Finding
from bot.store.posts import Post

SCRIPT = """
name: "watched"
start: Mon 11:00
level: "large"
reach: "one"
going: "no"
undo: "partly"
money: "none"
found: "self"
flags: "none"
clients: 1
boss: "present"
do: [{steps}]
"""
TOLD = ("+0 open", "+1 assess", "+2 tell")


def script(*steps: str) -> Script:
    return parse(SCRIPT.format(steps=", ".join(f'"{step}"' for step in steps)))


class Watched(Rehearsal):
    """`found`: what the auditor said after each round of the outbox."""

    def __init__(self, played: Script) -> None:
        super().__init__(played, load_policy())
        self.found: list[Finding] = []
        self.fed = 0
        self.auditor = Auditor(
            self.database, self.messenger, self.clock, self.policy, TENANT, self._feed, rest=0
        )

    async def _feed(self) -> None:
        self.fed += 1

    async def _tick(self) -> None:
        await super()._tick()
        self.found += await self.auditor.run()

    async def so_far(self) -> Watched:
        """Everything that the script's people do, each followed by a round of the outbox."""
        for step in self.script.steps:
            self.clock.now = step.at
            await self._act(step)
            await self._tick()
        assert self.found == []
        self.fed = 0
        return self

    async def later(self, minutes: int, *, sender: bool = True) -> list[Finding]:
        """Time passes, with or without an outbox that works; what the auditor says then."""
        self.clock.now += timedelta(minutes=minutes)
        if sender:
            await self.sender.tick()
            await self.painter.tick()
        return await self.auditor.run()

    def tamper(self, table: Table, kind: str = "", **values: object) -> None:
        """Change rows of that kind behind everybody's back."""
        where = [table.c.kind == kind] if kind else []
        with self.database.engine.begin() as connection:
            assert connection.execute(update(table).where(*where).values(**values)).rowcount

    def remove(self, kind: str) -> None:
        with self.database.engine.begin() as connection:
            assert connection.execute(t.posts.delete().where(t.posts.c.kind == kind)).rowcount

    def id_of(self, kind: str) -> str:
        with self.database.engine.begin() as connection:
            return str(connection.execute(select(t.posts.c.id).where(t.posts.c.kind == kind)).scalar())

    @property
    def alarms(self) -> Sequence[Post]:
        return [sent.post for sent in self.messenger.sent if sent.post.kind == "alarm"]
