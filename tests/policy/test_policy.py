"""The policy file: shipped values, overrides, and errors that name key, value and rule."""

from __future__ import annotations

import pytest

from bot.domain.level import Level
from bot.policy import PolicyError, load_policy


def test_shipped_numbers() -> None:
    policy = load_policy()
    assert policy.minutes("tell", Level.LARGE) == 15
    assert policy.minutes("int", Level.SMALL) is None
    assert policy.days("prev", Level.CRITICAL) == 5
    assert policy.windows[Level.CRITICAL].always
    assert policy.nudges["upd.over"].at == (15, 45, 75)
    assert policy.ladder_for("U1") == ()
    assert len(policy.tags) == 10
    assert not policy.auto_notify


def test_a_change_leaves_its_neighbours_alone() -> None:
    policy = load_policy('cap = 3\n[cadence.tell]\nlarge = 20\n[nudges."first.over"]\ntimes = 2\n')
    assert policy.cap == 3
    assert policy.minutes("tell", Level.LARGE) == 20
    assert policy.minutes("tell", Level.MEDIUM) == 30
    assert (policy.nudges["first.over"].times, policy.nudges["first.over"].every) == (2, 30)


LADDERS = """
[ladder]
person = "U1"
deputy = "U2"
[[teams]]
name = "Design"
members = ["U7", "U8"]
ladder = {person = "U8", deputy = "", duty_lead = "U3"}
"""


def test_a_team_has_its_own_ladder_and_nobody_stands_above_themselves() -> None:
    policy = load_policy(LADDERS)
    assert policy.ladder_for("U9") == ("U1", "U2")
    assert policy.ladder_for("U7") == ("U8", "U3")
    assert policy.ladder_for("U8") == ("U3",)
    assert not policy.nobody_above("U8")
    assert load_policy('[ladder]\nperson = "U1"').nobody_above("U1")
    assert not load_policy().nobody_above("U1")


@pytest.mark.parametrize(
    ("text", "key", "value", "rule"),
    [
        ("cap = 0", "cap", "0", "from 1 to 1000"),
        ("cap = true", "cap", "True", "whole number"),
        ("cadence.ack.large = 'never'", "cadence.ack.large", "'never'", "whole number"),
        ("cadence.tell.huge = 3", "cadence.tell.huge", "3", "not known"),
        ("windows.small.days = 'Fri-Mon'", "windows.small.days", "'Fri-Mon'", "Mon-Fri"),
        ("windows.small.from = '9:00'", "windows.small.from", "'9:00'", "time of day"),
        ("windows.small.to = '08:00'", "windows.small.to", "'08:00'", "later than from"),
        ("hours.morning = '20:00'", "hours.morning", "'20:00'", "hours.office"),
        ("hours.night.to = '24:00'", "hours.night.to", "'24:00'", "00:00"),
        ("thread_reminders = 'loud'", "thread_reminders", "'loud'", "one of neutral, mention, off"),
        ("auto_notify = 1", "auto_notify", "1", "true or false"),
        ("[nudges.'upd.over']\nat = [45, 15]", 'nudges."upd.over".at', "[45, 15]", "rising list"),
        ("[nudges.'upd.pre']\nat = [10]", 'nudges."upd.pre".at', "[10]", "2 number"),
        ("[nudges.halt]\nevery = 5", "nudges.halt.every", "5", "not known"),
        ("gates.large = ['press']", "gates.large", "['press']", "one of contact, plan, credit"),
        ("ladder.person = 'U1'\nladder.deputy = 'U1'", "ladder", "U1", "different people"),
        ("teams = 'all'", "teams", "'all'", "list of tables"),
        ("[[teams]]\nname = 'A'\nmembers = []", "teams.1.ladder", "", "missing"),
        ("retention = 3", "retention", "3", "table with the keys"),
        ("surprise = 1", "surprise", "1", "not known"),
        ("cap = ", "TOML", "", "not a TOML file"),
    ],
)
def test_errors_name_key_value_and_rule(text: str, key: str, value: str, rule: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(text)
    (problem,) = caught.value.problems
    assert key in problem
    assert value in problem
    assert rule in problem


def test_one_person_in_two_teams_is_said() -> None:
    team = '[[teams]]\nname = "A"\nmembers = ["U1"]\nladder = {person = "", deputy = "", duty_lead = ""}\n'
    with pytest.raises(PolicyError, match="one team only"):
        load_policy(team + team)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy("cap = 0\nlocale = 5\n[cadence.tell]\nlarge = -1")
    assert [problem.split(" ")[0] for problem in caught.value.problems] == [
        "cadence.tell.large",
        "cap",
        "locale",
    ]
