"""Properties of the plan, over histories that people could have made: in any zone, at any hour."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import worktime
from bot.domain.level import Level
from bot.domain.nudges import plan
from bot.domain.nudges.case import BY_HAND
from bot.domain.record import What
from bot.domain.worktime import Calendar
from bot.rehearsal.script import Script, Step
from tests.domain.test_worktime import ZONES, changes_of_clock
from tests.rehearsal.player import Player, policy_for

BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VERBS = (
    "stop", "own", "assess", "halt", "plan", "tell", "senior", "ack", "ok", "help", "contact", "update",
    "voicemail", "note", "offer", "accept", "fixed", "debrief", "review", "letter", "sat", "close", "reopen",
    "level", "breathe", "ready", "legal", "cancel",
)  # fmt: skip
WHO = {
    "ack": ["B", "F1", "F2"], "ok": ["B", "F1", "F2"], "help": ["T1"], "offer": ["H2"], "accept": ["H2"],
    "contact": ["C1", "C2"], "update": ["C1", "C2"], "voicemail": ["C1", "C2"],
}  # fmt: skip


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    start = BEGIN + draw(st.integers(0, 10 * 365 * 24 * 60)) * MINUTE
    now, steps = start, [Step(start, "open")]
    for verb in draw(st.lists(st.sampled_from(VERBS), max_size=12)):
        now += draw(st.one_of(st.integers(1, 90), st.integers(60, 5000))) * MINUTE
        promised = draw(st.one_of(st.none(), st.integers(5, 3000).map(lambda n, now=now: now + n * MINUTE)))
        who = draw(st.sampled_from(WHO[verb])) if verb in WHO else ""
        word = draw(st.sampled_from(list(Level))).word if verb == "level" else "x"
        steps.append(Step(now, verb, who, word, draw(st.integers(1, 5)), promised))
    answers = {
        "going": draw(st.sampled_from(["no", "yes", "unknown"])),
        "found": draw(st.sampled_from(["self", "client"])),
        "reach": "several",
    }
    return Script(
        name="any",
        start=start,
        level=draw(st.sampled_from(list(Level))),
        answers=answers,
        flags=draw(st.sampled_from([(), ("personal",)])),
        clients=draw(st.integers(0, 2)),
        boss=draw(st.sampled_from(["present", "away"])),
        steps=tuple(steps),
        bot=None,
    )


@st.composite
def players(draw: st.DrawFn) -> Player:
    people = ["R", "H2", "B", "F1", "F2", "P", "T1"]
    directory = {who: Calendar(draw(st.sampled_from(ZONES))) for who in people}
    night = draw(st.sampled_from(["ladder", "duty_only", "never"]))
    script = draw(scripts())
    return Player(script, policy_for(script, f'night_contact = "{night}"\n'), directory)


@settings(max_examples=60, deadline=None)
@given(players())
def test_each_nudge_goes_once_and_the_plan_comes_to_rest(player: Player) -> None:
    player.run()
    keys = Counter((f.kind, f.party, f.ordinal, f.recipient) for f in player.fired)
    assert set(keys.values()) <= {1}
    assert not keys.keys() & {due.key for due in player.planned()}
    slots = Counter((f.kind, f.party, f.ordinal) for f in player.fired)
    assert set(slots.values()) <= {1}


@settings(max_examples=60, deadline=None)
@given(players())
def test_nobody_but_r_before_the_boss_is_told(player: Player) -> None:
    player.run()
    told = player.incident.first(What.TOLD, What.SENIOR)
    accepted = player.incident.first(What.ACCEPTED)
    for fired in player.fired:
        if told is None or fired.at < told.at:
            by_hand = fired.kind in BY_HAND or (accepted and fired.recipient == accepted.actor)
            assert fired.recipient == "R" or by_hand, fired


@settings(max_examples=60, deadline=None)
@given(players(), st.randoms(use_true_random=False))
def test_the_order_of_the_record_does_not_matter(player: Player, shuffle: random.Random) -> None:
    """Rows shuffled, some of them twice: the same plan, at every moment of a history."""
    player.run()
    events = [*player.incident.events, *shuffle.choices(player.incident.events, k=3)]
    shuffle.shuffle(events)
    mixed = replace(player.incident, events=tuple(events))
    for count in {0, len(player.fired) // 2, len(player.fired)}:
        fired = player.fired[:count]
        args = (player.policy, player.directory, fired)
        assert plan(mixed, *args) == plan(player.incident, *args)


@settings(max_examples=60, deadline=None)
@given(players())
def test_nobody_is_woken_and_windows_hold(player: Player) -> None:
    """Small and medium: timers end in working hours. Critical: whoever is asleep is left until morning."""
    player.run()
    if player.incident.first(What.LEVEL):
        return
    level, hours = player.script.level, player.policy.hours
    for fired in player.fired:
        calendar = worktime.calendar_of(player.directory, fired.recipient)
        if fired.kind in ("tell", "ack.1", "ack.2", "ack.3", "first.due", "halt", "retry"):
            at_once = fired.kind == "ack.2" and player.script.boss == "away"
            breath = player.incident.first(What.BREATHING)
            window = player.policy.windows[level]
            assert at_once or breath or worktime.is_open(fired.at, window, calendar), fired
        if level is Level.CRITICAL and fired.kind in ("stale", "still", "rev.due", "gate"):
            assert not worktime.is_night(fired.at, hours, calendar) or fired.recipient == "A"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 10 * 365 * 24 * 60), st.sampled_from(list(Level)))
def test_in_every_zone_each_rule_of_the_first_hour_fires_as_often_as_it_says(
    zone: str, minute: int, level: Level
) -> None:
    assert fired_untold(zone, BEGIN + minute * MINUTE, level) == ALL_UNTOLD


ALL_UNTOLD = {"tell": 2, "halt": 3, "first.half": 1, "first.due": 1, "first.over": 4}


def fired_untold(zone: str, start: datetime, level: Level) -> Counter[str]:
    """What goes out, and how often, in an incident that nobody touches after opening it."""
    script = Script(
        "untold", start, level, {"going": "yes", "found": "self", "reach": "one"}, (), 1, "present",
        (Step(start, "open"), Step(start + timedelta(days=60), "cancel", word="test")), None,
    )  # fmt: skip
    player = Player(script, policy_for(script), {"R": Calendar(zone)})
    player.run()
    return Counter(f.kind for f in player.fired if f.kind not in ("still", "stale"))


def test_in_every_zone_beside_a_change_of_its_clock_each_rule_fires_as_often_as_it_says() -> None:
    """In the day before its last change in ten years: gaps, overlaps, half hours, a day that is left out."""
    changes = dict(changes_of_clock())
    for number, zone in enumerate(ZONES):
        start = changes.get(zone, BEGIN) - (number % 24) * 60 * MINUTE
        level = list(Level)[number % len(Level)]
        assert fired_untold(zone, start, level) == ALL_UNTOLD, (zone, start, level)
