"""What counts in a view's state: an input of this page of this incident, of its field's kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.field import Problem
from bot.domain.stage import Stage
from bot.guide.stepper import Ref
from bot.slack import fields, ids, views
from bot.stages import STAGES
from tests.contract.test_fields import KINDS, NOW

HERE = Ref("abc234", "contact", "C2", 0, "V1")
EVERY = Stage(key="contact", fields=KINDS)
TEXT = {"type": "plain_text_input", "value": "They lost a day."}
ELSEWHERE = (
    "input.contact.C1.abc234",  # another client
    "input.contact.C1",
    "input.contact.C2.xyz789",  # another incident
    "input.spoke.C2.abc234",  # another page
    "input.contact",
    "input.contact.C2.abc234.",
    "INPUT.CONTACT.C2.ABC234",
    "pick",
    "",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def held(block: str, *called: str, element: Any = TEXT) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"state": {"values": {block: {name: element for name in called}}}}


@pytest.mark.parametrize("called", ELSEWHERE)
def test_the_state_of_another_page_is_absent(called: str) -> None:
    assert fields.read(EVERY, held("line", called), ids.input_ids(HERE)) == {}


def test_the_state_of_this_page_counts_beside_that_of_another() -> None:
    own = ids.input_id("contact", "C2", "abc234")
    view = held("line", *ELSEWHERE, own, element=TEXT)
    view["state"]["values"]["line"][ELSEWHERE[0]] = {**TEXT, "value": "of client 1"}
    assert fields.read(EVERY, view, ids.input_ids(HERE)) == {"line": "They lost a day."}


def test_a_window_from_before_an_upgrade_still_counts() -> None:
    assert fields.read(EVERY, held("line", "input.contact.C2"), ids.input_ids(HERE)) == {
        "line": "They lost a day."
    }


def test_what_is_left_empty_on_a_blank_page_is_absent_and_what_is_typed_there_counts() -> None:
    called = ids.input_ids(HERE)
    (named,) = [name for name in called if name.endswith(".blank")]
    empty = {"type": "plain_text_input", "value": None}
    assert fields.read(EVERY, held("line", named, element=empty), called) == {}
    assert fields.read(EVERY, held("line", called[0], element=empty), called) == {"line": None}
    assert fields.read(EVERY, held("line", named), called) == {"line": "They lost a day."}


def test_the_right_name_in_another_block_is_absent() -> None:
    assert fields.read(EVERY, held("elsewhere", *ids.input_ids(HERE)), ids.input_ids(HERE)) == {}


@pytest.mark.parametrize("block", [f.key for f in KINDS if f.key not in ("line", "area")])
def test_an_element_of_another_kind_is_absent_and_empties_nothing(block: str) -> None:
    assert fields.read(EVERY, held(block, *ids.input_ids(HERE)), ids.input_ids(HERE)) == {}


@pytest.mark.parametrize("of", ["abc234", "f" * 32])
def test_a_radio_and_a_reason_are_of_their_own_window(of: str) -> None:
    chosen = {"type": "radio_buttons", "selected_option": {"value": "assess:"}}
    why = {"type": "plain_text_input", "value": "not now"}
    for called in ("pick.xyz789", "pick.", "input.assess..abc234"):
        assert views.picked(held("next", called, element=chosen), "next", of) == ""
        assert views.typed_reason(held("reason", called, element=why), of) == ""
    assert views.picked(held("next", f"pick.{of}", element=chosen), "next", of) == "assess:"
    assert views.typed_reason(held("reason", f"pick.{of}", element=why), of) == "not now"


def test_every_input_of_every_page_names_its_page_and_incident() -> None:
    for stage in STAGES:
        assert ids.input_ids(Ref("abc234", stage.key, "C1", 0, ""))[0] == f"input.{stage.key}.C1.abc234"


@settings(max_examples=80, deadline=None)
@given(element=JSON, kind=st.sampled_from([f.key for f in KINDS]), value=JSON)
def test_whatever_a_state_holds_is_read_as_typed_values(element: Any, kind: str, value: Any) -> None:  # noqa: ANN401
    """`str`, `int`, `list[str]`, None or absent; and what is read can be judged by its field."""
    field = next(f for f in KINDS if f.key == kind)
    keys = ("value", "selected_option", "selected_options", "selected_user", "selected_users")
    more = ("selected_conversation", "selected_date_time", "selected_date")
    for shape in (element, {key: value for key in keys + more}, {"selected_option": {"value": value}}):
        raw = fields.read(EVERY, held(kind, *ids.input_ids(HERE), element=shape), ids.input_ids(HERE))
        for read in raw.values():
            assert read is None or isinstance(read, str | int | list)
            assert not isinstance(read, list) or all(isinstance(one, str) for one in read)
            cleaned = field.clean(read, NOW)
            assert isinstance(cleaned, Problem | str | int | list | None)


@settings(max_examples=80, deadline=None)
@given(JSON | st.integers(), st.sampled_from("ispv"))
def test_whatever_a_view_says_it_is_becomes_a_ref(value: Any, key: str) -> None:  # noqa: ANN401
    for metadata in (
        value,
        json.dumps(value),
        json.dumps({"i": "abc234", "s": "open", "p": "", "v": 1, key: value}),
    ):
        ref = ids.ref({"private_metadata": metadata, "id": value})
        assert all(isinstance(part, str) for part in (ref.incident, ref.stage, ref.party, ref.view))
        assert -1 <= ref.version < 2**31


@pytest.mark.parametrize(
    "metadata", ["[" * 5000, '{"v":' * 5000, '{"v":' + "9" * 5000 + "}", '{"v":1e999}', '{"v":true}']
)
def test_metadata_that_nobody_wrote_matches_nothing(metadata: str) -> None:
    assert ids.ref({"private_metadata": metadata}) == Ref("", "", "", -1, "")
