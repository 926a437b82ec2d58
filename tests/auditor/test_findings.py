"""Each kind of finding is made, and found; a bot that works as it should is left in peace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot.domain.record import Event, What
from bot.outbox.ports import Answer, Verdict
from bot.playground.play import ROOT
from bot.rehearsal.script import parse
from bot.store import nudges, overdue, posts
from bot.store import tables as t
from bot.store.overdue import Finding
from bot.store.posts import Post, State
from bot.store.store import Store
from tests.auditor.watched import TOLD, Watched, script

SCRIPTS = [*ROOT.glob("docs/scenarios/*.yaml"), *ROOT.glob("tests/rehearsal/scripts/*.yaml")]


def kinds(found: list[Finding]) -> set[str]:
    return {finding.kind for finding in found}


@pytest.mark.parametrize("path", sorted(SCRIPTS), ids=lambda path: path.stem)
async def test_nothing_is_found_in_any_script(path: Path) -> None:
    watched = Watched(parse(path.read_text(encoding="utf-8")))
    await watched.run()
    assert watched.found == []
    assert watched.fed > 0


async def test_a_sender_that_stands_still_is_found_after_two_minutes() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    due = watched.policy.minutes("ack", watched.script.level)
    assert due is not None
    assert await watched.later(due + 1, sender=False) == []
    found = await watched.later(2, sender=False)
    assert Finding("overdue", watched.id_of("ack.1")) in found
    assert await watched.later(0) == []  # it works again


async def test_a_sender_that_forgets_what_it_had_begun_is_found() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    values = {"state": "sending", "run_at": watched.clock.now, "first_try_at": watched.clock.now}
    watched.tamper(t.posts, "ack.1", **values)
    assert "stuck" not in kinds(await watched.later(1, sender=False))
    assert Finding("stuck", watched.id_of("ack.1")) in await watched.later(2, sender=False)


async def test_a_message_whose_fate_stays_unknown_is_found() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    now = watched.clock.now
    values = {"state": "checking", "run_at": now + timedelta(minutes=25), "first_try_at": now}
    watched.tamper(t.posts, "ack.1", **values)
    assert "stuck" not in kinds(await watched.later(15, sender=False))
    assert Finding("stuck", watched.id_of("ack.1")) in await watched.later(6, sender=False)


async def test_what_slack_refuses_again_and_again_is_found_although_it_is_put_off() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    now = watched.clock.now
    pushed = {"due_at": now, "run_at": now + timedelta(minutes=5)}
    watched.tamper(t.posts, "ack.1", reason="token_revoked", **pushed)
    assert Finding("failing", watched.id_of("ack.1")) in await watched.later(3, sender=False)


@pytest.mark.parametrize("reason", ["", "ratelimited"])
async def test_what_is_put_off_for_a_good_reason_is_no_finding(reason: str) -> None:
    watched = await Watched(script(*TOLD)).so_far()
    pushed = {"due_at": watched.clock.now, "run_at": watched.clock.now + timedelta(minutes=30)}
    watched.tamper(t.posts, "ack.1", reason=reason, **pushed)
    found = await watched.later(3, sender=False)
    assert not {"failing", "overdue"} & kinds(found)


@pytest.mark.parametrize("state", ["uncertain", "blocked", "dead"])
async def test_what_nobody_has_looked_at_for_an_hour_is_found(state: str) -> None:
    watched = await Watched(script(*TOLD)).so_far()
    notice = watched.id_of("notice")
    watched.tamper(t.posts, "notice", state=state, run_at=watched.clock.now + timedelta(minutes=1))
    assert await watched.later(60) == []
    assert Finding("unseen", notice) in await watched.later(2)
    with watched.database.engine.begin() as connection:
        values = {"tenant": "T", "at": watched.clock.now, "what": "noted", "actor": "R", "party": ""}
        connection.execute(t.events.insert().values(incident=watched.acts.incident, data={}, **values))
    assert "unseen" not in kinds(await watched.later(0))


@pytest.mark.parametrize("kind", ["rcard", "notice"])
async def test_a_message_that_was_never_written_down_is_found(kind: str) -> None:
    watched = await Watched(script(*TOLD)).so_far()
    watched.remove(kind)
    missing = [f.about for f in await watched.later(0, sender=False) if f.kind == "missing"]
    assert [about.split(":")[1] for about in missing] == [kind]


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        (TOLD, "ack.1"),
        ((*TOLD, "+3 ack B", "+5 contact C1 next=+65"), "upd.due"),
        ((*TOLD, "+3 ack B", "+5 contact C1 next=none", "+9 fixed", "+12 debrief", "+20 close"), "letgo"),
    ],
)
async def test_a_reminder_that_was_never_planned_is_found(steps: tuple[str, ...], kind: str) -> None:
    watched = await Watched(script(*steps)).so_far()
    watched.remove(kind)
    found = await watched.later(0, sender=False)
    assert kinds(found) == {"missing"}
    assert any(f":{kind}:" in finding.about for finding in found)


@pytest.mark.parametrize(
    ("steps", "kind", "missed"),
    [
        ((*TOLD, "+5 offer H2", "+9 accept H2"), "accepted", ["R"]),
        ((*TOLD, "+5 offer H2", "+9 accept H2", "+12 offer H3", "+15 accept H3"), "accepted", ["H2", "R"]),
        ((*TOLD, "+5 offer H2", "+9 accept H2", "+12 offer R", "+15 accept R"), "accepted", ["H2", "R"]),
        ((*TOLD, "+5 cancel test"), "all_clear", ["B"]),
        ((*TOLD, "+3 ack B", "+5 close", "+7 reopen", "+9 cancel test"), "all_clear", ["B"]),
        ((*TOLD, "+5 cancel test", "+9 reopen", "+12 cancel test"), "all_clear", ["B"]),
    ],
)
async def test_word_that_someone_waits_for_is_missed_if_it_was_never_written_down(
    steps: tuple[str, ...], kind: str, missed: list[str]
) -> None:
    watched = await Watched(script(*steps)).so_far()
    watched.remove(kind)
    found = [f.about.split(":") for f in await watched.later(0, sender=False)]
    assert sorted(who for _, what, _, who in found if what == kind) == missed


@pytest.mark.parametrize(
    "steps",
    [
        ("+0 open", "+5 cancel test"),
        (*TOLD, "+5 cancel test", "+9 reopen"),
        ("+0 open", "+2 senior", "+5 cancel test"),
    ],
)
async def test_an_all_clear_that_no_one_is_owed_is_not_missed(steps: tuple[str, ...]) -> None:
    watched = await Watched(script(*steps)).so_far()
    assert await watched.later(30) == []


async def test_a_reminder_that_was_taken_out_although_its_reason_stands_is_found() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    watched.tamper(t.posts, "ack.1", state="cancelled", reason="gone")
    assert kinds(await watched.later(0, sender=False)) == {"missing"}


async def test_a_reminder_that_bears_too_late_a_time_is_found_once_it_should_have_gone() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    late = watched.clock.now + timedelta(days=1)
    watched.tamper(t.posts, "ack.1", due_at=late, run_at=late)
    assert await watched.later(10, sender=False) == []
    found = await watched.later(10, sender=False)
    assert any(":ack.1:" in finding.about for finding in found)


async def test_a_sender_that_does_not_plan_the_next_step_is_found() -> None:
    """A sender broken on purpose: it sends, and what its claim had planned is not there afterwards."""
    watched = await Watched(script(*TOLD)).so_far()
    watched.clock.now += timedelta(minutes=15)
    await watched.sender.tick()
    assert watched.messenger.sent[-1].post.kind == "ack.1"
    watched.remove("ack.2")
    assert [f.about.split(":")[1] for f in await watched.auditor.run()] == ["ack.2"]


async def test_a_card_that_is_never_drawn_is_found_though_it_is_tried_all_the_time() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    watched.tamper(t.surfaces, "rcard", wanted=99, drawn=1)
    for _ in range(2):
        watched.tamper(t.surfaces, "rcard", run_at=watched.clock.now + timedelta(seconds=5))
        assert await watched.later(1, sender=False) == []
    watched.tamper(t.surfaces, "rcard", run_at=watched.clock.now + timedelta(seconds=5))
    assert kinds(await watched.later(1, sender=False)) == {"undrawn"}
    assert await watched.later(0) == []


async def test_a_slack_that_lets_nobody_in_is_found() -> None:
    watched = await Watched(script(*TOLD)).so_far()

    async def refused(post: Post) -> Answer:
        return Answer(Verdict.PAUSED, reason="token_revoked")

    watched.messenger.post = refused  # type: ignore[method-assign]
    await watched.later(15)
    assert "overdue" in kinds(await watched.later(4))


async def test_rows_are_found_by_the_index_and_the_whole_table_is_not_read() -> None:
    watched = await Watched(script(*TOLD)).so_far()
    plans: list[str] = []
    with watched.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        asked: list[str] = []
        raw.set_trace_callback(asked.append)
        overdue.posts(connection, watched.clock.now)
        overdue.surfaces(connection)
        raw.set_trace_callback(None)
        for sql in (s for s in asked if s.startswith("SELECT")):
            plans += [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "USING INDEX" not in plan], plans


PROMISED = (*TOLD, "+3 ack B", "+5 contact C1 next=+65")


def left_out(store: Store, key: str, now: datetime) -> None:
    """R has pressed: leave this one out."""
    ordinal = posts.of_incident(store, key, "upd.due")[0].ordinal
    said = {"nudge": "upd.due", "ordinal": ordinal, "reason": "they rang"}
    store.append(key, [Event(now, What.SKIPPED, "R", "C1", said)])


def ticked_off(store: Store, key: str, now: datetime) -> None:
    """R has ticked the reminder before it in the team's thread."""
    twin = Post(
        tenant="T", incident=key, kind="upd.pre", party="C1", recipient="C9", place="thread", due_at=now,
        channel="C9", state=State.SENT, data={},
    )  # fmt: skip
    posts.add(store, twin)
    there = t.posts.c.place == "thread"
    store.connection.execute(update(t.posts).where(there).values(sent_ts="1.2"))
    store.signal("C9", "1.2", "R", "white_check_mark", True, now)


@pytest.mark.parametrize("excuse", [left_out, ticked_off])
async def test_what_somebody_said_need_not_come_is_not_missed(
    excuse: Callable[[Store, str, datetime], None],
) -> None:
    watched = await Watched(script(*PROMISED)).so_far()
    now, key = watched.clock.now, watched.acts.incident
    with watched.database.engine.begin() as connection:
        store = Store(connection, "T")
        excuse(store, key, now)
        connection.execute(delete(t.posts).where(t.posts.c.kind == "upd.due"))
        incident = store.load(key)
        assert incident is not None
        nudges.replan(store, incident, watched.policy)
        assert posts.of_incident(store, key, "upd.due") == []
    assert await watched.later(0, sender=False) == []


async def test_a_reminder_that_went_to_whoever_handled_it_then_is_not_missed() -> None:
    watched = await Watched(script(*PROMISED, "+66 offer H2", "+67 accept H2")).so_far()
    assert await watched.later(1) == []
