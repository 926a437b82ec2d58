"""What people were owed when something was handed over or cancelled isn't missed once they've erased."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.guide import erasing
from bot.guide.work import Work
from bot.outbox.owed import audited
from bot.store import people
from bot.store import tables as t
from bot.store.database import Database
from bot.store.people import Person
from tests.access.test_no_part import BOSS, RULES, SAFE, Case, R

ERASED = [(R,), (SAFE,), (BOSS,), (R, SAFE), (BOSS, SAFE), (SAFE, R, BOSS)]


@pytest.fixture
def case() -> Iterator[Case]:
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    made = Case(database)

    def move_in(work: Work) -> None:
        for user in (R, BOSS, SAFE):
            people.put(work.store, Person(user, user.title(), "UTC", "member", "", work.now))

    made.do(move_in)
    made.begin()
    yield made
    database.close()


def missed(case: Case) -> list[str]:
    def look(work: Work) -> list[str]:
        found = audited(work.store, case.key, RULES, work.now)
        return [f.about for f in found if f.about.split(":")[1] in ("accepted", "all_clear")]

    return case.do(look)  # type: ignore[no-any-return]


@pytest.mark.parametrize("erased", ERASED)
@pytest.mark.parametrize("cancelled", ["never", "before", "after"])
def test_no_false_alarm_whoever_erases(case: Case, erased: tuple[str, ...], cancelled: str) -> None:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    case.save("handover", {"to": SAFE, "note": "Please take this over."})
    case.save("accept", {"read_back": "The list went to the wrong client"}, SAFE)
    case.deliver()
    if cancelled == "before":
        case.save("cancel", {"why": "false_alarm"}, SAFE)
    for user in erased:
        case.do(erasing.forget, user)
    if cancelled == "after" and (handler := case.incident().handler) in (R, BOSS, SAFE):
        case.save("cancel", {"why": "false_alarm"}, handler)
    assert missed(case) == []
