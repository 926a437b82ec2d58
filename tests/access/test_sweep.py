"""Every place that shows or counts incidents, for every relation anyone can have to one: no leaks.

Both are data (`places`, `relations`), held to the access table. A new place or relation that isn't in them
makes a test fail here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.access import ACTIONS, Role, has_part, roles
from bot.domain.record import What
from bot.guide import entry
from bot.guide.work import Work
from bot.slack import routes
from bot.store import people, several
from bot.store import tables as t
from bot.store.database import Database
from bot.store.people import Person
from tests.access.places import LISTENERS, NOBODY, PART, PLACES, SEEING, found
from tests.access.relations import (
    NAMING,
    NAMING_NOBODY,
    OF_NO_INTEREST,
    OTHER,
    PICKED,
    RELATIONS,
    WHO,
    everyone_picked,
    tell,
)
from tests.access.test_no_part import RULES, Case, R

RULED = replace(RULES, contacts=replace(RULES.contacts, privacy=WHO))
SWEEP = [(name, told) for name, known in RELATIONS.items() for told in {False, not known.tells}]


@pytest.fixture
def case() -> Iterator[Case]:
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    made = Case(database, RULED)

    def move_in(work: Work) -> None:
        for user in (R, WHO, OTHER, *PICKED):
            people.put(work.store, Person(user, user.title(), "UTC", "member", "", work.now))

    made.do(move_in)
    made.begin()
    yield made
    database.close()


def leaks(case: Case, user: str, relation: str, *, told: bool) -> list[str]:
    """Places where someone of that relation finds the incident and may not, or may and doesn't."""
    known = RELATIONS.get(relation, RELATIONS["a stranger"])
    wrong = []
    for name, place in PLACES.items():
        if told or not place.told:
            there, may = found(case, place, user), place.may(known)
            wrong += [f"{relation}: {name} shows it"] if there and not may else []
            wrong += [f"{relation}: {name} hides it"] if may and place.always and not there else []
    return wrong


@pytest.mark.parametrize(("relation", "told"), SWEEP)
def test_no_place_shows_anyone_more_than_the_access_table(case: Case, relation: str, told: bool) -> None:
    known = RELATIONS[relation]
    known.bring(case)
    if told:
        tell(case, OTHER)
    case.do(lambda w: w.store.audit(w.now, OTHER, "viewed", case.key, "hub"))
    incident = case.incident()
    practice = relation == "in a practice run"
    assert roles(incident, WHO, RULED) == known.roles or practice  # a practice run admits its reporter alone
    reached = case.do(lambda w: bool(several.reached(w.store, [case.key], WHO)))
    assert has_part(incident, WHO, RULED, reached=reached) is known.part
    assert leaks(case, WHO, relation, told=told or known.tells) == []


@pytest.mark.parametrize("told", [False, True])
def test_to_be_picked_is_no_part_whatever_the_page(case: Case, told: bool) -> None:
    everyone_picked(case)
    if told:
        tell(case, OTHER)
    assert [line for user in PICKED for line in leaks(case, user, "picked", told=told)] == []


def test_the_sweep_goes_everywhere() -> None:
    """A new command, listener, right, role or kind of event has to be decided on here."""
    assert {f"{name}" for name in entry.COMMANDS} <= set(PLACES)
    assert {f"{name} ID" for name in entry.WITH_ID} <= set(PLACES)
    assert set(LISTENERS) == set(routes.ACTIONS) | set(routes.VIEWS)
    assert {place for place in LISTENERS.values() if place} <= set(PLACES)
    assert {place.needs for place in PLACES.values()} == SEEING | {PART, NOBODY}
    assert {row for row in ACTIONS if row.startswith("see_")} - SEEING == {"see_own_fields"}
    assert frozenset().union(*(r.roles for r in RELATIONS.values())) == frozenset(Role) - {Role.REPORTER}
    assert frozenset(What) == NAMING | NAMING_NOBODY | OF_NO_INTEREST
    assert not NAMING & NAMING_NOBODY
