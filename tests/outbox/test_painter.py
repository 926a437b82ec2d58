"""What shows an incident is drawn until it is right, whatever Slack or one of them does."""

from __future__ import annotations

from datetime import timedelta

from bot.outbox.ports import Answer, Body, Verdict
from bot.store import erase, surfaces
from bot.store.posts import Post
from bot.store.store import Store
from tests.outbox.desk import TENANT, Desk


async def drawn(desk: Desk, key: str = "i1") -> Desk:
    """An incident whose card is out and shows what it should."""
    desk.incident(key)
    await desk.at(0)
    await desk.painter.tick()
    desk.slack.drawn.clear()
    return desk


def change(desk: Desk, key: str = "i1") -> None:
    desk.happens(key, desk.told("B"))


async def test_a_change_is_drawn_once(desk: Desk) -> None:
    await drawn(desk)
    change(desk)
    change(desk)
    await desk.painter.tick()
    assert [kind for kind, _ in desk.slack.drawn] == ["rcard"]
    await desk.painter.tick()
    assert len(desk.slack.drawn) == 1


async def test_what_shows_the_right_thing_already_is_not_drawn(desk: Desk) -> None:
    await drawn(desk)
    desk.do(lambda work: surfaces.redraw(work.store, "i1", {"R"}, work.now))
    await desk.painter.tick()
    assert desk.slack.drawn == []


async def test_what_was_taken_from_somebody_is_not_drawn_again(desk: Desk) -> None:
    """It waited to be drawn when its reader had their data erased: the message is deleted, not redrawn."""
    await drawn(desk)
    change(desk)
    desk.do(lambda work: erase.take_part_no_more(work.store, "i1", "R"))
    await desk.painter.tick()
    assert desk.slack.drawn == []


async def test_one_that_cannot_be_drawn_does_not_stop_the_others(desk: Desk) -> None:
    await drawn(desk)
    desk.do(lambda work: surfaces.mark(work.store, "home", "", "R", work.now))
    change(desk)
    desk.slack.undrawable = {"rcard"}
    await desk.painter.tick()
    assert [kind for kind, _ in desk.slack.drawn] == ["home"]
    desk.slack.undrawable = set()
    desk.clock.now += timedelta(seconds=31)
    await desk.painter.tick()
    assert [kind for kind, _ in desk.slack.drawn] == ["home", "rcard"]


async def test_it_is_drawn_again_until_slack_says_yes(desk: Desk) -> None:
    await drawn(desk)
    change(desk)
    answers = [Answer(Verdict.UNKNOWN), Answer(Verdict.WAIT, wait=7.0), Answer(Verdict.PAUSED)]
    tried: list[float] = []
    began = desk.clock.seconds()

    async def redraw(post: Post, body: Body) -> Answer:
        tried.append(desk.clock.seconds() - began)
        return answers.pop(0) if answers else Answer(Verdict.YES)

    desk.slack.redraw = redraw  # type: ignore[method-assign]
    for _ in range(90):
        await desk.painter.tick()
        desk.clock.now += timedelta(seconds=1)
    assert tried == [0, 5, 12, 72]


async def test_a_message_that_is_gone_is_left_alone(desk: Desk) -> None:
    await drawn(desk)
    change(desk)
    tries = 0

    async def redraw(post: Post, body: Body) -> Answer:
        nonlocal tries
        tries += 1
        return Answer(Verdict.NEVER, reason="message_not_found")

    desk.slack.redraw = redraw  # type: ignore[method-assign]
    for _ in range(5):
        await desk.painter.tick()
        desk.clock.now += timedelta(minutes=1)
    assert tries == 1


async def test_a_change_while_it_is_being_drawn_is_drawn_afterwards(desk: Desk) -> None:
    await drawn(desk)
    change(desk)
    plain = desk.slack.redraw

    async def redraw(post: Post, body: Body) -> Answer:
        desk.slack.redraw = plain  # type: ignore[method-assign]
        change(desk)
        desk.do(lambda work: work.store.create("i2", "R", work.now))
        return await plain(post, body)

    desk.slack.redraw = redraw  # type: ignore[method-assign]
    await desk.painter.tick()
    await desk.painter.tick()
    assert desk.database.look(surfaces.next_run) is None


async def test_an_erased_one_is_no_fault(desk: Desk) -> None:
    await drawn(desk)
    change(desk)
    found = desk.database.transact(lambda c: surfaces.dirty(c, desk.clock(), 9))
    desk.database.transact(lambda c: erase.incidents(Store(c, TENANT), ["i1"]))
    for surface in found:
        await desk.painter._draw(surface)
    assert desk.slack.drawn == []
