"""Whatever is kept of a page, Slack can draw it: a first value that it wouldn't take is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.blockkit import check_view
from bot.slack import blocks, fields
from bot.words.pages import words
from tests.contract.test_fields import KINDS, SHOWN, Labels
from tests.domain.test_values import ANY

WORDS = replace(words("stages/open", SHOWN), parts=Labels())


def problems(field: Any, value: Any) -> list[str]:  # noqa: ANN401
    """What Slack would say to a page with that one field."""
    drawn = fields.draw(field, WORDS, value, "input.x..abc")
    return check_view(
        blocks.modal(callback_id="page", title="x", blocks=[drawn], close="Close", submit="Next"), "modal"
    )


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KINDS), ANY)
def test_any_value_is_drawn_or_left_out(field: Any, value: Any) -> None:  # noqa: ANN401
    for kept in (value, [value], [value] * 30, str(value)):
        assert problems(field, kept) == []


UNDRAWABLE = (
    ("moment", (-1, 0, 999_999_999, 10**10, 253_402_300_799, 1.5, "soon", True, [1])),
    ("day", ("0001-01-01", "9999-12-31", "2026-02-30", "20260320", "soon", 7, [])),
    ("whole", ("1e5", "abc", "-5", "1.5", "1_000", ".", "9" * 99, {"a": 1})),
    ("money", ("1e5", "12,50", "-0.01", "0.001", "Infinity", [1])),
    ("person", ("", "nobody", "U\x00", ["UF"], {"id": "UF"}, 7)),
    ("people", ("UF", [["UF"]], [7], [None])),
    ("channel", ("#general", ["C1"], 7)),
    ("checks", ("a", [["a"]], 7, {"a": 1})),
    ("several", ("x", [{}], 7)),
    ("line", (7, ["x"], {"a": "b"})),
)


@pytest.mark.parametrize(("key", "kept"), UNDRAWABLE, ids=[key for key, _ in UNDRAWABLE])
def test_what_slack_would_refuse_is_left_out(key: str, kept: tuple[Any, ...]) -> None:
    field = next(f for f in KINDS if f.key == key)
    for value in kept:
        assert problems(field, value) == [], value
        assert not any(
            name.startswith("initial") for name in fields.draw(field, WORDS, value, "a")["element"]
        )
