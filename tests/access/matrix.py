"""`make matrix`: every role, act, state (erased, too), transport and workspace, through the real protocol.

A cell is one delivery. It is held to: whether the thing happened (`expected`), that a refusal changes no row
and is one line in the audit table, that all refusals of an act are answered alike, and that nothing shown to
the person holds a word they may not know. Rows are put back after each cell that changed some.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.store import tables as t
from tests.access.acts import ACTS, START, Act, Try, foreign
from tests.access.expected import AFFECTED, ALSO, CO_OWN, FACTS, PRACTICE, PRIVATE, SIGHT, STATES
from tests.access.front import Front, open_front
from tests.access.scene import EVERYBODY, IN_CHANNEL, MEMBER, R, Scene, columns, move_in, text_fields

TABLES = (
    t.incidents, t.pages, t.drafts, t.events, t.parties, t.actions, t.signals, t.posts, t.surfaces, t.people,
)  # fmt: skip
PARTS = ("pages", "drafts", "events", "parties", "actions", "posts")
SIGNALS = "SELECT s.* FROM signals s JOIN posts p ON p.channel = s.channel AND p.sent_ts = s.ts"
OF_ONE = (
    "SELECT * FROM incidents WHERE id = ?",
    f"{SIGNALS} WHERE p.incident = ?",
    *(f"SELECT * FROM {name} WHERE incident = ?" for name in PARTS),  # noqa: S608 - names of our tables
)
COUNTS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table.name})" for table in TABLES)  # noqa: S608
NOT_WORDS = re.compile(r'"(private_metadata|trigger_id|view_id|hash|value|action_id|block_id)": "[^"]*"')
MARKS = text_fields()
MOST_LINES = 60
ELSEWHERE = (
    "told",
    "closed",
)  # states tried by people of another workspace, who are refused before any of it


def typing(act: Act) -> bool:
    return act.name.startswith("type ")


@dataclass
class Report:
    """What was found; every problem is a sentence."""

    began: float = field(default_factory=time.monotonic)
    cells: int = 0
    refused: int = 0
    leaks: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"theirs": [], "none": []})

    @property
    def problems(self) -> list[str]:
        return [*self.wrong, *self.leaks, *self.unequal]

    def lines(self) -> Iterator[str]:
        yield from self.problems[:MOST_LINES]
        theirs, none = (statistics.median(s) * 1000 if s else 0.0 for s in self.seconds.values())
        yield f"cells            {self.cells}, of them refusals {self.refused}"
        yield f"leaks            {len(self.leaks)}"
        yield f"unlike refusals  {len(self.unequal)}"
        yield f"otherwise wrong  {len(self.wrong)}"
        yield f"a refusal takes  {theirs:.1f} ms where it is not theirs, {none:.1f} ms where there is none"
        yield f"seconds          {time.monotonic() - self.began:.0f}"


@dataclass(frozen=True)
class Cell:
    """What one delivery led to."""

    status: object
    said: str  # everything shown to the person
    answer: str  # the same without ids, to be compared
    audited: int
    changed: bool
    seconds: float


class Table:
    """The running bot, its rows and what they were before anybody tried anything."""

    def __init__(self, front: Front, scene: Scene, folder: Path, golden: Mapping[str, list[Any]]) -> None:
        self.front, self.scene, self.golden = front, scene, golden
        self.rows = sqlite3.connect(folder / "bot.db", check_same_thread=False)
        self.before = {state: self.fingerprint(state) for state in (*STATES, *ALSO)}
        self.meant: set[str] = set()  # states whose incident a test changes on purpose

    def fingerprint(self, state: str) -> list[Any]:
        """The rows of that state's incident, and how many there are of anything."""
        key = self.scene.incident[state]
        rows = [self.rows.execute(query, (key,)).fetchall() for query in OF_ONE]
        return [sorted(map(repr, found)) for found in rows] + self.rows.execute(COUNTS).fetchall()

    def refusals(self) -> int:
        query = "SELECT count(*) FROM audit WHERE verb = 'refused'"
        return int(self.rows.execute(query).fetchone()[0])

    def version(self, state: str, page: str, party: str) -> int:
        query = "SELECT version FROM pages WHERE incident = ? AND stage = ? AND party = ?"
        found = self.rows.execute(query, (self.scene.incident[state], page, party)).fetchone()
        return int(found[0]) if found else 0

    async def run(self, act: Act, user: str, state: str, *, real: bool = True, home: bool = True) -> Cell:
        """Try it, and see what became of it."""
        front = self.front
        person = front.slack.workspace.people[user]
        attempt = Try(
            front.slack.core, person, self.scene, state, int(front.now().timestamp()),
            lambda page, party: self.version(state, page, party), real,
        )  # fmt: skip
        delivery = act.build(attempt if home else foreign(attempt))
        refusals, calls = self.refusals(), len(front.slack.calls)
        shown = front.slack.workspace.ephemerals.setdefault(user, [])
        front.now.at = self.scene.at + act.later
        heard, started = len(shown), time.monotonic()
        await front.deliver(delivery)
        seconds = time.monotonic() - started
        await front.settle()
        views = [c.args.get("view") for c in front.slack.calls[calls:] if c.method.startswith("views.")]
        said = json.dumps([delivery.body, views, [(m.text, m.blocks) for m in shown[heard:]]])
        changed = self.fingerprint(state) != self.before[state]
        cell = Cell(
            delivery.status if delivery.ok else delivery.error, said, NOT_WORDS.sub("", said),
            self.refusals() - refusals, changed, seconds,
        )  # fmt: skip
        if changed:
            await front.database.write(put_back, self.golden)
        return cell


def put_back(connection: Connection, golden: Mapping[str, list[Any]]) -> None:
    for table in TABLES:
        connection.execute(delete(table))
        if golden[table.name]:
            connection.execute(insert(table), golden[table.name])


def dump(connection: Connection) -> dict[str, list[Any]]:
    return {table.name: [dict(r._mapping) for r in connection.execute(select(table))] for table in TABLES}


def visible(user: str, state: str, *, happened: bool) -> set[str]:
    """The marks that person may be shown; `happened`: in the answer to an act of theirs."""
    kinds = {SIGHT[c] for c in columns(user, state) if c in SIGHT}
    if happened and "notice" in kinds:  # what they did is their Seen; while nobody leads, it makes them lead
        kinds.add("circle" if "first" in columns(user, state) else "facts")
    return {
        m
        for m, (stage, key) in MARKS.items()
        if ("all" in kinds and (stage, key) not in CO_OWN)
        or (kinds & {"circle", "own circle"} and (stage, key) not in PRIVATE)
        or ("own circle" in kinds and (stage, key) in CO_OWN)
        or ("facts" in kinds and (stage in FACTS or (stage, key) in AFFECTED))
        or ("notice" in kinds and stage == "send")
        or ("summary" in kinds and (stage, key) == ("open", "summary"))
    }


class Judge:
    """Holds cells against the table."""

    def __init__(self, table: Table, report: Report, where: str) -> None:
        self.table, self.report, self.where = table, report, where
        self.usual: dict[str, str] = {}  # act -> how it is refused

    async def baseline(self, act: Act, *everybody: str) -> None:
        """How the act is answered to them for an incident that does not exist."""
        if act.mine:
            return
        for user in everybody:
            cell = await self.table.run(act, user, "told", real=False)
            self.refusal(act, cell, f"{self.where}: {act.name} by {user}, no such incident", "none")

    def refusal(self, act: Act, cell: Cell, name: str, kind: str) -> None:
        self.report.cells += 1
        self.report.refused += 1
        self.report.seconds[kind].append(cell.seconds)
        if cell.changed:
            self.report.wrong.append(f"{name}: rows changed")
        if (cell.status == 200) is typing(act):  # a keystroke that isn't kept isn't answered as if it were
            self.report.wrong.append(f"{name}: answered {cell.status}")
        if act.name != "reply" and cell.audited != 1:  # a message to the bot is no act that could be refused
            self.report.wrong.append(f"{name}: {cell.audited} audit lines")
        if not act.quiet and "find that" not in cell.said:
            self.report.wrong.append(f"{name}: no refusal in words: {cell.answer[:160]}")
        if self.usual.setdefault(act.name, cell.answer) != cell.answer:
            self.report.unequal.append(f"{name}: {cell.answer[:200]} / {self.usual[act.name][:200]}")

    async def cell(self, act: Act, user: str, state: str, *, home: bool) -> None:
        may = act.rule(state, columns(user, state))
        if user == act.but or (home and may and state not in act.states):
            return  # there is nothing there that could be done
        happens = home and may
        name = f"{self.where}: {act.name} by {user} ({', '.join(sorted(columns(user, state)))}) when {state}"
        cell = await self.table.run(act, user, state, home=home)
        self.leaks(act, cell, user, state, name, happens=happens)
        if not happens:
            if home and act.rule is START and "guest" in columns(user, state):
                self.report.cells += 1
                if cell.changed or "full members" not in cell.said:
                    self.report.wrong.append(f"{name}: a guest started something")
                return
            self.refusal(act, cell, name + ("" if home else ", from elsewhere"), "theirs")
            return
        self.report.cells += 1
        if cell.status != 200 or cell.audited or "find that" in cell.said:
            self.report.wrong.append(f"{name}: refused ({cell.status}): {cell.answer[:200]}")
        elif act.name.startswith(("save", "type", "notice")) and not cell.changed:
            self.report.wrong.append(f"{name}: nothing was saved: {cell.answer[:300]}")

    def leaks(self, act: Act, cell: Cell, user: str, state: str, name: str, *, happens: bool) -> None:
        seen = visible(user, state, happened=happens)
        for word, place in MARKS.items():
            if word in cell.said and word not in seen and f"{word} typed" not in cell.said:
                self.report.leaks.append(f"{name}: shows {place}")
        if "zqlinkmark" in cell.said and "R" not in columns(user, state):
            self.report.leaks.append(f"{name}: shows the link")


def cells(step: int = 1, states: tuple[str, ...] = STATES) -> Iterator[tuple[Act, str, str, bool]]:
    """Act, person, state, whether Slack says they are of this workspace; every `step`-th of them."""
    number = 0
    for act in ACTS:
        for home in (True, False):
            if act.name in ("home", "reply") and not home:
                continue  # an event names no workspace of its user
            for state in ("told",) if act.mine else (*states, *ALSO) if home else ELSEWHERE:
                for user in EVERYBODY:
                    number += 1
                    here = not act.in_channel or user in IN_CHANNEL
                    here = here and not (state == PRACTICE and user == R)  # who plays every part in it
                    if number % step == 0 and here:
                        yield act, user, state, home


async def play(transport: str, report: Report, step: int = 1, states: tuple[str, ...] = STATES) -> None:
    """All cells over one transport."""
    with tempfile.TemporaryDirectory(prefix="matrix-") as folder:
        async with open_front(Path(folder), transport, move_in) as front:
            scene = await front.set_scene()
            golden = await front.database.read(dump)
            await front.database.write(put_back, golden)  # as it will be after each cell, to the letter
            table = Table(front, scene, Path(folder), golden)
            judge = Judge(table, report, transport)
            for act in ACTS:
                await judge.baseline(act, *(EVERYBODY if step == 1 else (MEMBER,)))
            for act, user, state, home in cells(step, states):
                await judge.cell(act, user, state, home=home)
            table.rows.close()


async def main() -> int:
    logging.disable(logging.CRITICAL)  # each refusal is a line; what matters is counted
    report = Report()
    for transport in ("socket", "http"):
        await play(transport, report)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
