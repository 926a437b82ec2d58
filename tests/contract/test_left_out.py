"""Whatever may be left out is: absent, null or empty in the record, and every reader of it still works.

Rows are written past the store, as an older release may have left them: with nulls where nothing was said.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.nudges import plan
from bot.domain.record import Event, Party, Signal, What
from bot.guide import entry, flow, hub, showing
from bot.guide.outcome import Reply
from bot.guide.work import Work
from bot.outbox import owed
from bot.outbox.ports import Moment
from bot.playground.blockkit import check_message, check_view
from bot.slack import compose, hub_view, views
from bot.slack.listeners.entry import reply
from bot.stages import STAGES, TEXTS
from bot.store import tables
from bot.store.calendars import directory
from bot.store.posts import Post
from bot.words import drafts, timeline
from tests.contract.records import NOW, PROMISED, START, event, filled, page

TOLD = {"how": "send", "boss": "UB", "ladder": ["UB", "UF"], "notified": ["UB"]}
NEEDED: Mapping[What, frozenset[str]] = {  # without these it would be no such event at all
    What.BREATHING: frozenset({"minutes"}),
    What.LEVEL: frozenset({"before", "after"}),
    What.SNOOZED: frozenset({"nudge", "ordinal", "until"}),
    What.SKIPPED: frozenset({"nudge", "ordinal"}),
    What.ASKED_GATE: frozenset({"gate", "holder"}),
}
EVERY: Mapping[What, Mapping[str, Any]] = {
    What.BREATHING: {"minutes": "2"},
    What.HALTED: {"status": "cannot"},
    What.TOLD: {**TOLD, "only_boss": False, "away": True},
    What.ASKED: {"to": "UF"},
    What.ASKED_GATE: {"gate": "plan", "holder": "UB"},
    What.APPROVED: {"gate": "plan"},
    What.REFUSED: {"gate": "plan"},
    What.CONTACTED: {"result": "email", "promised": PROMISED, "email": ["sent"], "sent_at": START.isoformat(),
                     "via": "email"},
    What.UPDATED: {"promised": PROMISED},
    What.LEVEL: {"before": "small", "after": "large"},
    What.LEGAL_SENT: {"aware_at": START.isoformat(), "to": "UP"},
    What.LEGAL_DECIDED: {"decision": "notified"},
    What.OFFERED: {"to": "UH"},
    What.FIXED: {"later": ["C1"]},
    What.DEBRIEFED: {"working": "no", "satisfied": "no"},
    What.LETTER: {"outcome": "waived"},
    What.SATISFIED: {"satisfied": "yes"},
    What.CANCELLED: {"why": "test"},
    What.TEAM: {"channel": "C0TEAM", "room": True},
    What.SNOOZED: {"nudge": "int.due", "ordinal": 2, "until": NOW.isoformat()},
    What.SKIPPED: {"nudge": "int.due", "ordinal": 4, "reason": "no need"},
    What.INVITED: {"to": "UC"},
    What.HELD: {"reason": "a claim may follow"},
}  # fmt: skip
WITH_PARTY = (What.AFFECTED, What.CONTACTED, What.UPDATED, What.DEBRIEFED)
LAST = (What.CLOSED, What.CANCELLED, What.REOPENED, What.WITHDRAWN, What.SENIOR)
KEYS = st.sampled_from(["missing", "null", "empty", "kept"])


def told_in_full(*ending: What) -> Iterator[Event]:
    """One of each kind of event, with everything that it can say; then how it ended."""
    usual = [what for what in What if what not in LAST]
    for minute, what in enumerate((*usual, *ending)):
        party = "C1" if what in WITH_PARTY else ""
        actor = {What.JOINED: "UC", What.ACCEPTED: "UH"}.get(what, "UR")
        yield event(minute, what, actor, party, **EVERY.get(what, {}))


def without(answers: Mapping[str, Any], how: Mapping[str, str]) -> dict[str, Any]:
    """The same, with those answers left out in one of three ways."""
    kept = {key: value for key, value in answers.items() if how.get(key) != "missing"}
    empties = {str: "", list: [], bool: False, int: 0}
    for key, value in kept.items():
        if how.get(key) == "null":
            kept[key] = None
        elif how.get(key) == "empty":
            kept[key] = empties[type(value)]
    return kept


def optional(what: What, data: Mapping[str, Any]) -> set[str]:
    return set(data) - NEEDED.get(what, frozenset())


@st.composite
def records(draw: st.DrawFn) -> Incident:
    """An incident in which everything has been answered, but for what was left out."""
    ending = draw(st.sampled_from([(), (What.CLOSED,), (What.CANCELLED,), (What.CLOSED, What.REOPENED)]))
    events = []
    for one in told_in_full(*ending):
        how = {key: draw(KEYS) for key in sorted(optional(one.what, one.data))}
        events.append(replace(one, data=without(one.data, how)))
    spread = draw(st.sampled_from(["all", "some"]))
    pages = {}
    for stage in STAGES:
        if spread == "some" and draw(st.booleans()):
            continue
        how = {f.key: draw(KEYS) for f in stage.fields if not f.required}
        answers = without(short(filled(stage, "w")), how)
        for key in ("C1", "C2") if stage.per_party else ("R2" if stage.per_person else "",):
            pages[stage.key, key] = page(stage.key, answers, key)
    return incident(tuple(events), pages)


def short(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: value[:40] if isinstance(value, str) else value for key, value in answers.items()}


def incident(events: tuple[Event, ...], pages: Mapping[tuple[str, str], Any]) -> Incident:
    signals = (Signal("UB", "reply", "notice", START), Signal("UT", "button:help", "card", START))
    parties = (Party("C1", "client"), Party("C2", "colleague", "The night shift"))
    return Incident(
        "T1", "leftout", "UR", "UR", START, pages=pages, events=events, signals=signals, parties=parties
    )


PLAIN = incident((event(0, What.OPENED), event(9, What.TOLD, **TOLD)), {})
PROMISE = event(20, What.CONTACTED, party="C1", result="reached", promised=PROMISED)
FIXED_WITH_NULL = replace(PLAIN, events=(*PLAIN.events, PROMISE, event(30, What.FIXED, later=None)))


def write(work: Work, found: Incident, key: str) -> Incident:
    """Those rows, to the letter; what the store reads of them."""
    store = work.store
    store.create(key, found.reporter, found.created_at)
    named = {"tenant": store.tenant, "incident": key}
    for one in found.pages.values():
        fields = ("stage", "party", "version", "skipped", "saved_by", "saved_at", "view")
        made = {name: getattr(one, name) for name in fields}
        store.connection.execute(insert(tables.pages), [{**named, **made, "answers": dict(one.answers)}])
    for said in found.events:
        made = {name: getattr(said, name) for name in ("at", "actor", "party")}
        data = {**dict.fromkeys(EVERY.get(said.what, ())), **said.data}
        row = {**named, **made, "what": said.what.value, "data": data}
        store.connection.execute(insert(tables.events), [row])
    for party in found.parties:
        store.save_party(key, party)
    store.reread()
    return work.reload(key)


def shows(view: Mapping[str, Any]) -> None:
    """Slack takes it, and nothing in it reads as a gap of ours."""
    assert (check_view(view, "modal") if "type" in view else check_message(view)) == []  # type: ignore[arg-type]
    assert not re.search(r"\bNone\b(?! is wanted)|\bnull\b", json.dumps(view)), view


# --- the readers ----------------------------------------------------------------------------------
def by_domain(work: Work, found: Incident) -> None:
    for party in found.parties:
        talks.promise(found, party.key)
        talks.settled(found, party.key)
    timeline.promises(found, NOW)
    list(owed.expected(found))
    plan(found, work.policy, directory(work.store, found, work.policy), [])


def by_screens(work: Work, found: Incident) -> None:
    for user in ("UR", "UB", "UP", "UH", "UC"):
        shows(views.view(showing.shown(work, found, user, flow.HUB)))
    for stage in (*STAGES, *TEXTS):
        for party in ("C1", "C2") if stage.per_party else ("R2" if stage.per_person else "",):
            screen = showing.shown(work, found, "UR", flow.Spot(stage.key, party))
            shows(views.view(screen))


def by_messages(work: Work, found: Incident) -> None:
    moment, names = Moment(NOW, work.policy), {"UR": "Rina", "UB": "Bert"}
    data = {"text": "t", "gate": "plan", "from": "UR", "code": "fixed", "why": "test", "yes": "yes"}
    for kind in (*work.policy.nudges, *compose.MAKERS, "all_clear", "passed_on", "gate_answered", "accepted"):
        post = Post(tenant="T1", incident=found.id, kind=kind, recipient="UR", due_at=NOW, party="C1",
                    data={**data, "code": "door"} if kind == "door" else data)  # fmt: skip
        for to in ("UR", "UB"):
            addressed = replace(post, recipient=to)
            shows(compose.compose(work.store, [addressed], found, moment))
    for key in drafts.DRAFTS:
        for party in ("C1", "C2"):
            org = work.policy.org
            made = drafts.draft(key, found, party=party, names=names, org=org, reader_tz="UTC", now=NOW)
            assert "None" not in made.text


def by_commands(work: Work, key: str) -> None:
    for text in ("list", f"status {key}", f"export {key}", "export", "forget"):
        answered = entry.command(work, "UR", text)
        assert isinstance(answered, Reply)
        shows(reply(answered))
    shows(hub_view.course(hub.ledger(work, key, "UR")))
    shows(hub_view.ledger(hub.ledger(work, key, "UR")))


EXAMPLES = int(os.environ.get("RUNS", "8"))
COUNTED = iter(range(10**6))


@given(records())
@example(PLAIN)
@example(FIXED_WITH_NULL)
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_every_reader_takes_what_was_left_out(work: Work, found: Incident) -> None:
    key = f"{next(COUNTED):06d}".translate(str.maketrans("0123456789", "abcdefghjk"))
    stored = write(work, found, key)
    by_domain(work, found)
    by_domain(work, stored)
    by_screens(work, replace(stored, signals=found.signals))
    by_messages(work, stored)
    by_commands(work, key)


@pytest.mark.parametrize("later", [{}, {"later": None}, {"later": []}])
def test_fixed_with_no_promise_left_open_ends_the_promises(later: dict[str, Any]) -> None:
    found = replace(PLAIN, events=(*PLAIN.events, PROMISE, event(30, What.FIXED, **later)))
    assert talks.promise(found, "C1") is None
    assert [promise.state for promise in timeline.promises(found, NOW)] == ["kept"]


@pytest.mark.parametrize("outcome", ["sent", "waived"])
def test_a_letter_is_called_sent_only_where_it_was(outcome: str) -> None:
    found = replace(PLAIN, events=(event(0, What.LETTER, outcome=outcome),))
    (row,) = timeline.rows(found, "UTC", str, str)
    assert ("sent" in row.what) == (outcome == "sent")
