"""The words of every nudge: all kinds have them, they fit, they are kind; the thread's twin names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from bot.domain import wording
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges.model import Due, ordinal
from bot.domain.record import Action, Event, Page, Party, Signal, What
from bot.policy import load_policy
from bot.stages import STAGES
from bot.stages.texts import TEXTS
from bot.words import nudges
from bot.words.environment import TEMPLATES, blocks
from tests.words.longest import full

POLICY = load_policy(
    '[contacts]\nprivacy = "UP"\nadmins_channel = "CADMINS"\nsupport_link = "https://help.example"\n'
    '[ladder]\nperson = "UB"\ndeputy = "UF"\nduty_lead = "UD"\n'
    '[phones]\nUB = "+49 30 555 0101"\nUR = "+49 30 555 0102"\n'
)
KINDS = tuple(POLICY.nudges)
IN_THREAD = tuple(kind for kind, rule in POLICY.nudges.items() if rule.in_thread)
NAMES = {"UR": "Quillon Varga", "UB": "Zenobia Marsh", "UF": "Odalys Pike", "UD": "Wim Dekker",
         "UP": "Petra Lind", "UT": "Brannoc Teal", "UH": "Hedy Solano"}  # fmt: skip
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NOW = START + timedelta(hours=2)
TZ = "America/Argentina/Buenos_Aires"
TYPED = "canary typed text"
FIRMS = (Party("C1", "client", "Larkspur Mills", told_us=True), Party("C2", "client", "Vantage Ferry"))
TEAMS = (Party("C1", "colleague", "Night desk"), Party("C2", "colleague", "Events team"))
ABOUT = {
    "gate": ("contact", "plan", "credit", "halt"), "act.due": ("1",),
    "still": ("halt", "tell", "ack", "first", "retry", "upd", "gate", "hand"),
    "resume": tuple(stage.key for stage in (*STAGES, *TEXTS)),
}  # fmt: skip
STEPS = (2, 3, 4, 7)


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def event(minutes: int, what: What, actor: str = "UR", party: str = "", **data: object) -> Event:
    return Event(later(minutes), what, actor, party, data)


EMPTY = Incident("T1", "i", "UR", "UR", START)
HOW = {"how": "send", "boss": "UB", "ladder": ["UB", "UF", "UD"], "notified": ["UB"]}


def course(level: Level, parties: tuple[Party, ...], handler: str = "UR", **told: object) -> Incident:
    """Everything has happened once: told, asked, tried, promised, offered, fixed, closed, and typed about."""
    page = {"summary": TYPED, "q1_mistake": TYPED, "boss": "UB", "how": "send"}
    stages = ("open", "assess", "tell", "contact", "halt")
    talks = [
        e
        for p in parties
        for e in (
            event(20, What.CONTACTED, handler, p.key, result="voicemail", note=TYPED),
            event(30, What.CONTACTED, handler, p.key, result="reached", promised=later(120).isoformat()),
        )
    ]
    events = (
        event(0, What.OPENED), event(5, What.TOLD, **{**HOW, **told}), event(15, What.ASKED, to="UF"),
        *talks, event(35, What.ASKED_GATE, handler, gate="contact", holder="UB"),
        event(40, What.LEGAL_SENT, aware_at=START.isoformat(), to="UP"),
        event(50, What.OFFERED, handler, to="UT"),
        event(60, What.FIXED, handler, later=[p.key for p in parties]),
    )  # fmt: skip
    return Incident(
        "T1", "i", "UR", handler, START, level=level, parties=parties, events=events,
        pages={(s, ""): Page(s, "", 1, page, False, "UR", START) for s in stages},
        signals=(Signal("UB", "eyes", "notice", later(10)),),
        actions=(Action("1", "UT", date(2026, 4, 1), text=TYPED),),
    )  # fmt: skip


COURSES = {
    "empty": EMPTY,
    **{f"one client, {level.word}": course(level, FIRMS[:1]) for level in Level},
    "several clients": course(Level.LARGE, FIRMS),
    "one colleague": course(Level.MEDIUM, TEAMS[:1]),
    "several colleagues": course(Level.LARGE, TEAMS),
    "mixed, handed over": course(Level.CRITICAL, (FIRMS[0], TEAMS[1]), "UH"),
    "own team": course(Level.SMALL, ()),
    "unseen": replace(course(Level.CRITICAL, FIRMS), signals=()),
    "only the boss": replace(course(Level.LARGE, FIRMS, only_boss=True), signals=()),
    "boss away": replace(course(Level.LARGE, FIRMS, away=True), signals=()),
    "said in person": course(Level.LARGE, FIRMS, how="self"),
    "taken back": replace(EMPTY, events=(event(0, What.OPENED), event(9, What.WITHDRAWN))),
}
PEOPLE = ("UR", "UB", "UF", "UD", "UP", "UT", "UH", "CADMINS")


@dataclass(frozen=True)
class Case:
    incident: Incident
    due: Due

    def values(self, now: datetime = NOW, names: dict[str, str] = NAMES) -> dict[str, Any]:
        return nudges.values(self.due, self.incident, names, POLICY, TZ, now)


def cases(kind: str, courses: dict[str, Incident]) -> Iterator[Case]:
    for incident in courses.values():
        abouts = ABOUT.get(kind) or ("", *(p.key for p in incident.parties[:2]))
        asked = [(1, user) for user in PEOPLE] + [(step, user) for step in STEPS for user in ("UR", "UB")]
        for about, (step, user) in product(abouts, asked):
            due = Due(NOW, 1, kind, about, ordinal(0, step), user)
            yield Case(incident, due)


def test_every_kind_has_its_template_and_every_template_its_kind() -> None:
    found = {p.name.removesuffix(".j2") for p in (TEMPLATES / "nudges").glob("[!_]*.j2")}
    assert found == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_are_what_the_rule_says(kind: str) -> None:
    assert set(blocks(f"nudges/{kind}.j2", "plain")) == {"text", *(["thread"] if kind in IN_THREAD else [])}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_kind_and_short_for_everybody_in_every_course(kind: str) -> None:
    for text in {nudges.nudge_text(kind, case.values()) for case in cases(kind, COURSES)}:
        assert 20 < len(text) <= 600
        assert wording.check(text, "template") == (), text
        assert "None" not in text
        assert text[-1] in ".?", text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["w", "Wörter ", "語"])
def test_the_longest_answers_still_fit(kind: str, word: str) -> None:
    incident = replace(
        full(word), parties=tuple(replace(p, name=(word * 80)[:80]) for p in full("w").parties)
    )
    names = {user: (word * 80)[:80] for user in NAMES}
    texts = {nudges.nudge_text(kind, case.values(names=names)) for case in cases(kind, {"longest": incident})}
    assert max(map(len, texts)) <= 600


@pytest.mark.parametrize("kind", IN_THREAD)
def test_the_twin_names_nobody_and_says_how_to_answer(kind: str) -> None:
    canaries = [*(w for n in NAMES.values() for w in n.split()), *(p.name for p in (*FIRMS, *TEAMS)), TYPED]
    for text in {nudges.thread_text(kind, case.values()) for case in cases(kind, COURSES)}:
        assert not [c for c in canaries if c in text], text
        assert text.endswith(("👀 I'm on it · ✅ it's done", "👀 I'm on it · ✅ it's out"))
        assert len(text) <= 300
        assert wording.check(text.split("👀")[0], "template") == ()


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in IN_THREAD])
def test_others_have_no_twin(kind: str) -> None:
    case = next(cases(kind, COURSES))
    with pytest.raises(KeyError):
        nudges.thread_text(kind, case.values())


@pytest.mark.parametrize("kind", ["ack.end", "legal.66", "stale"])
def test_the_admins_channel_learns_nothing_of_the_content(kind: str) -> None:
    texts = {
        nudges.nudge_text(kind, case.values())
        for case in cases(kind, COURSES)
        if case.due.recipient == "CADMINS"
    }
    (text,) = texts
    assert not [n for n in NAMES.values() if n in text]


def one(
    kind: str, incident: Incident, user: str, about: str = "", step: int = 1, due_at: datetime = NOW
) -> str:
    due = Due(due_at, 1, kind, about, ordinal(0, step), user)
    return nudges.nudge_text(kind, nudges.values(due, incident, NAMES, POLICY, "Europe/Berlin", NOW))


def test_words_of_ones_own_are_not_called_a_page_left_halfway() -> None:
    said = one("resume", EMPTY, "UR", "client_email_first")
    assert said.startswith('Your own words for "The e-mail" are kept')
    assert "halfway" not in said
    assert "Read it, change it" not in said
    assert one("resume", EMPTY, "UR", "more").startswith("You were halfway through")


def test_each_rung_reads_to_whom_it_was_sent() -> None:
    """Who comes next, and how to answer, stands in the notice below."""
    unseen = COURSES["unseen"]
    first, second, third = (one(f"ack.{n}", unseen, u) for n, u in ((1, "UB"), (2, "UF"), (3, "UD")))
    assert first == "Quillon Varga wrote to you at 09:05 and has no answer yet."
    comes = "What Quillon Varga wrote to Zenobia Marsh at 09:05 has no answer yet, so it comes to you."
    assert second == third == comes
    assert "Zenobia Marsh is away" in one("ack.2", COURSES["boss away"], "UF")


def test_once_somebody_has_answered_each_rung_reads_only_that() -> None:
    seen = COURSES["one client, large"]
    assert one("ack.2", seen, "UF") == "Zenobia Marsh has answered this."
    assert one("ack.1", seen, "UB") == "You have answered this."


def test_with_only_the_boss_r_hears_of_each_reminder_and_nobody_else_is_named() -> None:
    alone = COURSES["only the boss"]
    assert one("ack.2", alone, "UR").startswith(
        "There is no answer yet from Zenobia Marsh to what you sent at 09:05."
    )
    to_boss = one("ack.2", alone, "UB")
    assert to_boss.startswith("Reminder 2 of 3")
    assert "Odalys" not in to_boss


def test_the_boss_is_named_for_stopping_it_from_the_second_time_on_and_once_told() -> None:
    told, untold = COURSES["one client, large"], COURSES["empty"]
    assert "Zenobia Marsh" not in one("halt", told, "UR", step=1)
    assert "Ask Zenobia Marsh to stop it (+49 30 555 0101)." in one("halt", told, "UR", step=2)
    assert "Ask " not in one("halt", untold, "UR", step=2)
    assert "Ask " not in one("halt", replace(told, handler="UB"), "UB", step=2)


def test_a_party_is_named_only_to_those_who_may_see_the_facts() -> None:
    unseen = COURSES["unseen"]
    assert "Larkspur Mills" in one("first.due", unseen, "UR", "C1")
    assert "Larkspur Mills" not in one("first.due", unseen, "UB", "C1")  # not before their Seen
    assert "Larkspur Mills" not in one("first.due", unseen, "UD", "C1")


def test_an_update_says_when_it_was_promised_in_the_readers_zone() -> None:
    incident = course(Level.LARGE, FIRMS[:1])
    for kind in ("upd.pre", "upd.due", "upd.over"):
        assert "11:00 (Berlin time)" in one(kind, incident, "UR", "C1", due_at=later(125))


def test_the_gate_is_mentioned_only_where_it_is_closed() -> None:
    assert "go-ahead" in one("first.half", COURSES["unseen"], "UR", "C1")
    assert "go-ahead" not in one("first.half", COURSES["one client, critical"], "UR", "C1")
    assert "go-ahead" not in one("first.half", COURSES["one client, small"], "UR", "C1")


def test_once_it_is_due_nobody_is_asked_to_wait_for_a_yes() -> None:
    """Nobody leads, so the call may be noted without one; whoever told us never waits for it."""
    unseen, led = COURSES["unseen"], COURSES["one client, critical"]
    for kind in ("first.due", "first.over"):
        told_us, other = (one(kind, unseen, "UR", party) for party in ("C1", "C2"))
        assert "No yes is needed to call them back." in told_us
        assert "you need not wait any longer" in other
        assert "go-ahead" not in told_us + other
        assert "need" not in one(kind, led, "UR", "C1").replace("need a hand", "")
        to_lead = one(kind, unseen, "UB", "C1")
        assert to_lead.startswith("A client came to us first and")
        assert "none is on record" not in to_lead


def test_legal_marks_count_from_awareness() -> None:
    incident = COURSES["one client, critical"]
    assert "The 24-hour mark is tomorrow 09:00 (Berlin time), counted from 09:00" in one(
        "legal.24", incident, "UP"
    )


def test_it_says_that_it_is_late_only_when_it_is() -> None:
    due = Due(START, 1, "upd.due", "C1", ordinal(0, 1), "UR")

    def late(minutes: int) -> str:
        return nudges.late_text(nudges.values(due, EMPTY, NAMES, POLICY, "Europe/Berlin", later(minutes)))

    assert late(0) == late(4) == ""
    assert late(180).startswith("This was due at 09:00 (Berlin time).")
    assert wording.check(late(180), "template") == ()
