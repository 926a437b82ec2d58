"""What can't be delivered to one person is said at once, and the ladder goes on without them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refused
from bot.domain.level import Level
from bot.domain.record import Event, What
from bot.guide import erasing, messages, telling
from bot.guide.settling import settle
from bot.outbox.ports import Answer, Verdict
from bot.store import people, rooms
from bot.store.people import Person
from bot.store.posts import NOTICE, UNDELIVERED, State
from tests.outbox.desk import T0, Desk, Message

REASONS = (
    "user_disabled", "cannot_dm_bot", "user_not_found", "restricted_action", "channel_not_found",
    "restricted_action_read_only_channel", "user_not_visible", "messages_tab_disabled",
)  # fmt: skip


def never(reason: str) -> Answer:
    return Answer(Verdict.NEVER, reason=reason)


def text(message: Message) -> str:
    return str(message.body["text"]) + str(message.body.get("blocks", ""))


def named(desk: Desk) -> None:
    """The people of the ladder have names."""

    def put(work: object) -> None:
        for user, name in (("B", "Bea"), ("F1", "Fay"), ("F2", "Lee"), ("R", "Rina"), ("P", "Pat")):
            people.put(work.store, Person(user, name, "UTC", "member", f"D{user}", T0))  # type: ignore[attr-defined]

    desk.do(put)


async def told(
    desk: Desk, *ladder: str, minutes: float = 0, level: Level = Level.LARGE, **data: object
) -> None:
    """R has sent the notice to the first of the ladder."""
    named(desk)
    desk.clock.now = T0 + timedelta(minutes=minutes)
    event = desk.told(*ladder)
    desk.incident("i1", replace(event, data={**event.data, **data}), level=level)
    if not data.get("away"):
        desk.do(lambda work: messages.send(work, work.reload("i1"), NOTICE, ladder[0], text="A mistake"))


async def soon(desk: Desk) -> None:
    """Within seconds: what's due now goes out, and what that brings with it."""
    for _ in range(5):
        await desk.later(seconds=1)


def notes(desk: Desk, channel: str) -> list[str]:
    mine = {p.id for p in desk.rows(UNDELIVERED)}
    return [text(m) for m in desk.slack.to(channel) if m.n in mine]


@pytest.mark.parametrize("reason", REASONS)
async def test_r_the_admins_and_the_next_in_line_hear_of_it_at_once(desk: Desk, reason: str) -> None:
    desk.slack.then("B", never(reason))
    await told(desk, "B", "F1", "F2")
    await soon(desk)
    (to_r,), (to_admins,) = notes(desk, "DR"), notes(desk, "CADMIN")
    assert "couldn't be delivered to Bea" in to_r
    assert "I'm asking Fay instead" in to_r
    assert "couldn't be delivered to Bea" in to_admins
    assert "A mistake" not in to_admins
    (to_fay,) = [text(m) for m in desk.nudges("F1")]
    assert "couldn't be delivered, so it comes to you" in to_fay
    assert "no answer yet" not in to_fay
    assert "A mistake" in to_fay
    assert desk.clock.now < T0 + timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["gone", "bot", "outside"])
async def test_so_it_is_for_an_account_that_can_get_nothing(desk: Desk, kind: str) -> None:
    await told(desk, "B", "F1", "F2")
    desk.do(lambda work: people.put(work.store, Person("B", "Bea", "UTC", kind, "", desk.clock.now)))  # type: ignore[arg-type]
    desk.slack.kinds["B"] = kind  # type: ignore[assignment]
    await soon(desk)
    assert "couldn't be delivered to Bea" in notes(desk, "DR")[0]
    assert "so it comes to you" in text(desk.nudges("F1")[0])


async def test_no_conversation_can_be_opened_with_them(desk: Desk) -> None:
    desk.slack.opened = never("cannot_dm_bot")
    named(desk)
    desk.do(lambda work: people.put(work.store, Person("X", "Xenia", "UTC", "member", "", desk.clock.now)))
    desk.incident("i1", desk.told("X", "F1", "F2"))
    desk.do(lambda work: messages.send(work, work.reload("i1"), NOTICE, "X", text="A mistake"))
    await soon(desk)
    assert "that's a bot" in notes(desk, "DR")[0]
    assert desk.nudges("F1")


async def test_the_ladder_goes_on_from_there_and_leaves_them_out(desk: Desk) -> None:
    desk.slack.then("B", never("user_disabled"))
    await told(desk, "B", "F1", "F2")
    await soon(desk)
    for minute in (14, 15, 16, 30, 31):
        await desk.at(minute)
    assert [p.kind for p in desk.rows("ack.1")] == []
    assert desk.row("ack.3", "F2").sent_at == T0 + timedelta(minutes=15)
    assert desk.row("ack.end", "CADMIN", "channel").sent_at == T0 + timedelta(minutes=30)
    assert desk.nudges("B") == []


async def test_a_rung_later_that_cannot_be_delivered_to_is_passed_at_once_too(desk: Desk) -> None:
    await told(desk, "B", "F1", "F2")
    await desk.at(15)
    desk.slack.then("F1", never("user_disabled"))
    await desk.at(30)
    await soon(desk)
    assert "couldn't be delivered to Fay" in notes(desk, "DR")[0]
    assert "I'm asking Lee instead" in notes(desk, "DR")[0]
    assert "couldn't be delivered to Fay" in notes(desk, "CADMIN")[0]
    assert desk.row("ack.3", "F2").sent_at
    assert "no answer yet, so it comes to you" in text(desk.nudges("F2")[0])


async def test_with_no_one_left_the_admins_are_asked_for_a_lead_at_once(desk: Desk) -> None:
    desk.slack.then("B", never("user_disabled"))
    await told(desk, "B")
    await soon(desk)
    assert "tell someone yourself" in notes(desk, "DR")[0]
    assert "ack.end" in desk.kinds(desk.slack.to("CADMIN"))


async def test_only_my_boss_ends_there_and_no_one_is_said_not_to_have_answered(desk: Desk) -> None:
    desk.slack.then("B", never("user_disabled"))
    await told(desk, "B", "F1", only_boss=True)
    await soon(desk)
    assert "pick someone else" in notes(desk, "DR")[0]
    for minute in (15, 16, 30, 31, 45):
        await desk.at(minute)
    assert not desk.nudges("F1")
    assert not desk.rows("ack.1")


async def test_the_boss_is_away_and_the_deputy_cannot_be_reached(desk: Desk) -> None:
    desk.slack.then("F1", never("user_disabled"))
    await told(desk, "B", "F1", "F2", away=True, notified=[])
    await soon(desk)
    assert "couldn't be delivered to Fay" in notes(desk, "DR")[0]
    assert "Bea is away, and what Rina wrote couldn't be delivered to Fay" in text(desk.nudges("F2")[0])


async def test_the_admins_channel_itself_cannot_be_reached(desk: Desk) -> None:
    desk.slack.then("CADMIN", never("channel_not_found"))
    await told(desk, "B")
    for minute in (0, 1, 15, 30, 45, 60):
        await desk.at(minute)
    await soon(desk)
    assert "admins' channel" in notes(desk, "DR")[0]


async def test_who_is_not_named_in_the_policy_is_not_named_to_the_admins(desk: Desk) -> None:
    desk.slack.then("X", never("user_disabled"))
    desk.do(lambda work: people.put(work.store, Person("X", "Xenia", "UTC", "member", "DX", T0)))
    await told(desk, "X", "F1")
    await soon(desk)
    assert "Xenia" in notes(desk, "DR")[0]
    assert "Xenia" not in notes(desk, "CADMIN")[0]


@pytest.mark.parametrize("arrived", [True, False])
async def test_once_it_has_arrived_they_are_told_like_anyone(desk: Desk, arrived: bool) -> None:
    desk.slack.then("B", never("restricted_action"))
    await told(desk, "B", only_boss=True)
    await soon(desk)
    assert desk.look(lambda store: store.load("i1").untold)
    assert desk.look(lambda store: store.load("i1").told_members) == ()
    desk.do(lambda work: telling.decide(work, desk.row(NOTICE).id, "R", arrived=arrived))
    await soon(desk)
    assert desk.row(NOTICE).state is State.SENT
    assert desk.look(lambda store: store.load("i1").told_members) == ("B",)
    assert not desk.look(lambda store: store.load("i1").untold)
    await desk.at(16)
    assert desk.row("ack.1", "B").sent_at


@pytest.mark.parametrize("since", [What.CLOSED, What.CANCELLED, What.WITHDRAWN, What.TOLD])
async def test_send_again_says_so_where_it_would_not_go_out_any_more(desk: Desk, since: What) -> None:
    """The button of an old card: what couldn't be delivered stays that, and isn't dropped without a word."""
    desk.slack.then("B", never("restricted_action"))
    await told(desk, "B", only_boss=True)
    await soon(desk)
    notice, data = desk.row(NOTICE), {"how": "self", "boss": "F1"} if since is What.TOLD else {}
    desk.happens("i1", Event(desk.clock.now, since, "R", "", data))
    with pytest.raises(Refused, match="not_sent"):
        desk.do(lambda work: telling.decide(work, notice.id, "R", arrived=False))
    assert desk.row(NOTICE).state is State.BLOCKED


async def test_a_reminder_that_fails_does_not_make_the_notice_unsent(desk: Desk) -> None:
    await told(desk, "B", "F1", "F2")
    await desk.at(0)
    desk.slack.then("B", never("user_disabled"))
    await desk.at(15)
    await soon(desk)
    assert not desk.look(lambda store: store.load("i1").untold)
    assert desk.row("ack.2", "F1").sent_at == T0 + timedelta(minutes=15)


@pytest.mark.parametrize("kind", ["offer", "ask", "along", "legal_note"])
async def test_what_someone_sent_to_one_person_by_hand_comes_back_to_them(desk: Desk, kind: str) -> None:
    named(desk)
    desk.incident("i1")
    desk.happens("i1", Event(desk.clock(), What.OFFERED, "R", data={"to": "P"}))
    desk.slack.then("P", never("user_disabled"))
    data = {"gate": "plan"} if kind == "ask" else {"text": "facts"}
    desk.do(lambda work: messages.send(work, work.reload("i1"), kind, "P", sender="R", **data))
    await soon(desk)
    assert "couldn't be delivered to Pat" in notes(desk, "DR")[0]
    assert notes(desk, "CADMIN") == []


@pytest.mark.parametrize("kind", ["passed_on", "reply_changed"])
async def test_whoever_replied_hears_that_the_reporter_cannot_read_it(desk: Desk, kind: str) -> None:
    await told(desk, "B", "F1")
    await soon(desk)
    desk.slack.then("R", never("user_disabled"))
    desk.do(lambda work: messages.send(work, work.reload("i1"), kind, "R", sender="B", text="Refund it"))
    await soon(desk)
    (note,) = notes(desk, "DB")
    assert "repl" in note
    assert "couldn't be delivered to Rina: their Slack account isn't active" in note
    assert "Refund it" not in note
    assert notes(desk, "CADMIN") == []


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("is_archived", "archived"),
        ("channel_not_found", "not in it"),
        ("restricted_action", "doesn't take it"),
    ],
)
async def test_a_card_that_cannot_be_posted_is_news_to_whoever_waits_for_help(
    desk: Desk, reason: str, why: str
) -> None:
    """R's own card says so too, but a redraw pings no one."""
    await told(desk, "B")
    desk.slack.then("C1TEAM", never(reason))
    desk.do(lambda work: rooms.use(work.store, work.reload("i1"), "C1TEAM", "R", work.now))  # type: ignore[attr-defined]
    await soon(desk)
    (note,) = notes(desk, "DR")
    assert "The card for the team hasn't been posted" in note
    assert why in note
    assert notes(desk, "CADMIN") == []


async def test_a_room_that_cannot_be_made_is_news_too(desk: Desk) -> None:
    await told(desk, "B")
    desk.slack.then("i1", never("restricted_action"))
    desk.do(lambda work: rooms.wish(work.store, work.reload("i1"), "R", work.now))  # type: ignore[attr-defined]
    await soon(desk)
    assert "couldn't be made" in notes(desk, "DR")[0]


async def test_a_legal_reminder_that_cannot_be_delivered_is_said_to_the_reporter(desk: Desk) -> None:
    """The clock runs on: someone has to know that no one is reminded of it any more."""
    await told(desk, "B")
    desk.slack.then("P", never("user_disabled"))
    said = {"to": "P", "aware_at": T0.isoformat()}
    desk.happens("i1", Event(desk.clock(), What.LEGAL_SENT, "R", data=said))
    await soon(desk)
    (note,) = notes(desk, "DR")
    assert "A reminder of the legal deadline couldn't be delivered to Pat" in note
    assert "speak to them in person" in note


async def test_the_duty_lead_who_is_notified_of_itself_cannot_be_reached(desk: Desk) -> None:
    named(desk)
    desk.policy = replace(desk.policy, auto_notify=True)
    desk.sender = desk.worker()
    desk.incident("i1", level=Level.CRITICAL)
    desk.slack.then("F2", never("user_disabled"))
    await desk.at(10)
    desk.do(lambda work: settle(work, "i1"))
    await desk.at(20)
    await soon(desk)
    (note,) = notes(desk, "DR")
    assert "The message to the duty lead couldn't be delivered to Lee" in note


@pytest.mark.parametrize(("ladder", "only"), [(("B", "F1"), True), (("B",), True), (("B",), False)])
async def test_a_boss_who_erased_is_not_said_to_be_reminded(
    desk: Desk, ladder: tuple[str, ...], only: bool
) -> None:
    """With no one else to ask, R is asked to tell someone, and hears of no reminder that no one gets."""
    await told(desk, *ladder, only_boss=only)
    await soon(desk)
    desk.do(lambda work: erasing.forget(work, "B"))  # type: ignore[arg-type]
    for minute in (0.1, 1, 15, 16, 30, 31, 45, 46):
        await desk.at(minute)
    said = [text(m) for m in desk.slack.to("DR")]
    assert [s for s in said if "no one is next in line" in s and "tell someone yourself" in s]
    assert not [s for s in said if "Reminder" in s or "I'll ask the next" in s]
    assert not desk.nudges("F1")


async def test_what_may_have_arrived_is_not_said_to_be_lost(desk: Desk) -> None:
    desk.slack.then("B", Answer(Verdict.UNKNOWN, reason="reset"))
    desk.slack.unfindable = Answer(Verdict.UNKNOWN, reason="unreadable")
    await told(desk, "B", "F1")
    await soon(desk)
    await desk.at(1)
    assert desk.row(NOTICE).state is State.UNCERTAIN
    assert notes(desk, "DR") == []
    assert not desk.nudges("F1")


async def test_by_night_at_small_what_r_sent_goes_on_at_once(desk: Desk) -> None:
    desk.slack.then("B", never("user_disabled"))
    await told(desk, "B", "F1", minutes=10 * 60, level=Level.SMALL)
    await soon(desk)
    assert desk.nudges("F1")
