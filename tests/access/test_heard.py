"""Someone whose part was a promise has their data erased: the person who counts on it hears so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.domain.record import Event, What
from bot.guide import erasing, messages
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.outbox.owed import audited
from bot.policy import load_policy
from bot.store.database import Database
from bot.store.tables import metadata
from tests.access.test_no_part import BOSS, DEPUTY, SAFE, Case, R

RULES = load_policy(f'[ladder]\nperson = "{BOSS}"\ndeputy = "{DEPUTY}"\n[contacts]\nprivacy = "{SAFE}"\n')


@pytest.fixture
def case() -> Iterator[Case]:
    database = Database("sqlite://")
    metadata.create_all(database.engine)
    made = Case(database, RULES)
    made.begin()
    made.pick()
    made.save("send", {"text": "I made a mistake."})
    made.deliver()
    yield made
    database.close()


def _sent(case: Case, what: What, kind: str, **data: str) -> None:
    def send(work: Work) -> None:
        work.store.append(case.key, [Event(work.now, what, R, data=data)])
        messages.send(work, work.reload(case.key), kind, SAFE, sender=R, text="Please look.")
        settle(work, case.key)

    case.do(send)


def _handles(case: Case) -> None:
    def handle(work: Work) -> None:
        work.store.set_handler(case.key, SAFE)
        settle(work, case.key)

    case.do(handle)


PARTS: dict[str, Callable[[Case], None]] = {
    "legal_note": lambda case: _sent(
        case, What.LEGAL_SENT, "legal_note", to=SAFE, aware_at="2024-01-01T10:00:00+00:00"
    ),
    "ask": lambda case: _sent(case, What.ASKED_GATE, "ask", gate="plan", holder=SAFE),
    "offer": lambda case: case.save("handover", {"to": SAFE, "note": "Please take this over."}),
    "along": lambda case: case.save("together", {"who": SAFE}),
    "handler": _handles,
}


@pytest.mark.parametrize("read", [False, True])
@pytest.mark.parametrize("part", PARTS)
def test_the_reporter_hears_of_it(case: Case, part: str, read: bool) -> None:
    PARTS[part](case)
    if read:
        case.deliver()
    case.do(erasing.forget, SAFE)
    heard = [(p.kind, p.recipient) for p in case.rows("left", "unheard")]
    assert heard == [("left" if read or part == "handler" else "unheard", R)]
    assert SAFE not in case.everything()
    assert case.incident().handler == R
    missing = case.do(lambda work: audited(work.store, case.key, RULES, work.now))
    assert [found.about for found in missing if found.kind == "missing"] == []
