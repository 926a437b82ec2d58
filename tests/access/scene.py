"""Eight incidents, one in each state, a rehearsal, one whose reporter was erased and one that was itself;
everybody has a part, and each text a mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from bot.domain import field as kinds
from bot.domain.record import Event, What
from bot.domain.stage import Stage
from bot.guide import erasing, saving
from bot.guide.entry import ALPHABET
from bot.guide.work import Work
from bot.playground.server import LocalSlack
from bot.stages import STAGES, find
from bot.store import erase, people, posts
from bot.store import tables as t
from bot.store.people import Person
from bot.store.posts import Post
from tests.access.expected import ALSO, ERASED, FORGOTTEN, PRACTICE, STATES
from tests.house import IDS

TEAM_CHANNEL = "C000ROOM2"  # #delivery: everybody of the staff and the bot
R, H, BOSS, DEPUTY, DUTY = IDS["reporter"], IDS["t1"], IDS["boss"], IDS["deputy"], IDS["lead"]
HELPER, RECEIVER, P = IDS["t2"], IDS["t3"], IDS["privacy"]
GUEST, GONE, ROBOT = IDS["guest"], IDS["deactivated"], IDS["robot"]
# in the channel; runs the bot; neither; was part of it; reported one and had his data erased
EXTRA = ("CARLA", "ADMIN", "MEMBER", "CORA", "FRED")
CARLA, ADMIN, MEMBER, CORA, FRED = (f"U000{name}" for name in EXTRA)
EVERYBODY = (
    *(R, H, BOSS, DEPUTY, DUTY, HELPER, RECEIVER, P),
    *(CARLA, ADMIN, MEMBER, GUEST, GONE, ROBOT, CORA, FRED),
)
IN_CHANNEL = {R, H, BOSS, DEPUTY, DUTY, HELPER, RECEIVER, P, CARLA, GUEST, GONE, ROBOT}


def columns(user: str, state: str) -> set[str]:
    """What that person is in that state, by the columns of `expected`."""
    if state == PRACTICE:
        return {"R", "H"} if user == R else {"gone"} if user in (GONE, ROBOT) else {"member"}
    if state == ERASED:
        return {"guest"} if user == GUEST else {"gone"} if user in (GONE, ROBOT) else {"member"}
    told = state == FORGOTTEN or STATES.index(state) >= STATES.index("told")
    led = told and state != "told"
    live = state not in ("closed", "cancelled")
    handed = state != "draft"
    cast: Mapping[str, set[str]] = {
        R: {"member"} if state == FORGOTTEN else {"R"} if handed else {"R", "H"},
        H: {"H"} if handed else {"member"},
        BOSS: {"lead"} if led else {"first"} if told else {"member"},
        DEPUTY: {"told"} if led else {"first"} if told else {"member"},
        DUTY: {"seen"} if led else {"first"} if told else {"member"},
        HELPER: {"helper"} if told else {"member"},
        RECEIVER: {"receiver"} if told and live else {"member"},
        P: {"P"} if told else {"member"},
        CARLA: {"channel"},
        ADMIN: {"admin"},
        MEMBER: {"member"},
        FRED: {"member"},
        CORA: {"co"} if handed else {"member"},
        GUEST: {"guest"},
        GONE: {"gone"},
        ROBOT: {"gone"},
    }
    return cast[user] | ({"channel"} if user in IN_CHANNEL else set())


def mark(stage: str, key: str) -> str:
    """The word that stands in that field and nowhere else."""
    return "zq" + hashlib.sha256(f"{stage}.{key}".encode()).hexdigest()[:10]


def answer(stage: Stage, field: kinds.Field, work: Work, **given: Any) -> Any:  # noqa: ANN401
    """A stored value that this page takes."""
    if field.key in given:
        return given[field.key]
    later = work.now + timedelta(days=2)
    if isinstance(field, kinds.Text):
        return f"{mark(stage.key, field.key)} in words"
    if isinstance(field, kinds.Choice):
        return field.options[0]
    if isinstance(field, kinds.Moment):
        return (later if field.when == "future" else work.now - timedelta(hours=3)).isoformat()
    if isinstance(field, kinds.Person):
        return DEPUTY
    return later.date().isoformat() if isinstance(field, kinds.Day) else None


@dataclass
class Story:
    """One incident, told one second after the other."""

    work: Work
    key: str
    reporter: str = R

    def at(self) -> Work:
        self.work = replace(self.work, now=self.work.now + timedelta(seconds=1))
        return self.work

    def save(self, page: str, user: str, party: str = "", **given: Any) -> None:  # noqa: ANN401
        """Save a page with a mark in each of its texts, as Next does."""
        work, stage = self.at(), find(page)
        assert stage is not None
        answers = {f.key: answer(stage, f, work, **given) for f in stage.fields}
        saving.save(work, work.reload(self.key), stage, party, answers, user, f"V{page}")

    def sign(self, kind: str, user: str, name: str) -> None:
        """A button or reaction on the newest message of that kind."""
        work = self.at()
        post = posts.newest_of(work.store, self.key, kind)
        assert post is not None
        work.store.signal(post.channel, post.sent_ts, user, name, True, work.now)

    def remind(self, *users: str) -> None:
        """A reminder went to each of them."""
        for number, user in enumerate(users):
            post = Post(
                tenant=self.work.store.tenant, incident=self.key, kind="int.due", party=f"n{number}",
                recipient=user, due_at=self.work.now, data={"in_thread": False, "uncapped": False},
            )  # fmt: skip
            posts.add(self.work.store, post)
        _sent(self.work)


def move_in(slack: LocalSlack) -> None:
    """Five more people: who each of them is, `EXTRA` says."""
    for name in EXTRA:
        person = slack.add_person(name.lower()).person
        slack.workspace.people.pop(person.id)
        person.id = f"U000{name}"
        slack.workspace.people[person.id] = person
    slack.workspace.channels[TEAM_CHANNEL].members |= IN_CHANNEL


def know(work: Work) -> None:
    """Slack has told us about everybody."""
    for user in EVERYBODY:
        kind = {GUEST: "guest", GONE: "gone", ROBOT: "bot"}.get(user, "member")
        people.put(work.store, Person(user, user.title(), "UTC", kind, f"D{user[1:]}", work.now))


@dataclass(frozen=True)
class Scene:
    """`incident`: state -> id; `posts`: (state, kind, recipient) -> id of the newest."""

    at: datetime
    incident: Mapping[str, str]
    posts: Mapping[tuple[str, str, str], str]


def build(work: Work) -> Scene:
    """All of it, in one transaction; every message counts as sent."""
    know(work)
    names = (*STATES, *ALSO)
    ids = {state: f"aaaaa{sign}" for state, sign in zip(names, ALPHABET, strict=False)}
    for state, key in ids.items():
        reporter, link = FRED if state == FORGOTTEN else R, "https://example.org/zqlinkmark"
        work.store.create(key, reporter, work.now, source=link, practice=state == PRACTICE)
        _one(work, "acknowledged" if state in ALSO else state, key, reporter)
    _sent(work)
    found = {
        (state, p.kind, p.recipient): p.id
        for state, key in ids.items()
        for p in posts.of_incident(work.store, key)
    }
    erasing.forget(work, FRED)
    erase.incidents(work.store, [ids[ERASED]])
    work.store.reread()
    know(work)  # Slack tells of him anew with whatever he does next
    _sent(work)
    return Scene(work.now, ids, found)


def _one(work: Work, state: str, key: str, reporter: str) -> None:
    if state == "draft":
        return
    story = Story(replace(work, now=work.now - timedelta(minutes=5)), key, reporter)
    story.save("open", reporter, reach="one", still_going="yes", found_how="self")
    for page in ("stop", "own", "more"):
        story.save(page, reporter, process_tag=None)
    story.save("together", reporter, who=CORA)
    story.save("join", CORA)
    story.save("mine", CORA, "R2")
    known = {"undo": "partly", "money": "none", "reach": "one", "still_going": "yes"}
    story.save("assess", reporter, flags=["personal"], **known)
    story.save("halt", reporter, halt_status="someone_else")
    story.save("handover", reporter, to=H)
    story.save("accept", H)
    story.remind(reporter, H)
    if state != "open":
        _told(story, state)


def _told(story: Story, state: str) -> None:
    story.save("tell", story.reporter, boss=BOSS, how="send", need=["know"], special=[], peer=None)
    story.save("send", story.reporter)
    story.save("legal", story.reporter)
    work = story.at()
    work.store.append(story.key, [Event(work.now, What.ASKED, "", "", {"to": u}) for u in (DEPUTY, DUTY)])
    story.save("team", H, channel=TEAM_CHANNEL, may_name_handler=[])
    _sent(story.work)
    for user in (HELPER, GUEST, GONE, ROBOT):
        story.sign(posts.CARD, user, "button:help")
    story.remind(BOSS, DEPUTY, DUTY, HELPER, P)
    if state != "told":
        _acknowledged(story)
    story.save("handover", H, to=RECEIVER)
    if state in ("fixed", "closed", "reopened"):
        _fixed(story)
    if state in ("closed", "reopened"):
        story.save("debrief", H, "C1", working_ok="yes", satisfied="yes")
        story.save("letgo", story.reporter)
        story.save("close", H)
    if state == "closed":
        story.save("hold", P)
    if state == "cancelled":
        story.save("cancel", H, why="near_miss")
    if state == "reopened":
        story.save("reopen", BOSS)


def _acknowledged(story: Story) -> None:
    """The boss leads; the duty lead has seen it too; a plan waits for its yes; the client was reached."""
    story.sign(posts.NOTICE, BOSS, "button:seen")
    story.sign(posts.NOTICE, DUTY, "eyes")
    story.save("plan", H, fix_kind="redo", cost=100_00, checkpoint_at=None)
    story.save("contact", H, "C1", party_tz="UTC", method="phone")
    story.save("spoke", H, "C1", result="reached")
    story.save("update", H, "C1")


def _fixed(story: Story) -> None:
    story.save("fixed", H, verified_by=DEPUTY, later=[])
    story.save("review", BOSS)
    story.save("prevent", BOSS, owner=H, strength="stronger", tell_client=[], done_proof=None)


def _sent(work: Work) -> None:
    """Whatever waits has gone out, each message at a time of its own."""
    p = t.posts.c
    waiting = work.store.connection.execute(t.posts.select().where(p.sent_ts == "")).all()
    before = work.store.count(t.posts) - len(waiting)
    for number, row in enumerate(waiting, before + 1):
        channel = row.recipient if row.place == "channel" else f"D{row.recipient[1:]}"
        values = {"state": "sent", "channel": channel, "sent_ts": f"17000{number:05}.000100"}
        work.store.connection.execute(
            update(t.posts).where(p.id == row.id).values(sent_at=work.now, first_try_at=work.now, **values)
        )


def text_fields() -> Mapping[str, tuple[str, str]]:
    """Mark -> (stage, field) of every typed text of every page."""
    found = [(s.key, f.key) for s in STAGES for f in s.fields if isinstance(f, kinds.Text)]
    return {mark(*place): place for place in found}
