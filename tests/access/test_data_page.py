"""`docs/data.md` holds: it is what the code says, and nothing that is asked or stored is missing in it."""

from __future__ import annotations

import pytest

from bot.domain.access import WIDE, Role, roles
from bot.stages import STAGES, find
from bot.store.tables import metadata
from tests.access.data_page import CAST, CIRCLE, PAGE, RULES, everybody, page, seers
from tests.access.stored import TABLES


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make data`"


def test_every_field_has_a_row() -> None:
    lines = PAGE.read_text(encoding="utf-8").split("\n### ")
    of_page = {part.partition("\n")[0]: part for part in lines}
    missing = [(s.key, f.key) for s in STAGES for f in s.fields if f"`{f.key}` |" not in of_page[s.key]]
    assert missing == []


def test_every_table_and_column_is_described() -> None:
    described = {table.name: set(columns) for table, (_, columns) in TABLES.items()}
    assert described == {table.name: set(table.columns.keys()) for table in metadata.tables.values()}


@pytest.mark.parametrize("role", Role)
def test_each_of_the_cast_is_only_what_they_are_called(role: Role) -> None:
    told_too = {Role.TOLD} if role is Role.SEEN else set()
    assert roles(everybody(), CAST[role][0], RULES) == {role} | told_too


def test_the_circle_is_the_one_that_the_bot_knows() -> None:
    assert set(CIRCLE) == WIDE


def test_private_answers_are_the_reporters_alone() -> None:
    for key, name in (("own", "own_line"), ("more", "q4_differently"), ("letgo", "note_to_self")):
        stage = find(key)
        assert stage is not None
        field = stage.field(name)
        assert field is not None
        assert seers(stage, field) == (Role.REPORTER,)
