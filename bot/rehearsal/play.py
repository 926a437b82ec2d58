"""rehearsal: `python app.py rehearse FILE…`: scripts through the real guide, planner and sender.

An in-memory database, a virtual clock that jumps from one due time to the next, one line a nudge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.domain.nudges.model import step_of
from bot.domain.record import What
from bot.domain.rules import Ladder, Policy
from bot.guide.work import Work
from bot.outbox.pace import Pace
from bot.outbox.painter import Painter
from bot.outbox.sender import Sender
from bot.rehearsal.acts import REACTS, REPORTER, Acts
from bot.rehearsal.script import MONDAY, Line, Script, ScriptError, Step, name_of, parse
from bot.rehearsal.world import JumpingClock, Sent, TakesEverything
from bot.store import people, queue, surfaces
from bot.store.calendars import holidays_of
from bot.store.database import Database
from bot.store.people import Person
from bot.store.store import Store
from bot.store.tables import metadata

TENANT = "T"
YEARS = 3  # in which a quiet week is looked for


def with_people_of(script: Script, policy: Policy) -> Policy:
    """The policy under rehearsal, with the people of the script in the places of the organisation's own."""
    ladder = Ladder(REPORTER) if script.boss == "none" else Ladder("B", "F1", "F2")
    contacts = replace(policy.contacts, privacy="P", admins_channel="A")
    return replace(policy, ladder=ladder, teams=(), contacts=contacts)


class Rehearsal:
    """One script on its way."""

    def __init__(self, script: Script, policy: Policy) -> None:
        self.script, self.policy = script, with_people_of(script, policy)
        self.clock = JumpingClock(script.start)
        self.messenger = TakesEverything(self.clock)
        self.database = Database("sqlite://")
        metadata.create_all(self.database.engine)
        self.sender = Sender(self.database, self.messenger, self.clock, self.policy, Pace(spacing=0.0))
        self.painter = Painter(self.database, self.messenger, self.clock, self.policy)
        self.acts = Acts(script)
        self.database.transact(self._move_in)

    def _move_in(self, connection: Connection) -> None:
        """Everyone in the script is a colleague."""
        for user in sorted({REPORTER, *(step.who for step in self.script.steps)} - {""}):
            people.put(Store(connection, TENANT), Person(user, user, "UTC", "member", "", self.script.start))

    async def run(self) -> list[Line]:
        """Human acts and due times in order; acts of a minute before its timers, reactions to what the others
        bring last.
        """
        steps = sorted(self.script.steps, key=lambda step: (step.at, step.verb in REACTS))
        try:
            while True:
                due = await self._next_due()
                if steps and (due is None or steps[0].at <= due):
                    step = steps.pop(0)
                    self.clock.now = max(self.clock.now, step.at)
                    await self._act(step)
                    if not steps or steps[0].at > self.clock.now:
                        await self._tick()
                elif due is None or due > self.script.until:
                    return self._lines()
                else:
                    self.clock.now = max(self.clock.now, due)
                    await self._tick()
        finally:
            self.database.close()

    async def _act(self, step: Step) -> None:
        """Raises: ScriptError, which says at what time of the script."""
        if await self.database.read(lambda connection: self.acts.waits(self._work(connection), step)):
            await self._tick()
        try:
            await self.database.write(lambda connection: self.acts.act(self._work(connection), step))
        except ScriptError as error:
            raise step.wrong(str(error)) from error

    def _work(self, connection: Connection) -> Work:
        return Work(Store(connection, TENANT), self.clock(), self.policy, self.acts.level)

    async def _tick(self) -> None:
        await self.sender.tick()
        await self.painter.tick()

    async def _next_due(self) -> datetime | None:
        times = [await self.database.read(queue.next_run), await self.database.read(surfaces.next_run)]
        return min((at for at in times if at), default=None)

    def _lines(self) -> list[Line]:
        """In order of time, and within a minute by name: the same script prints the same each time."""
        accepted = self.database.look(self._accepted)
        found = (self._line(sent, accepted) for sent in self.messenger.sent)
        return sorted((line for line in found if line), key=lambda line: (line.at, line.name, line.who))

    def _line(self, sent: Sent, accepted: datetime | None) -> Line | None:
        """A nudge as the script lists it; other messages and the neutral twins are none."""
        post = sent.post
        if post.kind not in self.policy.nudges or post.place == "thread":
            return None
        handed_over = accepted is not None and accepted <= sent.at
        who = name_of(post.kind, post.recipient, handed_over)
        minute = sent.at.replace(second=0, microsecond=0)
        return self.script.line(minute, post.kind, step_of(post.ordinal), post.party, who)

    def _accepted(self, connection: Connection) -> datetime | None:
        """When a handover was accepted for the first time."""
        incident = Store(connection, TENANT).load(self.acts.incident)
        accepted = incident.first(What.ACCEPTED) if incident else None
        return accepted.at if accepted else None


def quiet_monday(regions: Sequence[str]) -> datetime:
    """The first Monday from `MONDAY` on with three weeks that hold no public holiday of these regions; where
    there is none in three years, with one such week; else `MONDAY`.
    """
    days = {day for region in regions for day in holidays_of(region, MONDAY.year, YEARS)}
    mondays = [MONDAY + timedelta(weeks=n) for n in range(52 * (YEARS - 1))]
    for weeks in (3, 1):
        for monday in mondays:
            dates = (
                monday.date() + timedelta(weeks=week, days=day) for week in range(weeks) for day in range(5)
            )
            if days.isdisjoint(dates):
                return monday
    return MONDAY


def rehearse(files: Sequence[Path], policy: Policy) -> tuple[list[str], bool]:
    """Lines to print, and whether every script with a `bot` list came out as listed.

    All are read before the first is played. Raises: ScriptError, which names the file.
    """
    out: list[str] = []
    good = True
    scripts, monday = [], quiet_monday(policy.holiday_regions)
    for file in files:
        with _naming(file):
            scripts.append(parse(file.read_text(encoding="utf-8"), monday))
    for file, script in zip(files, scripts, strict=True):
        with _naming(file):
            lines = asyncio.run(Rehearsal(script, policy).run())
        out += [f"# {file}"] if len(files) > 1 else []
        out += [script.text(line) for line in lines]
        if script.bot is not None and (different := script.differences(lines)):
            good = False
            out += ["", f"{file}: not as listed (- missing, + not expected)", *different]
    return out, good


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Whatever is wrong with a script is said with its name. Raises: ScriptError."""
    try:
        yield
    except OSError as error:
        raise ScriptError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScriptError(f"{file}: not UTF-8 text") from error
    except ScriptError as error:
        raise ScriptError(f"{file}: {error}") from error
