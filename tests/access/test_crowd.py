"""Fifty people press the same button in the same moment: it happens once, and the others are told by whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.playground.server import LocalSlack
from bot.slack import routes
from tests.access.acts import Act, Try, on_post, right, submit
from tests.access.front import Front, open_front
from tests.access.scene import BOSS, DEPUTY, DUTY, TEAM_CHANNEL, H, Scene, move_in
from tests.edge.acts import rows

FIFTY = 50
PATIENT = 60.0  # seconds: who did it is asked here; how fast answers come, `make burst` prints
HELP = Act("help", on_post("card.help", "card", TEAM_CHANNEL, TEAM_CHANNEL), right("offer help"))
YES = Act("yes", on_post("answer.yes", "ask", BOSS), right("approve late"), later=timedelta(hours=6))


def crowd(slack: LocalSlack) -> None:
    move_in(slack)
    slack.ack_timeout = PATIENT
    for number in range(FIFTY):
        slack.add_person(f"extra{number}")


@pytest.fixture
async def front(tmp_path: Path, transport: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Front]:
    monkeypatch.setattr(routes, "PERSON_SECONDS", PATIENT)
    async with open_front(tmp_path, transport, crowd) as opened:
        yield opened


@pytest.fixture
async def scene(front: Front) -> Scene:
    return await front.set_scene()


async def together(front: Front, scene: Scene, act: Act, state: str, *people: str) -> dict[str, list[str]]:
    """All of them at once; what each was told beside the act."""
    query, key = "SELECT stage, version FROM pages WHERE incident = :key", {"key": scene.incident[state]}
    drawn = await front.database.read(lambda c: {r.stage: r.version for r in c.execute(text(query), key)})

    def attempt(user: str) -> Try:
        person, now = front.slack.workspace.people[user], int(front.now().timestamp())
        return Try(front.slack.core, person, scene, state, now, lambda page, party: drawn.get(page, 0))

    deliveries = [act.build(attempt(user)) for user in people]
    done = await asyncio.gather(*(front.slack.outbound.send(one) for one in deliveries))
    assert {one.status for one in done} == {200}
    await front.settle()
    heard = front.slack.workspace.ephemerals
    answers = {user: [m.text for m in heard.get(user, [])] for user in people}
    for one, user in zip(done, people, strict=True):
        answers[user] += [str(one.body)] if one.body else []
    return answers


def extras(front: Front) -> list[str]:
    return [
        user for user, person in front.slack.workspace.people.items() if person.handle.startswith("extra")
    ]


def events(folder: Path, scene: Scene, state: str, what: str) -> list[tuple[str]]:
    query = "SELECT actor FROM events WHERE incident = ? AND what = ? ORDER BY seq"
    return list(rows(folder, query, scene.incident[state], what))


async def test_a_plan_is_approved_once(front: Front, scene: Scene, tmp_path: Path) -> None:
    """The lead, two rungs once the lead has been silent, and forty-seven who have no say."""
    front.now.at += YES.later
    people = [BOSS, DEPUTY, DUTY, *extras(front)[: FIFTY - 3]]
    said = await together(front, scene, YES, "acknowledged", *people)
    ((first,),) = events(tmp_path, scene, "acknowledged", "approved")
    for user in (BOSS, DEPUTY, DUTY):
        told = " ".join(said[user])
        assert (f"{front_name(first)} has done this already" in told) == (user != first), told
    others = {" ".join(said[user]) for user in people[3:]}
    assert len(others) == 1
    assert "I can't find that" in others.pop()


def front_name(user: str) -> str:
    """The name under which the scene's people are known."""
    return user.title()


async def test_one_person_pressing_fifty_times_does_it_once(
    front: Front, scene: Scene, tmp_path: Path
) -> None:
    said = await together(front, scene, YES, "acknowledged", *[BOSS] * FIFTY)
    assert events(tmp_path, scene, "acknowledged", "approved") == [(BOSS,)]
    assert said == {BOSS: []}


async def test_a_handover_is_accepted_once(front: Front, scene: Scene, tmp_path: Path) -> None:
    """Only the receiver can; fifty windows of theirs, and everybody else's."""
    act = Act("accept", submit("accept"), right("accept"))
    receiver = "U000XIAOMING"
    before = len(events(tmp_path, scene, "told", "accepted"))
    await together(front, scene, act, "told", *[receiver] * 25, *extras(front)[:25])
    assert len(events(tmp_path, scene, "told", "accepted")) == before + 1
    assert rows(tmp_path, "SELECT handler FROM incidents WHERE id = ?", scene.incident["told"]) == [
        (receiver,)
    ]


async def test_a_chapter_is_closed_once_and_the_slower_one_hears_by_whom(
    front: Front, scene: Scene, tmp_path: Path
) -> None:
    said = await together(front, scene, Act("close", submit("close"), right("finish")), "fixed", H, BOSS)
    ((first,),) = events(tmp_path, scene, "fixed", "closed")
    slower = BOSS if first == H else H
    assert "already" not in " ".join(said[first])
    assert f"{front_name(first)} has done this already" in " ".join(said[slower])


async def test_seen_by_fifty_makes_one_lead(front: Front, scene: Scene, tmp_path: Path) -> None:
    act = Act("seen", on_post("notice.seen", "notice", BOSS), right("acknowledge"))
    people = [DEPUTY, BOSS, DUTY, *extras(front)[: FIFTY - 3]]
    await together(front, scene, act, "told", *people)
    told = await front.database.read(lambda c: front.work(c).reload(scene.incident["told"]))
    signs = [s.user for s in told.acknowledgements()]
    assert sorted(signs) == sorted([BOSS, DEPUTY, DUTY])
    assert told.lead == signs[0]


def helping(folder: Path) -> set[str]:
    return {user for (user,) in rows(folder, "SELECT user FROM signals WHERE name = 'button:help'")}


async def test_help_by_fifty_is_fifty_helpers(front: Front, scene: Scene, tmp_path: Path) -> None:
    await together(front, scene, HELP, "told", *extras(front))
    assert set(extras(front)) <= helping(tmp_path)


@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.4])
async def test_of_fifty_at_once_those_who_come_too_late_are_told_and_may_press_again(
    front: Front, scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr(routes, "PERSON_SECONDS", seconds)
    said = await together(front, scene, HELP, "told", *extras(front))
    missed = set(extras(front)) - helping(tmp_path)
    told = {user for user in extras(front) if "couldn't do that just now" in " ".join(said[user])}
    assert missed <= told
    monkeypatch.setattr(routes, "PERSON_SECONDS", PATIENT)
    await together(front, scene, HELP, "told", *missed)
    assert set(extras(front)) <= helping(tmp_path)
