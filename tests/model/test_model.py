"""Incidents, nudges, faults and the clock in any order: the bot agrees with a model written apart from it.

The bot's side is real (guide, planner, sender, database); Slack is scripted. After each round of the outbox,
what went out is what the model owes, to whom, at which step; nothing of it is missing, nothing comes twice.
`make model RUNS=2000` looks further than `make test`.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.domain.level import Level
from bot.domain.nudges.model import STEPS, step_of
from bot.domain.record import Event, Page, Party, What
from bot.domain.worktime import whole_minute
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.outbox.ports import Answer
from bot.policy import load_policy
from bot.store import nudges, posts, queue
from bot.store.database import Database
from bot.store.posts import Post
from bot.store.tables import metadata
from tests.model import rules
from tests.model.rules import LADDER, MINUTE, Fact, Model
from tests.outbox.desk import REFUSED, RESET, T0, Desk

RUNS = int(os.environ.get("RUNS", "8"))
POLICY = load_policy(
    'cap = 1000\n[ladder]\nperson = "B"\ndeputy = "F1"\nduty_lead = "F2"\n'
    '[contacts]\nadmins_channel = "CADMIN"\n'
)
Named = tuple[tuple[object, ...], str]  # slot, recipient
CHAINS = (rules.HALT, rules.TELL, rules.ACK, rules.HALF, rules.FIRST, rules.RETRY, rules.UPD)
COVERED = {kind for steps in CHAINS for kind, _, _ in steps} | {"upd.pre", "int.due", "letgo"}
ACK = ("ack.1", "ack.2", "ack.3", "ack.end")
REPORTERS = {"i1": "R", "i2": "S"}
AFTER_TROUBLE = 10 * MINUTE  # by then a claim that died, or a post of unknown fate, has been looked into
SPACING = MINUTE  # between two messages to one person about one incident

keys = st.sampled_from(sorted(REPORTERS))
parties = st.sampled_from(["C1", "C2"])
people = st.sampled_from(["R", "S", *LADDER, "CADMIN"])


class Nudging(RuleBasedStateMachine):
    """One database, one Slack, two incidents; the sender is replaced when it dies."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        database = Database("sqlite://")
        metadata.create_all(database.engine)
        self.desk = Desk(database)
        self.desk.policy = POLICY
        self.desk.sender = self.desk.worker()
        self.models: dict[str, Model] = {}
        self.trouble, self.known, self.seen = T0 - timedelta(days=1), 0, set[str]()

    def teardown(self) -> None:
        self.desk.database.close()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        self.loop.run(work)

    # --- what people do -------------------------------------------------------------------------------
    @initialize(harm=st.booleans(), clients=st.integers(0, 2))
    def both_are_opened(self, harm: bool, clients: int) -> None:
        for key, running in (("i1", harm), ("i2", not harm)):
            self.open(key, running, tuple(f"C{n + 1}" for n in range(clients)))
        self.passes(0)

    def open(self, key: str, harm: bool, clients: tuple[str, ...]) -> None:
        who = REPORTERS[key]

        def begin(work: Work) -> None:
            work.store.create(key, who, work.now)
            work.store.set_level(key, Level.LARGE)
            answers = {"still_going": "yes" if harm else "no", "reach": "several"}
            work.store.save_page(key, Page("open", "", 1, answers, False, who, work.now))
            for client in clients:
                work.store.save_party(key, Party(client, "client"))
            work.store.append(key, [Event(work.now, What.OPENED, who)])
            settle(work, key)

        self.desk.do(begin)
        self.models[key] = Model(who, who, self.desk.clock.now, harm, clients)

    def happens(self, key: str, what: What, fact: str, who: str, party: str = "", **data: object) -> None:
        """In the record and in the model; people do one thing a minute."""
        model, promised = self.models[key], data.get("promised")
        model.facts.append(Fact(self.desk.clock.now, fact, who, party, promised))  # type: ignore[arg-type]
        said = {name: v.isoformat() if isinstance(v, datetime) else v for name, v in data.items()}
        self.desk.happens(key, Event(self.desk.clock.now, what, who, party, said))
        self.passes(1)

    def is_open(self, key: str) -> bool:
        return not self.models[key].last("closed")

    @rule(key=keys)
    def stops_the_harm(self, key: str) -> None:
        if self.is_open(key):
            self.happens(key, What.HALTED, "halted", self.models[key].handler, status="stopped")

    @rule(key=keys)
    def tells_the_boss(self, key: str) -> None:
        if self.is_open(key) and not self.models[key].last("told"):
            said = {"how": "send", "boss": "B", "ladder": list(LADDER), "notified": ["B"]}
            self.happens(key, What.TOLD, "told", REPORTERS[key], **said)

    @rule(key=keys, who=st.sampled_from(LADDER))
    def the_ladder_acts(self, key: str, who: str) -> None:
        if self.is_open(key) and self.models[key].last("told"):
            self.happens(key, What.APPROVED, "act", who, gate="plan")

    @rule(key=keys, party=parties, ahead=st.one_of(st.none(), st.integers(5, 300)))
    def speaks_to_a_client(self, key: str, party: str, ahead: int | None) -> None:
        model = self.models[key]
        if self.is_open(key) and party in model.parties:
            promised = self.desk.clock.now + ahead * MINUTE if ahead else None
            talk = {"result": "reached"} if not model.last("contact", party=party) else {}
            what, fact = (What.CONTACTED, "contact") if talk else (What.UPDATED, "update")
            self.happens(key, what, fact, model.handler, party, promised=promised, **talk)

    @rule(key=keys, party=parties)
    def reaches_nobody(self, key: str, party: str) -> None:
        model = self.models[key]
        if self.is_open(key) and party in model.parties:
            said = {"result": "voicemail", "email": True}
            self.happens(key, What.CONTACTED, "voicemail", model.handler, party, **said)

    @rule(key=keys)
    def writes_a_note(self, key: str) -> None:
        if self.is_open(key):
            self.happens(key, What.NOTED, "note", self.models[key].handler)

    @rule(key=keys)
    def hands_over(self, key: str) -> None:
        if self.is_open(key) and self.models[key].last("told"):
            self.desk.do(lambda work: work.store.set_handler(key, "H2"))
            self.models[key].handler = "H2"
            self.desk.do(lambda work: settle(work, key))
            self.passes(0)

    @rule(key=keys)
    def fixes_or_closes(self, key: str) -> None:
        if self.is_open(key):
            fixed = self.models[key].last("fixed")
            what, fact = (What.CLOSED, "closed") if fixed else (What.FIXED, "fixed")
            self.happens(key, what, fact, self.models[key].handler, later=[])

    # --- what goes wrong ------------------------------------------------------------------------------
    @rule(who=people, answer=st.sampled_from([REFUSED, RESET]), executed=st.booleans())
    def slack_answers_badly(self, who: str, answer: Answer, executed: bool) -> None:
        self.desk.slack.then(who, answer, executed=executed and answer is RESET)

    @rule(after=st.booleans())
    def the_bot_dies(self, after: bool) -> None:
        """In its next call, before Slack has it or right after; another one starts at once."""
        slack, plain = self.desk.slack, type(self.desk.slack).post

        async def dies(post: Post) -> Answer:
            del slack.post
            self.trouble = self.desk.clock.now
            if after:
                await plain(slack, post)
            self.desk.sender = self.desk.worker()
            raise asyncio.CancelledError

        slack.post = dies  # type: ignore[method-assign]

    # --- the clock ------------------------------------------------------------------------------------
    @rule(minutes=st.one_of(st.integers(1, 20), st.integers(15, 240)))
    def time_passes(self, minutes: int) -> None:
        self.passes(minutes)

    @rule(minutes=st.one_of(st.integers(5, 240), st.integers(240, 4320)))
    def the_bot_is_down(self, minutes: int) -> None:
        self.desk.clock.now += minutes * MINUTE
        self.round()
        self.passes(3)

    @precondition(lambda self: self.models)
    @rule()
    def plans_are_made_anew(self) -> None:
        for key in self.models:
            self.desk.do(lambda work, key=key: settle(work, key))

    def passes(self, minutes: int) -> None:
        """From one due time to the next, as the bot is woken; the clock ends on a whole minute."""
        until = self.desk.clock.now + minutes * MINUTE
        if whole_minute(until) < until:
            until = whole_minute(until) + MINUTE
        while (due := self.desk.database.look(queue.next_run)) is not None and due <= until:
            self.desk.clock.now = max(self.desk.clock.now, due)
            self.round()
        self.desk.clock.now = until

    async def tick(self) -> None:
        sender = self.desk.sender
        await sender.tick()
        assert await sender.flights.landed(60)

    def round(self) -> None:
        """One tick; what it did is what the model owes."""
        now = self.desk.clock.now
        before = {key: model.owed(now) for key, model in self.models.items()}
        unknown = any(row.state.value in posts.IN_FLIGHT for row in self.desk.rows())
        if unknown or any(self.desk.slack.script.values()):
            self.trouble = now
        self.run(self.tick())
        for key, model in self.models.items():
            send, overtaken, waits = ({(n.slot, n.to): n for n in some} for some in before[key])
            went, left = self.news(key, model)
            assert went <= send.keys(), (key, "sent, and not owed", went - send.keys())
            assert left <= overtaken.keys(), (key, "left out, and not overtaken", left - overtaken.keys())
            held = self.held(key, model)
            assert held <= waits.keys() | model.held, (key, "held, and not late by night", held)
            model.held = held
            model.went |= {slot: (whole_minute(now), to, True) for slot, to in went}
            model.went |= {slot: (overtaken[slot, to].at, to, False) for slot, to in left}
            if now - self.trouble > AFTER_TROUBLE:
                missing = {n for n in model.owed(now)[0] if n.at + SPACING <= now}
                assert not missing, (key, "owed, and not sent", missing)
        self.known = len(self.desk.slack.messages)

    # --- reading what the bot did ---------------------------------------------------------------------
    def held(self, key: str, model: Model) -> set[Named]:
        """What the bot keeps back on purpose."""
        rows = self.desk.rows(*COVERED, incident=key)
        return {named(row, model) for row in rows if row.reason.startswith(nudges.HELD)}

    def news(self, key: str, model: Model) -> tuple[set[Named], set[Named]]:
        """What was sent and what was left out since the last look, as the model names it."""
        fresh = Counter(message.n for message in self.desk.slack.messages[self.known :])
        rows = [row for row in self.desk.rows(*COVERED, incident=key) if row.place != "thread"]
        went = [row for row in rows for _ in range(fresh[row.bundle or row.id])]
        names = [named(row, model) for row in went]
        assert len(set(names)) == len(names), (key, "sent twice at once", names)
        left = [row for row in rows if row.reason == nudges.OVERTAKEN and row.id not in self.seen]
        self.seen |= {row.id for row in left}
        return set(names), {named(row, model) for row in left}


def named(row: Post, model: Model) -> Named:
    """The row's slot in the model, and its recipient."""
    step, run = step_of(row.ordinal), row.ordinal // 2 // STEPS
    chain = {"first.half": "half", "upd.pre": "pre"}.get(row.kind, row.kind.split(".")[0])
    number = ACK.index(row.kind) + 1 if chain == "ack" else step + row.kind.endswith(".over")
    return (chain, row.party, model.opened + run * MINUTE, number, bool(row.ordinal % 2)), row.recipient


TestNudging = Nudging.TestCase
TestNudging.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
