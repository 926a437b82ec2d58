"""Chains that scripts do not reach: the ladder, people who are asleep, far away, or not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges import Fired, plan
from bot.domain.nudges.case import nobody_reachable
from bot.domain.record import Event, Page, Signal, What
from bot.domain.worktime import Calendar
from bot.policy import load_policy
from tests.domain.histories import POLICY, at, go, only, opened, planned, told


# --- the ladder -------------------------------------------------------------------------------
def test_an_acknowledgement_taken_back_starts_the_timer_anew_at_its_rung() -> None:
    acked = replace(opened(told()), signals=(Signal("B", "eyes", "notice", at(10)),))
    assert only(go(acked, 200), "ack") == []
    back = replace(acked, signals=(Signal("B", "eyes", "notice", at(12), standing=False),))
    assert only(go(back, 60), "ack") == [(27, "ack.1", "B"), (42, "ack.2", "F1"), (57, "ack.3", "F2")]


def test_taken_back_after_two_rungs_goes_on_with_the_third() -> None:
    fired = [
        Fired(*planned(opened(told()), "ack.1")[0].key, at(20)),
        Fired(*planned(opened(told()), "ack.1")[0].key, at(20)),
    ]
    fired[1] = Fired(*planned(opened(told()), "ack.2", fired)[0].key, at(35))
    back = replace(opened(told()), signals=(Signal("F1", "eyes", "notice", at(100), standing=False),))
    assert [(d.kind, d.due_at) for d in plan(back, POLICY, {}, fired) if d.kind.startswith("ack")] == [
        ("ack.3", at(115))
    ]


def test_a_rung_that_is_not_filled_is_passed_over_at_its_time() -> None:
    assert only(go(opened(told(ladder=["B"])), 120), "ack") == [(20, "ack.1", "B"), (65, "ack.end", "A")]
    assert only(go(opened(told(ladder=[])), 120), "ack") == [(65, "ack.end", "A")]


def test_only_the_boss_is_asked_and_r_told_with_each() -> None:
    got = only(go(opened(told(only_boss=True)), 300), "ack")
    assert got == [
        (n, kind, who) for n, kind in ((20, "ack.1"), (35, "ack.2"), (50, "ack.3")) for who in "BR"
    ]


def test_said_in_person_needs_no_ladder_and_the_boss_leads() -> None:
    said = opened(told(how="self", boss="B"))
    assert only(go(said, 300), "ack") == []
    assert said.lead == "B"


def test_the_first_to_acknowledge_leads_though_another_answers_first() -> None:
    signals = (Signal("F1", "eyes", "notice", at(10)),)
    asked = opened(told(), Event(at(15), What.APPROVED, "B", data={"gate": "plan"}))
    assert replace(asked, signals=signals).lead == "F1"
    assert asked.lead == "B"


def test_who_takes_over_has_acknowledged() -> None:
    events = (told(), Event(at(10), What.OFFERED, "R", data={"to": "F1"}), Event(at(12), What.ACCEPTED, "F1"))
    taken = replace(opened(*events, clients=1), handler="F1")
    got = go(taken, 150)
    assert only(got, "ack") == []
    assert taken.lead == "F1"
    assert only(got, "first") == [
        (60, "first.half", "F1"),
        (120, "first.due", "F1"),
        (150, "first.over", "F1"),
    ]


def test_the_closing_talk_is_the_word_that_was_promised() -> None:
    made = {"result": "reached", "promised": at(120).isoformat()}
    talks = [Event(at(5), What.CONTACTED, "R", key, made) for key in ("C1", "C2")]
    fixed = Event(at(60), What.FIXED, "R", data={"later": ["C1", "C2"]})
    incident = opened(*talks, fixed, Event(at(80), What.DEBRIEFED, "R", "C1"), clients=2)
    assert {due.party for due in planned(incident, "upd.due")} == {"C2"}


def test_a_promise_left_for_later_keeps_its_time_and_one_made_after_the_fix_its_notice() -> None:
    made = {"result": "reached", "promised": at(120).isoformat()}
    contact = Event(at(10), What.CONTACTED, "R", "C1", made)
    fixed = Event(at(60), What.FIXED, "R", data={"later": ["C1"]})
    later = only(go(opened(contact, fixed, clients=1), 140), "upd")
    assert later == [(120, "upd.due", "R"), (135, "upd.over", "R")]
    told_now = replace(fixed, data={"later": []})
    assert only(go(opened(contact, told_now, clients=1), 140), "upd") == []
    after = Event(at(70), What.UPDATED, "R", "C1", {"promised": at(120).isoformat()})
    assert only(go(opened(contact, told_now, after, clients=1), 120), "upd") == [
        (110, "upd.pre", "R"),
        (120, "upd.due", "R"),
    ]


def test_withdrawn_r_is_nudged_anew_and_nobody_else() -> None:
    back = opened(told(5), Event(at(9), What.WITHDRAWN, "R"), clients=1)
    got = go(back, 600)
    assert only(got, "tell") == [(24, "tell", "R"), (39, "tell", "R")]
    assert {who for _, _, who in got} == {"R"}


def test_auto_notify_is_off_unless_switched_on() -> None:
    ladder = 'auto_notify = true\n[ladder]\nperson = "B"\ndeputy = "F1"\nduty_lead = "F2"\n'
    quiet = opened(level=Level.CRITICAL)
    assert {who for _, _, who in go(quiet, 60)} == {"R"}
    assert (20, "auto.notify", "F2") in go(quiet, 60, load_policy(ladder))


def test_nobody_above_means_no_nudge_to_tell() -> None:
    assert only(go(opened(), 60, load_policy('[ladder]\nperson = "R"')), "tell") == []
    assert len(only(go(opened(), 60, load_policy()), "tell")) == 2


# --- nights and zones -------------------------------------------------------------------------
NIGHT = datetime(2024, 1, 1, 23, tzinfo=UTC)


def at_night(policy_text: str) -> list[tuple[int, str, str]]:
    event = told(13 * 60)
    policy = load_policy(policy_text + '[contacts]\nadmins_channel = "A"\n')
    return only(go(opened(event, level=Level.CRITICAL), 24 * 60, policy), "ack")


def test_who_of_the_ladder_is_called_at_night() -> None:
    eleven, seven = 13 * 60, 21 * 60
    assert at_night("")[:2] == [(eleven + 5, "ack.1", "B"), (eleven + 10, "ack.2", "F1")]
    assert at_night('night_contact = "duty_only"\n')[:2] == [
        (eleven + 15, "ack.3", "F2"),
        (eleven + 20, "ack.end", "A"),
    ]
    assert at_night('night_contact = "never"\n')[:2] == [(seven, "ack.1", "B"), (seven + 5, "ack.2", "F1")]


def test_whether_anybody_can_be_reached() -> None:
    late = opened(told(13 * 60), level=Level.CRITICAL)
    never, always = load_policy('night_contact = "never"'), load_policy()
    assert nobody_reachable(late, never, {}, at(13 * 60))
    assert not nobody_reachable(late, always, {}, at(13 * 60))
    assert not nobody_reachable(late, never, {}, at(60))
    assert not nobody_reachable(opened(level=Level.CRITICAL), never, {}, at(13 * 60))


def test_clocks_that_change_over_a_weekend() -> None:
    """Berlin, Friday 29 March 2024 17:40, small: 20 minutes, then 100 on Monday, two hours from UTC."""
    friday = datetime(2024, 3, 29, 16, 40, tzinfo=UTC)
    page = Page("open", "", 1, {"still_going": "no"}, False, "R", friday)
    events = (Event(friday, What.OPENED, "R"),)
    slip = Incident("T", "I", "R", "R", friday, pages={("open", ""): page}, events=events)
    (tell,) = (d for d in plan(slip, POLICY, {"R": Calendar("Europe/Berlin")}, ()) if d.kind == "tell")
    assert tell.due_at == datetime(2024, 4, 1, 8, 40, tzinfo=UTC)


def test_each_recipient_has_their_own_clock() -> None:
    """Medium: 09-18. H in London; the lead in New York, where work begins at 14:00 UTC."""
    zones = {"R": Calendar("Europe/London"), "B": Calendar("America/New_York")}
    acked = replace(
        opened(told(), level=Level.MEDIUM, clients=1), signals=(Signal("B", "eyes", "notice", at(6)),)
    )
    got = go(acked, 600, POLICY, **zones)
    assert (240, "first.due", "R") in got  # four hours after 10:00
    assert (480, "first.due", "B") in got  # four hours after 14:00


def test_a_holiday_of_the_recipient_is_free() -> None:
    home = Calendar("UTC", frozenset({date(2024, 1, 1)}))
    assert only(go(opened(level=Level.SMALL), 3000, POLICY, R=home), "tell")[0][0] == 23 * 60 + 120
