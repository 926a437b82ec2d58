"""What people do with a nudge, the quieter kinds, and how nudges arrive after a silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges import Fired, plan, still_due
from bot.domain.nudges.delivery import catch_up, free_at, messages
from bot.domain.record import Action, Event, Page, Signal, Unfinished, What
from bot.policy import load_policy
from tests.domain.histories import POLICY, T0, at, go, only, opened, planned, told


# --- what people do with a nudge --------------------------------------------------------------
def test_a_snooze_moves_one_nudge_once() -> None:
    first = planned(opened(going="yes"), "halt")[0]
    data = {"nudge": "halt", "ordinal": first.ordinal, "until": at(25).isoformat()}
    snoozed = opened(Event(at(4), What.SNOOZED, "R", data=data), going="yes")
    assert [n for n, kind, _ in go(snoozed, 100) if kind == "halt"] == [25, 35, 45]
    late = opened(Event(at(11), What.SNOOZED, "R", data=data), going="yes")
    went = Fired(*first.key, at(10))
    assert [n for n, kind, _ in go(late, 100, POLICY, went) if kind == "halt"] == [10, 25, 35]


def test_the_last_of_its_kind_snoozed_comes_once_more() -> None:
    made = Event(at(1), What.CONTACTED, "R", "C1", {"result": "reached", "promised": at(60).isoformat()})
    pre = planned(opened(made, clients=1), "upd.pre")[0]
    data = {"nudge": "upd.pre", "ordinal": pre.ordinal, "until": at(57).isoformat()}
    snoozed = opened(made, Event(at(51), What.SNOOZED, "R", "C1", data), clients=1)
    got = [(n, kind) for n, kind, _ in go(snoozed, 61, POLICY, Fired(*pre.key, at(50)))]
    assert [item for item in got if item[1].startswith("upd")] == [
        (50, "upd.pre"),
        (57, "upd.pre"),
        (60, "upd.due"),
    ]


def test_a_skipped_nudge_counts_as_passed() -> None:
    first = planned(opened(going="yes"), "halt")[0]
    data = {"nudge": "halt", "ordinal": first.ordinal, "reason": "being done"}
    skipped = opened(Event(at(7), What.SKIPPED, "R", data=data), going="yes")
    assert [n for n, kind, _ in go(skipped, 100) if kind == "halt"] == [17, 27]


def test_eyes_in_the_thread_hold_repeats_and_a_tick_settles() -> None:
    harm = opened(told(), Event(at(6), What.TEAM, "R", data={"channel": "C"}), going="yes")
    eyes = replace(harm, signals=(Signal("T1", "eyes", "thread", at(16), nudge="halt"),))
    assert [n for n, kind, _ in go(eyes, 100) if kind == "halt"] == [10, 26, 36]
    tick = Signal("R", "white_check_mark", "thread", at(12), nudge="halt")
    assert planned(replace(harm, signals=(tick,)), "halt") == []
    stranger = replace(harm, signals=(replace(tick, user="T1"),))
    assert planned(stranger, "halt") != []
    helper = Signal("T1", "raising_hand", "card", at(11))
    assert planned(replace(stranger, signals=(*stranger.signals, helper)), "halt") == []


def test_a_tick_on_another_try_settles_that_try_and_not_those_to_come() -> None:
    def missed(minute: int) -> Event:
        return Event(at(minute), What.CONTACTED, "R", "C1", {"result": "voicemail"})

    team = Event(at(6), What.TEAM, "R", data={"channel": "C"})
    tick = Signal("R", "white_check_mark", "thread", at(45), nudge="retry", party="C1")
    once = replace(opened(told(), team, missed(10), clients=1), signals=(tick,))
    assert only(go(once, 300), "retry") == []
    again = replace(once, events=(*once.events, missed(60)))
    assert [(due.kind, due.due_at) for due in planned(again, "retry")] == [("retry", at(90))]


def test_who_turns_out_to_be_affected_later_has_timers_of_their_own() -> None:
    """Counted from the opening, the deadline of somebody nobody knew of would be over before it begins."""
    late = Event(at(200), What.AFFECTED, "R", "C2")
    got = [(d.kind, d.due_at) for d in plan(opened(late, clients=2), POLICY, {}, ()) if d.party == "C2"]
    assert got == [("first.half", at(260)), ("first.due", at(320))]
    known = [d.due_at for d in planned(opened(late, clients=2), "first.due") if d.party == "C1"]
    assert known == [at(120)]


def test_a_thread_gets_its_twin_only_after_told_and_where_one_is_chosen() -> None:
    team = Event(at(6), What.TEAM, "R", data={"channel": "C"})
    assert not planned(opened(going="yes"), "halt")[0].in_thread
    assert not planned(opened(told(), going="yes"), "halt")[0].in_thread
    assert planned(opened(told(), team, going="yes"), "halt")[0].in_thread
    assert not any(d.in_thread for d in planned(opened(told(), team), "ack.1"))
    off = load_policy('thread_reminders = "off"')
    assert not planned(opened(told(), team, going="yes"), "halt", policy=off)[0].in_thread


# --- the quieter kinds ------------------------------------------------------------------------
def test_a_page_left_half_written() -> None:
    page = Unfinished("R", "assess", at(3))
    left = replace(opened(), unfinished=(page,))
    assert [(n, who) for n, kind, who in go(left, 60) if kind == "resume"] == [(13, "R"), (23, "R")]
    draft = Incident("T", "I", "R", "R", T0, unfinished=(Unfinished("R", "open", at(1)),))
    assert only(go(draft, 100), "resume", "tell") == [(31, "resume", "R"), (61, "resume", "R")]
    someone = replace(left, unfinished=(replace(page, user="B"),))
    assert planned(someone, "resume") == []


def test_a_text_of_before_the_last_talk_calls_nobody_back() -> None:
    mine = Unfinished("R", "client_email_first", at(30), "C1", of="spoke")
    changed = replace(opened(clients=2), unfinished=(mine,))
    assert [n for n, kind, _ in go(changed, 60) if kind == "resume"] == [40, 50]
    for party, minute, left in (("C1", 31, []), ("C1", 29, [40, 50]), ("C2", 31, [40, 50])):
        talk = Page("spoke", party, 1, {}, False, "R", at(minute))
        talked = replace(changed, pages={**changed.pages, ("spoke", party): talk})
        assert [n for n, kind, _ in go(talked, 60) if kind == "resume"] == left


def test_a_page_that_was_skipped_calls_nobody_back_until_more_is_typed() -> None:
    for minute, left in ((3, []), (4, [14, 24])):
        skipped = Page("own", "", 1, {}, True, "R", at(3))
        mine = Unfinished("R", "own", at(minute))
        page = replace(opened(), pages={**opened().pages, ("own", ""): skipped}, unfinished=(mine,))
        assert [n for n, kind, _ in go(page, 60) if kind == "resume"] == left


def test_a_gate_nobody_opens() -> None:
    ask = Event(at(20), What.ASKED_GATE, "R", data={"gate": "contact", "holder": "B"})
    asked = opened(told(), ask)
    assert [(n, who) for n, kind, who in go(asked, 90) if kind == "gate"] == [(35, "B"), (50, "B")]
    answer = Event(at(30), What.REFUSED, "B", data={"gate": "contact"})
    assert planned(opened(told(), ask, answer), "gate") == []
    assert planned(opened(ask), "gate") == []  # nobody but R is nudged before the notice is out


def test_a_handover_nobody_answers() -> None:
    offer = Event(at(20), What.OFFERED, "R", data={"to": "H2"})
    led = replace(opened(told(), offer), signals=(Signal("B", "eyes", "notice", at(6)),))
    assert only(go(led, 90), "hand") == [(35, "hand.wait", "H2"), (50, "hand.boss", "B")]
    taken = Event(at(25), What.ACCEPTED, "H2")
    assert only(go(opened(told(), offer, taken), 90), "hand") == []


def test_what_is_left_undone_is_named_each_working_day_three_times() -> None:
    got = [n for n, kind, who in go(opened(going="yes"), 20 * 1440) if kind == "still"]
    day = 24 * 60
    assert got == sorted([day, 2 * day, 3 * day] * 2)  # halt and tell


def test_an_incident_gone_quiet() -> None:
    quiet = replace(opened(told()), signals=(Signal("F1", "eyes", "notice", at(6)),))
    got = [(n // 1440, who) for n, kind, who in go(quiet, 30 * 1440) if kind == "stale"]
    assert got == [(d, who) for d in (1, 2, 3, 4, 7) for who in ("R", "F1")] + [(8, "A")]


def test_a_repeated_slip_is_mentioned_once() -> None:
    match = Event(at(9), What.RECURRED, "", data={"tag": "sending"})
    assert only(go(opened(match), 600), "recur") == [(9, "recur", "R")]


def test_actions_before_on_and_after_their_day() -> None:
    action = Action("A1", "T1", date(2024, 1, 19))  # a Friday
    led = replace(opened(told()), signals=(Signal("B", "eyes", "notice", at(6)),), actions=(action,))
    got = [(n // 1440, who) for n, kind, who in go(led, 90 * 1440) if kind == "act.due"]
    assert got == [(15, "T1"), (18, "T1"), (25, "T1"), (32, "T1"), (32, "B"), (39, "T1"), (46, "T1")]
    done = replace(led, actions=(replace(action, dropped=True),))
    assert planned(done, "act.due") == []


def test_the_debrief_is_asked_three_times_then_the_lead_once() -> None:
    events = (told(), Event(at(60), What.FIXED, "R", data={"later": []}))
    led = replace(opened(*events, clients=1), signals=(Signal("B", "eyes", "notice", at(6)),))
    got = [(n // 1440, who) for n, kind, who in go(led, 30 * 1440) if kind == "deb.due"]
    assert got == [(2, "R"), (3, "R"), (4, "R"), (7, "B")]


def test_breathing_holds_what_pushes_and_an_extension_counts() -> None:
    breath = Event(at(8), What.BREATHING, "R", data={"minutes": 3})
    more = Event(at(11), What.BREATHING, "R", data={"minutes": 1})
    got = [(n, kind) for n, kind, _ in go(opened(breath, more, going="yes"), 12)]
    assert got == [(12, "breathe.end"), (12, "halt")]
    ready = Event(at(9), What.BREATHED, "R")
    assert [(n, kind) for n, kind, _ in go(opened(breath, ready, going="yes"), 12)] == [(10, "halt")]


# --- after a silence, and how it arrives ------------------------------------------------------
def test_down_for_three_hours_the_ladder_is_asked_once_at_the_rung_it_has_reached() -> None:
    late = opened(told(ladder=["B", "F1", "F2"]), going="yes", clients=1)
    caught = catch_up(late, POLICY, {}, (), at(45))
    assert [(d.kind, d.recipient) for d in caught.send if d.kind.startswith("ack")] == [("ack.2", "F1")]
    assert [d.kind for d in caught.overtaken if d.kind.startswith("ack")] == ["ack.1"]
    assert [d.kind for d in caught.send if d.kind == "halt"] == ["halt"]
    again = [Fired(*d.key, at(45)) for d in (*caught.send, *caught.overtaken)]
    assert catch_up(late, POLICY, {}, again, at(45)).send == ()


def test_down_for_three_days_each_chain_is_said_once() -> None:
    made = Event(at(6), What.CONTACTED, "R", "C1", {"result": "reached", "promised": at(60).isoformat()})
    caught = catch_up(opened(told(), made, going="yes", clients=1), POLICY, {}, (), at(3 * 1440))
    chains = [(d.kind.split(".")[0], d.party, d.recipient) for d in caught.send]
    assert len(chains) == len(set(chains))
    assert ("upd.over", 3) in [(d.kind, d.step) for d in caught.send]
    assert [d.kind for d in caught.send if d.kind.startswith("ack")] == ["ack.end"]


def test_on_time_nothing_is_overtaken() -> None:
    caught = catch_up(opened(told(), going="yes"), POLICY, {}, (), at(10))
    assert [d.kind for d in caught.send] == ["halt"]
    assert caught.overtaken == ()


def test_one_message_a_person_and_minute() -> None:
    dues = plan(opened(told(), clients=3), POLICY, {}, ())
    halves = next(group for group in messages(dues) if group[0].kind == "first.half")
    assert [d.party for d in halves] == ["C1", "C2", "C3"]


def test_the_cap_counts_messages_of_a_rolling_hour() -> None:
    sent = [at(n) for n in (0, 0, 1, 2, 3, 4, 5)]
    assert free_at(at(10), sent, 6) == at(60)
    assert free_at(at(60), sent, 6) == at(60)
    assert free_at(at(10), sent[:6], 6) == at(10)


def test_the_check_at_claim_says_moved_or_gone() -> None:
    harm = opened(going="yes")
    due = planned(harm, "halt")[0]
    assert still_due(harm, POLICY, {}, (), due) == due
    lower = replace(harm, level=Level.SMALL)
    moved = still_due(lower, POLICY, {}, (), due)
    assert moved is not None
    assert moved.due_at == at(30)
    halted = opened(Event(at(3), What.HALTED, "R", data={"status": "stopped"}), going="yes")
    assert still_due(halted, POLICY, {}, (), due) is None
