"""Who was asked: the event that says so stands only beside a message that's out, or on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete

from bot.domain.incident import Incident
from bot.domain.record import Event, Party, What
from bot.guide import telling
from bot.guide.work import Work
from bot.outbox import owed
from bot.outbox.pace import Pace
from bot.outbox.ports import Answer, Verdict
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import State
from tests.outbox.desk import REFUSED, RESET, T0, Desk, in_memory
from tests.outbox.test_undelivered import told

LIMITED = Answer(Verdict.WAIT, wait=90.0, reason="ratelimited")
NOT_OUT = pytest.mark.parametrize("answer", [LIMITED, REFUSED, RESET], ids=["429", "refused", "lost"])


@pytest.fixture
def desk() -> Desk:
    """Without a file; what differs between the databases is `test_no_one_counts…`'s matter."""
    return in_memory()


def incident(desk: Desk) -> Incident:
    return desk.look(lambda store: store.load("i1"))  # type: ignore[return-value]


def asked(desk: Desk) -> list[str]:
    return [str(e.data["to"]) for e in incident(desk).all(What.ASKED)]


async def reminded(desk: Desk, *answers: Answer) -> None:
    """B has the notice, and a reminder a quarter of an hour later, to which Slack answers so."""
    desk.sender = desk.worker(Pace(spacing=0.0, monotonic=desk.clock.seconds))
    await told(desk, "B", "F1", "F2")
    await desk.at(0)
    desk.slack.then("B", *answers)
    await desk.at(15)


async def first_step_fails(desk: Desk, answer: Answer) -> None:
    """F1's step is claimed, and Slack doesn't take it."""
    await reminded(desk)
    desk.slack.then("F1", *[answer] * 9)
    await desk.at(30)
    if answer is RESET:
        await desk.at(30, seconds=20)  # it's looked for, and isn't there
    assert desk.row("ack.2").state is State.PENDING


@NOT_OUT
async def test_no_one_counts_as_asked_by_what_is_surely_not_out(database: Database, answer: Answer) -> None:
    desk = Desk(database)
    await first_step_fails(desk, answer)
    assert asked(desk) == []
    assert incident(desk).told_members == ("B",)


@NOT_OUT
async def test_a_silence_after_it_asks_the_next_and_says_nothing_untrue_of_her(
    desk: Desk, answer: Answer
) -> None:
    await first_step_fails(desk, answer)
    await desk.at(50)
    await desk.at(51)
    assert (desk.row("ack.2").reason, desk.row("ack.3").state) == ("overtaken", State.SENT)
    assert asked(desk) == ["F2"]
    assert desk.nudges("F1") == []


@pytest.mark.parametrize("what", [What.APPROVED, What.WITHDRAWN, What.CANCELLED])
async def test_what_ends_the_asking_meanwhile_leaves_her_out(desk: Desk, what: What) -> None:
    """Someone answers, R takes it back, it's over: she's sent nothing, not even that it's over."""
    await first_step_fails(desk, LIMITED)
    actor = "B" if what is What.APPROVED else "R"
    if what is What.CANCELLED:
        desk.do(lambda work: telling.all_clear(work, work.reload("i1"), "test"))
    desk.happens("i1", Event(desk.clock.now, what, actor, data={"gate": "plan", "why": "test"}))
    await desk.at(120)
    assert asked(desk) == []
    assert desk.nudges("F1") == []


async def test_she_is_asked_once_it_goes_out_and_once_in_the_record(desk: Desk) -> None:
    await reminded(desk)
    desk.slack.then("F1", LIMITED, REFUSED)
    for minutes in (30, 32, 34):
        await desk.at(minutes)
    assert desk.row("ack.2").state is State.SENT
    assert asked(desk) == ["F1"]


async def test_while_it_is_under_way_she_may_answer(desk: Desk) -> None:
    """Slack shows it before it answers us; then no one knows yet, and she has it in front of her."""
    await reminded(desk)
    desk.slack.then("F1", RESET, executed=True)
    await desk.at(30)
    assert desk.row("ack.2").state is State.CHECKING
    assert asked(desk) == ["F1"]
    await desk.at(31)
    assert (desk.row("ack.2").state, asked(desk)) == (State.SENT, ["F1"])


async def test_the_boss_who_had_the_notice_stays_told(desk: Desk) -> None:
    """Only the reminder fails: nothing of what they were told is taken back."""
    await reminded(desk, LIMITED)
    assert desk.row("ack.1").state is State.PENDING
    assert incident(desk).told_members == ("B",)


async def test_a_step_that_went_out_in_another_life_is_noted_when_it_is_found(desk: Desk) -> None:
    """The copy is older than its claim; she has the message, and her answer counts."""
    await reminded(desk)
    row = desk.row("ack.2")
    await desk.slack.post(replace(row, channel="DF1"))
    desk.sender.restored_at = T0 + timedelta(minutes=40)
    await desk.at(41)
    await desk.at(42)
    assert desk.row("ack.2").state is State.SENT
    assert "F1" in incident(desk).told_members
    assert len(desk.nudges("F1")) == 1


@pytest.mark.parametrize("went_on", [True, False])
def test_a_notice_that_failed_is_not_missed_once_its_reader_is_erased(desk: Desk, *, went_on: bool) -> None:
    """Slack took none for the boss, the deputy has it, the boss is erased: no alarm about it, ever again."""
    asked = [Event(T0, What.ASKED, data={"to": "F1"})] if went_on else []
    desk.incident("i1", desk.told("leader-3fa2", "F1"), *asked)
    found = desk.look(lambda store: owed.audited(store, "i1", desk.policy, T0))
    assert any(":notice:" in one.about for one in found) is not went_on  # type: ignore[attr-defined]


@pytest.mark.parametrize("handler", ["R", "reporter-3fa2"])
def test_a_promise_is_not_missed_once_its_handler_is_erased_and_no_one_took_over(
    desk: Desk, handler: str
) -> None:
    promised = {"result": "reached", "promised": (T0 + timedelta(hours=1)).isoformat()}

    def spoken(work: Work) -> None:
        work.store.save_party("i1", Party("C1", "client", "Acme"))
        work.store.append("i1", [Event(T0, What.CONTACTED, handler, "C1", promised)])

    desk.incident("i1", reporter=handler)
    desk.do(spoken)
    found = desk.look(lambda store: owed.audited(store, "i1", desk.policy, T0))
    missed = any(":upd.due:C1" in one.about for one in found)  # type: ignore[attr-defined]
    assert missed is (handler == "R")


@pytest.mark.parametrize("erased", [True, False])
@pytest.mark.parametrize(
    ("what", "kind"), [(What.LEGAL_SENT, "legal.now"), (What.CLOSED, "letgo"), (What.APPROVED, "rcard")]
)
def test_what_was_for_someone_erased_is_not_missed(
    desk: Desk, what: What, kind: str, *, erased: bool
) -> None:
    """Word to the legal contact, R's reminder to let it go, R's card: none can be sent any more."""
    reader = "reporter-3fa2" if erased else "R"
    desk.incident("i1", desk.told("B"), Event(T0, what, "B", data={"to": reader}), reporter=reader)

    def gone(connection: Connection) -> None:
        p = t.posts.c
        connection.execute(delete(t.posts).where(p.kind == kind))

    desk.database.transact(gone)
    found = desk.look(lambda store: owed.audited(store, "i1", desk.policy, T0))
    missed = any(f":{kind}:" in one.about for one in found)  # type: ignore[attr-defined]
    assert missed is not erased
