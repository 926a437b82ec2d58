"""The planner against an account that walks minute by minute, over histories that people could have made."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.level import Level
from bot.domain.worktime import Calendar
from bot.rehearsal.script import MONDAY, Script, Step
from tests.domain.minutes import LEVELS, Minutes
from tests.rehearsal.player import Player, policy_for

MINUTE = timedelta(minutes=1)
ZONES = {0: "UTC", 300: "Etc/GMT+5", -540: "Etc/GMT-9"}
UNTIL = 30 * 60
Act = tuple[int, str, str]


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, str, dict[str, int], list[Act]]:
    start, level = draw(st.integers(0, 6)) * 1440 + draw(st.integers(0, 1439)), draw(st.sampled_from(LEVELS))
    behind = draw(st.sampled_from(list(ZONES)))  # everyone in one zone, which may not be ours
    away = dict.fromkeys(("R", "B", "F1", "F2"), behind)
    now, acts, told, high, live = 0, list[Act](), False, LEVELS.index(level), True
    for _ in range(draw(st.integers(1, 5))):
        now += draw(st.one_of(st.integers(1, 60), st.integers(60, 400)))
        choices = ["tell"] * (not told and live) + ["ack"] * (told and live) + ["level"] * (high < 3 and live)
        choices += ["cancel"] * live + ["reopen"] * (not live) + ["contact"] * live
        verb = draw(st.sampled_from(choices))
        word = ""
        if verb == "ack":
            word = draw(st.sampled_from(["B", "F1", "F2"]))
        elif verb == "level":
            high = draw(st.integers(high + 1, 3))
            word = LEVELS[high]
        told, live = told or verb == "tell", verb == "reopen" or (live and verb != "cancel")
        acts.append((now, verb, word))
    return start, level, away, acts


def walked(start: int, level: str, away: dict[str, int], acts: list[Act]) -> list[tuple[int, str, str]]:
    """Minute by minute."""
    case, found = Minutes(start, level, away, client=True), []
    case.acts.append(start)
    for minute in range(start, start + UNTIL):
        for at, verb, word in acts:
            if start + at == minute:
                happens(case, minute, verb, word)
        found += list(case.minute(minute))
    return sorted((m - start, "first.over" if s.startswith("over") else s.split(".1")[0].split(".2")[0], to)
                  if not s.startswith("ack") else (m - start, s, to) for m, s, to in found)  # fmt: skip


def happens(case: Minutes, minute: int, verb: str, word: str) -> None:
    if verb == "ack":
        case.acked.setdefault(word, minute)
        return
    case.acts.append(minute)
    if verb == "tell":
        case.told = minute
    elif verb == "level":
        case.level, case.changed = word, minute
        case.asleep.clear()  # what's overdue is due with the change
    elif verb == "contact":
        case.reached = True
    else:
        case.live = verb == "reopen"
        case.reopened = minute if case.live else case.reopened
        case.asleep.clear()


def planned(start: int, level: str, away: dict[str, int], acts: list[Act]) -> list[tuple[int, str, str]]:
    """By the planner, from due time to due time."""
    at: datetime = MONDAY + start * MINUTE
    steps = [Step(at, "open")]
    for minute, verb, word in acts:
        who = {"ack": word, "contact": "C1"}.get(verb, "")
        steps.append(Step(at + minute * MINUTE, verb, who, word))
    steps.append(Step(at + UNTIL * MINUTE, "note"))
    answers = {"going": "no", "found": "self", "reach": "one"}
    script = Script("any", at, Level.from_word(level), answers, (), 1, "present", tuple(steps), None)
    policy = policy_for(script, "cap = 1000\n")
    player = Player(script, policy, {who: Calendar(ZONES[behind]) for who, behind in away.items()})
    player.run()
    chains = ("tell", "ack", "first")
    mine = [f for f in player.fired if f.kind.split(".")[0] in chains]
    lines = [((f.at - at) // MINUTE, f.kind, f.recipient) for f in mine]
    return sorted(line for line in lines if line[0] < UNTIL)


@settings(max_examples=int(os.environ.get("RUNS", "10")), deadline=None, derandomize=True)
@given(histories())
def test_both_send_the_same_at_the_same_minute(history: tuple[int, str, dict[str, int], list[Act]]) -> None:
    assert planned(*history) == walked(*history)


def test_the_example_that_began_it() -> None:
    """Large, told and seen after the deadline, then raised: the lead isn't sent what had passed."""
    acts = [(130, "tell", ""), (131, "ack", "B"), (140, "level", "critical")]
    found = walked(600, "large", {}, acts)
    assert planned(600, "large", {"B": 0}, acts) == found
    assert (140, "first.due", "B") not in found
