"""What's put on a message that holds the boss's notice is Seen, and acts on no other chain in it (0.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.record import Event, Party, What
from bot.guide import signals
from bot.guide.signals import Where
from bot.store.posts import Post, State
from tests.outbox.desk import T0, Desk


def begun(desk: Desk, *events: Event, only_boss: bool = False, told_at: float = 45, **more: str) -> None:
    """Large: the boss is told so that the first rung falls into the minute of the reminder asked for."""
    desk.clock.now = T0
    desk.incident("i1", **more)
    desk.do(lambda work: work.store.save_party("i1", Party("C1", "client", "Acme")))
    desk.clock.now = T0 + timedelta(minutes=told_at)
    told = desk.told("B", "F1", "F2")
    desk.happens("i1", Event(told.at, told.what, "R", "", {**told.data, "only_boss": only_boss}), *events)


async def one_message(desk: Desk, minutes: float, recipient: str, *kinds: str) -> Post:
    """The post whose message holds all of these kinds, for that person."""
    desk.clock.now = T0 + timedelta(minutes=minutes)
    await desk.tick()
    mine = [p for p in desk.rows(*kinds) if p.recipient == recipient and p.sent_at == desk.clock.now]
    assert {p.kind for p in mine} == set(kinds)
    assert len({p.sent_ts for p in mine}) == 1
    return mine[0]


def react(desk: Desk, post: Post, who: str, emoji: str) -> None:
    desk.clock.now += timedelta(minutes=2)
    where = Where(post.channel, post.sent_ts)
    desk.do(lambda work: signals.reaction(work, where, who, emoji, desk.clock.now, added=True))


def pending(desk: Desk, kind: str, who: str) -> list[float]:
    """In how many minutes after T0 that reminder is due for that person."""
    mine = [p for p in desk.rows(kind) if p.recipient == who and p.state is State.PENDING]
    return [(p.due_at - T0) / timedelta(minutes=1) for p in mine]


@pytest.mark.parametrize("emoji", ["eyes", "white_check_mark", "heavy_check_mark", "fire"])
async def test_a_reaction_on_the_notice_leaves_first_contact_as_it_was(desk: Desk, emoji: str) -> None:
    """👀 would hold the client's chain, ✅ would settle it, and no client was reached."""
    begun(desk, told_at=105)
    post = await one_message(desk, 120, "B", "ack.1", "first.due")
    react(desk, post, "B", emoji)
    assert desk.look(lambda store: store.load("i1").lead) == "B"
    assert pending(desk, "first.over", "R") == [150]
    assert pending(desk, "first.over", "B") == [150]


async def test_nor_does_a_tick_on_the_second_reminder_to_the_one_boss(desk: Desk) -> None:
    begun(desk, told_at=90, only_boss=True)
    await one_message(desk, 105, "B", "ack.1")
    later = await one_message(desk, 120, "B", "ack.2", "first.due")
    react(desk, later, "B", "white_check_mark")
    assert pending(desk, "first.over", "R") == [150]


async def test_nor_does_it_settle_an_approval_asked_of_the_same_person(desk: Desk) -> None:
    asked = Event(T0 + timedelta(minutes=45), What.ASKED_GATE, "R", data={"gate": "plan", "holder": "B"})
    begun(desk, asked)
    post = await one_message(desk, 60, "B", "ack.1", "gate")
    react(desk, post, "B", "white_check_mark")
    assert pending(desk, "gate", "B") == [75]


async def test_nor_a_handover_offered_to_the_next_rung(desk: Desk) -> None:
    offered = Event(T0 + timedelta(minutes=60), What.OFFERED, "R", data={"to": "F1"})
    begun(desk, offered)
    await one_message(desk, 60, "B", "ack.1")
    post = await one_message(desk, 75, "F1", "ack.2", "hand.wait")
    react(desk, post, "F1", "white_check_mark")
    assert pending(desk, "hand.boss", "F1") == [90]


async def test_taken_back_it_is_seen_by_no_one_and_still_no_tick(desk: Desk) -> None:
    begun(desk, told_at=105)
    post = await one_message(desk, 120, "B", "ack.1", "first.due")
    react(desk, post, "B", "eyes")
    where = Where(post.channel, post.sent_ts)
    desk.clock.now += timedelta(minutes=1)
    desk.do(lambda work: signals.reaction(work, where, "B", "eyes", desk.clock.now, added=False))
    assert desk.look(lambda store: store.load("i1").lead) == ""
    assert pending(desk, "first.over", "R") == [150]


async def test_a_tick_on_a_reminder_of_that_chain_still_settles_it(desk: Desk) -> None:
    begun(desk, told_at=100)
    post = await one_message(desk, 120, "R", "first.due")
    react(desk, post, "R", "white_check_mark")
    assert pending(desk, "first.over", "R") == []


async def test_with_only_my_boss_r_is_sent_no_notice_so_their_tick_counts(desk: Desk) -> None:
    """R's copy says that the boss is reminded; the reminder beside it is R's own to tick."""
    begun(desk, told_at=105, only_boss=True)
    post = await one_message(desk, 120, "R", "ack.1", "first.due")
    react(desk, post, "R", "white_check_mark")
    assert pending(desk, "first.over", "R") == []
