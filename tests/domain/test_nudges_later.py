"""Who came later than a nudge was due, and readings of what reopening and a missed promise mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges import Fired, plan
from bot.domain.record import Event, Signal, What
from bot.domain.worktime import Calendar
from tests.domain.histories import POLICY, at, go, only, opened, planned, told


def raised(minutes: float, before: str, after: str = "critical") -> Event:
    return Event(at(minutes), What.LEVEL, "R", data={"before": before, "after": after})


def seen(incident: Incident, minutes: float, who: str = "B") -> Incident:
    return replace(incident, signals=(Signal(who, "eyes", "notice", at(minutes)),))


def after(incident: Incident, sent: list[tuple[int, str, str]], until: float) -> list[tuple[int, str, str]]:
    """What goes out from there on, those having gone out before."""
    fired: list[Fired] = []
    for minute, kind, who in sent:
        due = next(d for d in plan(incident, POLICY, {}, fired) if (d.kind, d.recipient) == (kind, who))
        fired.append(Fired(*due.key, at(minute)))
    return go(incident, until, POLICY, *fired)[len(sent) :]


# --- who came later ---------------------------------------------------------------------------------
UNTOLD = [(60, "first.half", "R"), (120, "first.due", "R")]


@pytest.mark.parametrize(
    "change",
    [
        raised(140, "large"),
        Event(at(140), What.REOPENED, "R"),
    ],
    ids=["raised", "reopened"],
)
def test_a_lead_who_came_later_is_sent_nothing_that_was_due_before(change: Event) -> None:
    closed = [Event(at(135), What.CANCELLED, "R")] if change.what is What.REOPENED else []
    level = Level.LARGE if closed else Level.CRITICAL
    incident = seen(opened(told(130), *closed, change, level=level, clients=1), 131)
    got = only(after(incident, UNTOLD, 200), "first")
    assert got[0] == (150, "first.over", "R")
    assert {(m, k) for m, k, who in got if who == "B"} == {(150, "first.over")}


def test_nor_is_the_boss_who_was_told_after_it_and_has_not_answered() -> None:
    incident = opened(told(130), raised(140, "large"), level=Level.CRITICAL, clients=1)
    assert (140, "first.due", "B") not in after(incident, UNTOLD, 149)


def test_nor_a_lead_of_a_review_that_was_due_before_they_answered() -> None:
    fixed = Event(at(60), What.FIXED, "R")
    week = 7 * 1440
    incident = seen(opened(told(5), fixed, raised(week + 61, "large"), level=Level.CRITICAL), week + 60)
    first, second = planned(incident, "rev.due", [])
    assert (first.recipient, first.due_at) == ("R", at(week + 61))
    assert (second.recipient, second.due_at) == ("B", at(2 * week))  # only the second of the two


def test_nor_of_an_offer_that_nobody_answered() -> None:
    offered = Event(at(10), What.OFFERED, "R", data={"to": "H2"})
    incident = seen(opened(told(5), offered), 50)
    assert not planned(incident, "hand.boss")
    assert planned(seen(opened(told(5), offered), 30), "hand.boss")


@pytest.mark.parametrize("level", ["small", "medium"])
def test_what_the_raise_itself_made_overdue_goes_to_a_lead_who_was_there_before_it(level: str) -> None:
    incident = seen(opened(told(130), raised(140, level), level=Level.CRITICAL, clients=1), 131)
    got = only(go(incident, 400), "first")
    assert got[:3] == [(140, "first.half", "R"), (170, "first.due", "R"), (170, "first.due", "B")]


# --- readings ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("level", list(Level))
def test_what_follows_a_missed_promise_keeps_to_the_day_of_its_reader_at_every_level(level: Level) -> None:
    """Promised for 23:45: due then, and 15 minutes later it's midnight; B lives where it's late afternoon."""
    promised = {"result": "reached", "promised": at(13 * 60 + 45).isoformat()}
    contact = Event(at(8 * 60), What.CONTACTED, "R", "C1", promised)
    incident = seen(opened(told(1), contact, level=level, clients=1), 2)
    got = only(go(incident, 1440, POLICY, B=Calendar("America/New_York")), "upd")
    assert [(m, k) for m, k, who in got if who == "R"] == [
        (13 * 60 + 35, "upd.pre"),
        (13 * 60 + 45, "upd.due"),
        (21 * 60, "upd.over"),
        (21 * 60 + 30, "upd.over"),
        (22 * 60, "upd.over"),
    ]
    assert [(m, k) for m, k, who in got if who == "B"] == [(14 * 60, "upd.over"), (15 * 60, "upd.over")]


def test_at_critical_no_one_who_has_just_acted_is_woken_for_it_either() -> None:
    promised = {"result": "reached", "promised": at(13 * 60).isoformat()}
    contact = Event(at(8 * 60), What.CONTACTED, "R", "C1", promised)
    busy = Event(at(13 * 60 + 10), What.NOTED, "R")
    incident = opened(told(1), contact, busy, level=Level.CRITICAL, clients=1)
    assert only(go(incident, 1270), "upd")[-1] == (21 * 60, "upd.over", "R")


def test_reopened_first_contact_runs_on_from_the_first_opening() -> None:
    """Cancelled over the half: it's said with the reopening, and the deadline stays where it was."""
    events = (told(5), Event(at(30), What.CANCELLED, "R"), Event(at(90), What.REOPENED, "R"))
    got = only(go(opened(*events, clients=1), 200), "first")
    assert [(m, k) for m, k, who in got if who == "R"] == [
        (90, "first.half"), (120, "first.due"), (150, "first.over"), (180, "first.over"),
    ]  # fmt: skip


def test_reopened_what_was_sent_is_not_sent_again() -> None:
    events = (told(130), Event(at(140), What.CANCELLED, "R"), Event(at(145), What.REOPENED, "R"))
    assert only(after(opened(*events, clients=1), UNTOLD, 160), "first")[0] == (150, "first.over", "R")


def test_legal_marks_in_the_minute_of_the_first_are_that_one() -> None:
    """On a Saturday 24 hours on come forward to Friday, which is past; 48 and 66 both to Monday."""
    now = at(5 * 1440)
    saturday = Event(now, What.LEGAL_SENT, "R", data={"to": "P", "aware_at": now.isoformat()})
    got = only(go(opened(saturday, level=Level.CRITICAL), 14 * 1440), "legal")
    assert [kind for _, kind, _ in got] == ["legal.now", "legal.48"]
