"""Every kind of field both ways: drawn with a value, read back as the client holds it, kept, drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.field import (
    Amount,
    Channel,
    Checks,
    Choice,
    Day,
    Field,
    Listed,
    Moment,
    People,
    Person,
    Problem,
    Several,
    Text,
)
from bot.domain.stage import Stage
from bot.guide.work import Work
from bot.playground.blockkit import check_view
from bot.playground.forms import start_values
from bot.slack import blocks, fields, ids
from bot.stages import STAGES
from bot.words.pages import Words, facts, words
from tests.contract.records import MIXED, NOW, WIDE, filled, fullest, repeated

KINDS = (
    Text(key="line", most=80),
    Text(key="area", most=3000),
    Choice(key="radio", options=("a", "b")),
    Choice(key="menu", options=("a", "b"), menu=True),
    Checks(key="checks", options=("a", "b", "c")),
    Amount(key="whole"),
    Amount(key="money", decimals=2),
    Person(key="person"),
    People(key="people"),
    Channel(key="channel"),
    Moment(key="moment"),
    Day(key="day"),
    Listed(key="listed", of="zones"),
    Several(key="several", of="tags"),
)
SAMPLES: Mapping[str, tuple[Any, ...]] = {
    "line": ("x", repeated(MIXED, 80)),
    "area": ("two\nlines", repeated("🙂", 3000)),
    "radio": ("a", "b"),
    "menu": ("b",),
    "checks": ([], ["a"], ["a", "b", "c"]),
    "whole": (0, 12, 10**12),
    "money": (0, 5, 1250, 10**12),
    "person": ("UF",),
    "people": (["UF"], ["UF", "UB"]),
    "channel": ("C0TEAM",),
    "moment": (NOW.isoformat(),),
    "day": ("2026-03-20",),
    "listed": ("Europe/Berlin", "Asia/Kathmandu"),
    "several": (["invoicing"], ["sending", "payment"]),
}
OF_THE_PAGE = {"tz": "Europe/Berlin", "now": NOW, "tags": ("sending", "invoicing", "payment")}


SHOWN = {**facts(fullest("spoken", "W"), {}), **OF_THE_PAGE}


class Labels(dict[str, Any]):
    """Every block is its own name: for fields that no template knows."""

    def __contains__(self, name: object) -> bool:
        return not str(name).endswith(("__hint", "__placeholder"))

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        return lambda context: iter([name])


def back_and_forth(field: Field, stored: Any, text: Words) -> Any:  # noqa: ANN401
    """What is stored after that value was drawn, left alone by the person, read and cleaned."""
    drawn = fields.draw(field, text, field.raw(stored), "input.x..abc")
    view = blocks.modal(callback_id="page", title="x", blocks=[drawn], close="Close", submit="Next")
    assert check_view(view, "modal") == []
    state = {"state": {"values": start_values([drawn], {})}}
    raw = fields.read(Stage(key="x", fields=(field,)), state, ("input.x..abc",))
    assert set(raw) == {field.key}
    return field.clean(raw[field.key], NOW)


@pytest.mark.parametrize("field", KINDS, ids=lambda f: f.key)
def test_a_value_comes_back_as_it_was(field: Field) -> None:
    text = replace(words("stages/open", SHOWN), parts=Labels())
    for value in SAMPLES[field.key]:
        assert back_and_forth(field, value, text) == value
    nothing = back_and_forth(field, None, text)
    assert nothing in (None, []), "left empty stays empty"


def test_every_kind_is_drawn_read_and_tried() -> None:
    assert {type(k) for k in KINDS} == set(fields.DRAW) == set(fields.READ)
    assert {type(f) for s in STAGES for f in s.fields} <= set(fields.DRAW)


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.key)
def test_the_longest_answers_of_every_page_come_back(stage: Stage, work: Work) -> None:
    incident = fullest("spoken", WIDE)
    values = {
        **facts(incident, {}, "C1"),
        **OF_THE_PAGE,
        "currency": "EUR",
        "currencies": ("EUR", "JPY"),
        "threshold": "1,000 EUR",
    }
    text = words(f"stages/{stage.key}", values)
    for field in stage.fields:
        value = filled(stage, MIXED)[field.key]
        assert back_and_forth(field, value, text) == value


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        (Text(key="t", most=5), "123456", "too_long"),
        (Text(key="t", most=9, least=3), "12", "too_short"),
        (Choice(key="c", options=("a",)), "z", "not_an_option"),
        (Checks(key="c", options=("a",)), ["a", "z"], "not_an_option"),
        (Checks(key="c", options=("a",)), "a", "not_an_option"),
        (Amount(key="a"), "1.5", "not_a_number"),
        (Amount(key="a"), "NaN", "not_a_number"),
        (Amount(key="a"), "-1", "out_of_range"),
        (Person(key="p"), ["UF"], "not_an_option"),
        (Person(key="p"), "' OR 1=1 --", "not_an_option"),
        (Person(key="p"), "U\ud800", "not_an_option"),
        (Listed(key="l", of="zones"), "nul\x00byte", "not_an_option"),
        (People(key="p", most=1), ["UF", "UB"], "too_many"),
        (Channel(key="c"), {"id": "C1"}, "not_an_option"),
        (Moment(key="m"), "soon", "not_a_time"),
        (Moment(key="m", when="past"), int(NOW.timestamp()) + 3600, "in_the_future"),
        (Moment(key="m", when="future"), int(NOW.timestamp()) - 60, "in_the_past"),
        (Day(key="d"), "20 March", "not_a_day"),
        (Day(key="d"), "2026-03-01", "in_the_past"),
        (Listed(key="l", of="zones"), "x" * 76, "not_an_option"),
        (Several(key="s", of="tags"), "invoicing", "not_an_option"),
    ],
)
def test_what_is_not_taken_says_why(field: Field, raw: object, code: str) -> None:
    found = field.clean(raw, NOW)
    assert isinstance(found, Problem)
    assert found.code == code


def test_what_a_forged_view_holds_is_never_more_than_absent() -> None:
    stage = Stage(key="x", fields=KINDS)
    for state in (None, [], {"values": []}, {"values": {"line": []}}, {"values": {"line": {"a": "text"}}}):
        assert fields.read(stage, {"state": state}, ("a",)) == {}
    assert ids.ref({"private_metadata": "no JSON"}).version == -1
