"""Where each typed text turns up: everything the bot says about an incident, composed with a mark in each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bot.domain.field import Text
from bot.domain.record import Page
from bot.guide import hub, own_data
from bot.guide.work import Work
from bot.outbox.ports import Moment
from bot.policy import load_policy
from bot.slack import hub_view
from bot.slack.compose import compose
from bot.stages import STAGES
from bot.store import posts
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import Post
from bot.store.store import Store
from bot.words.drafts import DRAFTS, draft
from tests.access.expected import STATES
from tests.access.front import StandingClock
from tests.access.matrix import MARKS
from tests.access.scene import BOSS, HELPER, H, P, R, Scene, build, mark

POLICY = f'[ladder]\nperson = "{BOSS}"\n[contacts]\nprivacy = "{P}"\n'
Place = tuple[str, str]
# Kind of post -> what the page calls the place.
KINDS: Mapping[str, str] = {
    "rcard": "the reporter's card",
    "notice": "the notice to the boss",
    "card": "the team's card",
    "ask": "the request for a yes",
    "offer": "the handover note",
    "legal_note": "the note to the privacy contact",
}


def found_in() -> dict[Place, tuple[str, ...]]:
    """(stage, field) -> places, each once."""
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    found: dict[Place, dict[str, None]] = {}
    with database.engine.begin() as connection:
        work = Work(Store(connection, "T"), StandingClock()(), load_policy(POLICY))
        for where, said in _said(work, build(work)):
            for place in met(said):
                found.setdefault(place, {})[where] = None
    database.close()
    return {place: tuple(wheres) for place, wheres in found.items()}


def met(said: object) -> set[Place]:
    text = json.dumps(said, default=str, ensure_ascii=False)
    return {place for word, place in MARKS.items() if word in text}


def _said(work: Work, scene: Scene) -> Iterator[tuple[str, object]]:
    for state in STATES[2:]:
        key = scene.incident[state]
        _fill(work, key)
        for post in posts.of_incident(work.store, key):
            yield _place(work, post), compose(work.store, [post], work.reload(key), _moment(work))
        for kind in work.policy.nudges:
            yield (
                "reminders",
                compose(work.store, [_reminder(work, key, kind)], work.reload(key), _moment(work)),
            )
        yield from _texts(work, key)
    yield "the reporter's own export", [f.content for f in own_data.about_me(work, R).files]


def _fill(work: Work, key: str) -> None:
    """A mark in each text of the pages that the scene has not saved."""
    incident = work.reload(key)
    for stage in STAGES:
        party = "C1" if stage.per_party else "R2" if stage.per_person else ""
        if incident.page(stage.key, party) is None:
            answers = {
                f.key: f"{mark(stage.key, f.key)} in words" for f in stage.fields if isinstance(f, Text)
            }
            page = Page(stage.key, party, 1, answers, False, incident.handler, work.now, "V")
            work.store.save_page(key, page)


def _place(work: Work, post: Post) -> str:
    return KINDS.get(post.kind, "reminders" if post.kind in work.policy.nudges else "short messages")


def _moment(work: Work) -> Moment:
    return Moment(work.now, work.policy)


def _reminder(work: Work, key: str, kind: str) -> Post:
    party = {"first": "C1", "retry": "C1", "upd": "C1", "act": "1", "gate": "plan", "resume": "more"}
    about = party.get(kind.split(".")[0], "")
    return Post(
        tenant="T", incident=key, kind=kind, recipient=R, party=about, due_at=work.now, data={}, id="p"
    )


def _texts(work: Work, key: str) -> Iterator[tuple[str, object]]:
    incident = work.reload(key)
    for name in DRAFTS:
        for party in (*(p.key for p in incident.parties), ""):
            made = draft(
                name, incident, party=party, names={}, org=work.policy.org, reader_tz="UTC", now=work.now
            )
            yield "drafts", (made.text, made.subject)
    yield "the write-up", [f.content for f in own_data.writeup(work, H, key).files]
    for user in (R, HELPER):
        yield "what happened when", hub_view.course(hub.ledger(work, key, user))
        yield "what was promised", hub_view.ledger(hub.ledger(work, key, user))
