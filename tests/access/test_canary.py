"""A mark in every typed text of every page: who may not know it never meets it, wherever a text can go."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.guide import entry, hub, own_data
from bot.guide.work import Work
from bot.outbox.ports import Moment
from bot.policy import load_policy
from bot.slack import hub_view
from bot.slack.compose import compose
from bot.slack.messenger import SlackMessenger
from bot.store import posts, surfaces
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import HOME, Post
from bot.store.store import Store
from bot.store.surfaces import Surface
from tests.access.acts import ACTS
from tests.access.expected import CO_OWN, PRIVATE, STATES
from tests.access.front import StandingClock, open_front
from tests.access.matrix import MARKS, Table, dump, put_back, visible
from tests.access.scene import (
    BOSS,
    CORA,
    EVERYBODY,
    HELPER,
    TEAM_CHANNEL,
    H,
    P,
    R,
    Scene,
    build,
    columns,
    move_in,
)
from tests.crash.rig import share

ADMINS = "C000ADMINS"
POLICY = f'[ladder]\nperson = "{BOSS}"\n[contacts]\nprivacy = "{P}"\nadmins_channel = "{ADMINS}"\n'
# What the team's card says: the effect, what is paused, how to help (product.md 0.4).
ON_CARD = {("assess", "affected"), ("halt", "halt_action"), ("team", "helpers_needed")}


@pytest.fixture(scope="module")
def work() -> Iterator[Work]:
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    with database.engine.begin() as connection:
        made = Work(Store(connection, "T000LOCAL"), StandingClock()(), load_policy(POLICY))
        yield made
    database.close()


@pytest.fixture(scope="module")
def scene(work: Work) -> Scene:
    return build(work)


def met(text: object) -> set[tuple[str, str]]:
    said = json.dumps(text, default=str, ensure_ascii=False)
    return {place for word, place in MARKS.items() if word in said}


HOLD = {("hold", "reason")}  # the reporter is told why a record is kept


def known_to(user: str, state: str) -> set[tuple[str, str]]:
    if user == TEAM_CHANNEL:
        return ON_CARD
    return {MARKS[word] for word in visible(user, state, happened=False)} if user in EVERYBODY else set()


def unknown(work: Work, post: Post, state: str) -> set[tuple[str, str]]:
    """What a message says that its reader may not know."""
    moment = Moment(work.now, work.policy)
    body = compose(work.store, [post], work.store.load(post.incident), moment)
    return met(body) - (set() if post.place == "thread" else known_to(post.recipient, state))


@pytest.mark.parametrize("state", STATES)
def test_every_message_of_the_scene(work: Work, scene: Scene, state: str) -> None:
    sent = posts.of_incident(work.store, scene.incident[state])
    assert {(p.kind, p.recipient): unknown(work, p, state) for p in sent if unknown(work, p, state)} == {}


@pytest.mark.parametrize("state", STATES)
def test_every_reminder_to_everybody_it_could_reach(work: Work, scene: Scene, state: str) -> None:
    """In their DM, its twin in the team's thread, and in the admins' channel."""
    places = [(u, "dm") for u in EVERYBODY if columns(u, state) & REMINDED]
    places += [(TEAM_CHANNEL, "thread"), (ADMINS, "channel")]
    found = {}
    for kind, rule in work.policy.nudges.items():
        for user, place in places:
            if place == "thread" and not rule.in_thread:
                continue
            if kind.startswith("ack.") and user != ADMINS and not columns_of(user, state) & LADDER:
                continue  # brings the notice to the ladder, whom it is for
            post = Post(
                tenant="T000LOCAL", incident=scene.incident[state], kind=kind, recipient=user, place=place,
                party=PARTY.get(kind.split(".")[0], ""), due_at=work.now, data={}, id="p",
            )  # fmt: skip
            found[kind, user, place] = unknown(work, post, state)
    assert {key: marks for key, marks in found.items() if marks} == {}


REMINDED = {"R", "H", "lead", "first", "told", "seen", "P", "helper", "receiver"}


def columns_of(user: str, state: str) -> set[str]:
    return columns(user, state) if user in EVERYBODY else set()


LADDER = {"R", "first", "told", "seen", "lead"}
PARTY = {"first": "C1", "retry": "C1", "upd": "C1", "deb": "C1", "act": "1", "gate": "plan", "resume": "more"}


def test_every_home(work: Work, scene: Scene) -> None:
    """Home shows one's own incidents, and those one has joined, and no others."""
    messenger = SlackMessenger.__new__(SlackMessenger)  # composing needs no client
    for user in EVERYBODY:
        surfaces.mark(work.store, HOME, "", user, work.now)
        shown = messenger.compose_surface(
            work.store, Surface("T000LOCAL", HOME, "", user, 1), None, Moment(work.now, work.policy)
        )
        assert bool(met(shown)) == (user in (R, H, CORA)), user
        next_step = {("contact", "party_name")} if user == H else set()  # "Call …" is theirs to do
        assert met(shown) <= {("open", "summary")} | next_step, user


def test_every_list(work: Work, scene: Scene) -> None:
    for user in EVERYBODY:
        answer = entry.command(work, user, "list") if user not in GONE else None
        shown = [i.answer("open", "summary") for i in answer.values["incidents"]] if answer else []  # type: ignore[union-attr]
        assert bool(met(shown)) == (user in (R, H, CORA)), user


GONE = {"U000DAVE", "U000ROBOT"}


def test_every_export(work: Work, scene: Scene) -> None:
    """Of oneself: what one typed; R's private answers are in R's alone."""
    private = {("own", "own_line"), ("more", "q4_differently"), ("letgo", "note_to_self")}
    for user in EVERYBODY:
        if user in GONE:
            continue
        parcel = own_data.about_me(work, user)
        marks = met([f.content for f in parcel.files])
        assert (marks & private == private) == (user == R), user
        assert (marks & CO_OWN == CO_OWN) == (user == CORA), user
        part = any(columns(user, state) & {"R", "H", "lead"} for state in STATES)
        assert part or marks <= TYPED_BY.get(user, set()), user


TYPED_BY = {P: {("hold", "reason"), ("legal", "text"), ("send", "text")}, CORA: CO_OWN}


@pytest.mark.parametrize("state", STATES[2:])
def test_write_ups_hold_no_private_answer(work: Work, scene: Scene, state: str) -> None:
    for user in (R, H, BOSS):
        if user == BOSS and "lead" not in columns(user, state):
            continue
        made = own_data.writeup(work, user, scene.incident[state])
        assert met([f.content for f in made.files]) & PRIVATE == set()
        assert "zqlinkmark" not in str([f.content for f in made.files])


def test_what_happened_when_holds_nothing_typed(work: Work, scene: Scene) -> None:
    named = {("contact", "party_name")}
    for state in STATES[2:]:
        for user in (R, H, HELPER):
            known = hub.ledger(work, scene.incident[state], user)
            may = (HOLD if user == R else set()) | (named if user != HELPER else set())
            assert met(hub_view.course(known)) <= may, (state, user)
            assert met(hub_view.ledger(known)) <= named, (state, user)


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """The bot's own logging at DEBUG, into a buffer, and back to how it was."""
    root = logging.getLogger()
    before, level, heard = root.handlers[:], root.level, io.StringIO()
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    logs.configure("DEBUG")
    every_line = logging.StreamHandler(heard)  # as the bot writes them, and none left out
    every_line.setFormatter(logs.JsonLines())
    root.handlers[:] = [every_line]
    yield heard
    root.handlers[:] = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


@pytest.mark.parametrize("transport", share(["http", "socket"], 2))
async def test_no_log_line_holds_what_was_typed(
    tmp_path: Path, transport: str, everything_logged: io.StringIO
) -> None:
    """Every act by everybody, in three states, with DEBUG on."""
    async with open_front(tmp_path, transport, move_in) as front:
        scene = await front.set_scene()
        golden: Any = await front.database.read(dump)
        await front.database.write(put_back, golden)
        table = Table(front, scene, tmp_path, golden)
        for act in ACTS:
            for user in (R, H, BOSS, "U000MEMBER"):
                await table.run(act, user, "acknowledged")
        table.rows.close()
    said = everything_logged.getvalue()
    assert '"level": "debug"' in said
    assert met(said) == set()
    assert "zqlinkmark" not in said
