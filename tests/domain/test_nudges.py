"""The chains of nudges where scripts do not reach: people who answer, snooze, sleep, or are not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.incident import Action, Event, Incident, Page, Party, Signal, Unfinished, What
from bot.domain.level import Level
from bot.domain.nudges import Due, Fired, plan, still_due
from bot.domain.nudges.case import nobody_reachable
from bot.domain.nudges.delivery import catch_up, free_at, messages
from bot.domain.rules import Policy
from bot.domain.worktime import Calendar
from bot.policy import load_policy

T0 = datetime(2024, 1, 1, 10, tzinfo=UTC)  # a Monday
POLICY = load_policy('[contacts]\nprivacy = "P"\nadmins_channel = "A"\n')


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def opened(*events: Event, level: Level = Level.LARGE, going: str = "no", clients: int = 0) -> Incident:
    page = Page("open", "", 1, {"still_going": going}, False, "R", T0)
    parties = tuple(Party(f"C{n}", "client") for n in range(1, clients + 1))
    return Incident(
        "T", "I", "R", "R", T0, level=level, pages={("open", ""): page}, parties=parties,
        events=(Event(T0, What.OPENED, "R"), *events),
    )  # fmt: skip


def told(minutes: float = 5, ladder: Iterable[str] = ("B", "F1", "F2"), **data: object) -> Event:
    return Event(at(minutes), What.TOLD, "R", data={"how": "send", "ladder": list(ladder), **data})


def go(
    incident: Incident, until: float, policy: Policy = POLICY, *before: Fired, **zones: Calendar
) -> list[tuple[int, str, str]]:
    """What goes out up to that minute if nothing else happens: (minute, kind, recipient)."""
    fired = list(before)
    while due := [d for d in plan(incident, policy, zones, fired) if d.due_at <= at(until)]:
        now = max([due[0].due_at, *(f.at for f in fired)])
        fired += [Fired(*d.key, now) for d in due if d.due_at <= now]
    return [((f.at - T0) // timedelta(minutes=1), f.kind, f.recipient) for f in fired]


def planned(incident: Incident, kind: str, fired: Iterable[Fired] = (), policy: Policy = POLICY) -> list[Due]:
    return [due for due in plan(incident, policy, {}, fired) if due.kind == kind]


def only(items: list[tuple[int, str, str]], *chains: str) -> list[tuple[int, str, str]]:
    return [item for item in items if item[1].split(".")[0] in chains]


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
