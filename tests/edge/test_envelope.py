"""The parser at the edge is total: for any JSON a body that Bolt takes, or a status; never an exception."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.request import payload_utils as bolt

from bot.slack.envelope import MISSHAPEN, NOTHING, arrival, frame
from bot.slack.http import parse
from bot.slack.shapes import ABSENT, KINDS, address, fit
from tests.contract.test_state import JSON
from tests.fuzz.mutation import deep, mutated

USER = {"id": "U000RINA", "team_id": "T000", "username": "rina"}
TEAM = {"id": "T000", "domain": "harbour"}
MESSAGE = {"type": "message", "channel": "D1", "user": "U000RINA", "text": "Yes", "ts": "1.5"}
VIEW: dict[str, Any] = {
    "id": "V1",
    "type": "modal",
    "callback_id": "page",
    "hash": "1.a",
    "private_metadata": '{"i":"abc234","s":"open","p":"","v":0}',
    "state": {
        "values": {"summary": {"input.open..abc234": {"type": "plain_text_input", "value": "It broke"}}}
    },
    "blocks": [{"type": "input", "block_id": "summary", "element": {"type": "plain_text_input"}}],
}
COMMON = {
    "user": USER,
    "team": TEAM,
    "enterprise": None,
    "is_enterprise_install": False,
    "trigger_id": "1.2.a",
}
AUTHORIZATION = {"enterprise_id": None, "team_id": "T000", "user_id": "U000BOT", "is_bot": True}
EVENTS = (
    {**MESSAGE, "channel_type": "im", "thread_ts": "1.1"},
    {"type": "reaction_added", "user": "U1", "item": {"ts": "1.1"}},
)
GOOD: tuple[dict[str, Any], ...] = (
    {
        "command": "/screwedup",
        "text": "list",
        "user_id": "U000RINA",
        "team_id": "T000",
        "trigger_id": "1.2.a",
    },
    *(
        {"type": "event_callback", "team_id": "T000", "event": event, "authorizations": [AUTHORIZATION]}
        for event in EVENTS
    ),
    {**COMMON, "type": "view_submission", "view": VIEW},
    {**COMMON, "type": "block_actions", "view": VIEW, "actions": [{"action_id": "back", "action_ts": "1.5"}]},
    {**COMMON, "type": "shortcut", "callback_id": "screwedup_global"},
    {**COMMON, "type": "message_action", "callback_id": "m", "message": MESSAGE, "channel": {"id": "D1"}},
    {"type": "url_verification", "challenge": "abc"},
)

FEW = settings(max_examples=80, deadline=None)  # `make fuzz` does the rest


def judged(payload: object) -> None:
    """Whatever it is: Bolt's own parsing takes the body, and a second look changes nothing."""
    found = arrival(payload)
    if found.body:
        AsyncBoltRequest(mode="socket_mode", body=found.body)
        for reading in (bolt.to_step, bolt.to_view, bolt.to_action, bolt.to_options, bolt.to_shortcut):
            reading(found.body)
        bolt.to_message(found.body), bolt.to_command(found.body), bolt.is_function(found.body)
        assert arrival(found.body) == found
        json.dumps(found.body)
    else:
        assert found in (NOTHING, MISSHAPEN)


@pytest.mark.parametrize("payload", GOOD, ids=lambda p: str(p.get("type", "command")))
def test_what_slack_sends_comes_through(payload: dict[str, Any]) -> None:
    body = arrival(payload).body
    assert body == json.loads(json.dumps(payload, default=str), object_hook=_without_null)
    judged(payload)


def _without_null(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value is not None}


@FEW
@given(JSON)
def test_any_json_is_a_body_or_a_status(payload: object) -> None:
    judged(payload)
    for kind in KINDS:
        judged({"type": kind, kind: payload, "event": payload, "view": payload, "actions": payload})


@FEW
@given(st.integers(), st.sampled_from(GOOD))
def test_any_bent_payload_is_a_body_or_a_status(seed: int, payload: dict[str, Any]) -> None:
    judged(mutated(random.Random(seed), payload))  # noqa: S311 - reproducible, no secret


@given(
    st.binary(max_size=200), st.sampled_from(["application/json", "application/x-www-form-urlencoded", "x"])
)
def test_any_bytes_are_a_body_or_a_status(raw: bytes, content_type: str) -> None:
    for sent in (raw, b"payload=" + raw, b"command=" + raw, b'{"type":' + raw):
        judged(parse(sent, content_type))


@FEW
@given(st.text(max_size=100) | JSON.map(json.dumps))
def test_any_frame_of_a_socket_is_a_message_or_dropped(raw: str) -> None:
    for sent in (raw, '{"type":"x","envelope_id":"e","payload":' + raw + "}"):
        found = frame(sent)
        assert found is None or isinstance(found["payload"], dict)


@pytest.mark.parametrize("raw", ["[" * 100_000, '{"a":' * 100_000, '{"type":"x","payload":' + "[" * 5000])
def test_a_frame_that_is_too_deep_is_dropped(raw: str) -> None:
    assert frame(raw) is None
    found = frame('{"envelope_id": "a1-b2", "type": "events_api", "payload": ' + raw)
    assert found is not None
    assert (found["envelope_id"], arrival(found["payload"])) == ("a1-b2", MISSHAPEN)


@pytest.mark.parametrize("of", ["[", "{"])
def test_what_is_nested_too_deep_is_refused(of: str) -> None:
    for levels in (70, 400, 900):
        assert arrival({**GOOD[3], "view": deep(levels, of)}) == MISSHAPEN


LACKING: tuple[Any, ...] = (
    {"type": "event_callback"},
    {"type": "event_callback", "event": {"type": ["message"]}},
    {"type": "view_submission", "view": {"id": "V1"}},
    {"type": "view_submission", "view": {"callback_id": "page"}},
    {"type": "view_submission", "view": {"callback_id": "page", "type": "workflow_step"}},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [None, 7, {"action_id": ""}, {"action_id": {}}]},
    {"type": "shortcut"},
    {"type": ["event_callback"]},
    {},
    [],
    "text",
    None,
    7,
)


@pytest.mark.parametrize("payload", LACKING, ids=repr)
def test_what_lacks_what_its_kind_needs_is_refused_without_a_word_of_it(
    payload: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert arrival(payload) == MISSHAPEN
    assert [(r.getMessage(), r.args) for r in caplog.records] == [("implausible payload dropped", ())]


@pytest.mark.parametrize(
    "kind", ["canary-kind", "view_closed", "block_suggestion", "dialog_submission", "x" * 500]
)
def test_a_kind_nobody_listens_to_is_acknowledged_and_not_named(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    assert arrival({"type": kind, "view": VIEW}) == NOTHING
    assert caplog.records == []


NO_ADDRESS = (
    "",
    "x",
    "//x",
    "http://",
    "http://[::1",
    "https://h:99999/",
    "ftp://h/",
    "file:///x",
    "javascript:x",
)


@pytest.mark.parametrize(
    "url", [*NO_ADDRESS, "https:///path", "http://h:port/", 7, None, {}, "https://\ud800/"]
)
def test_an_answer_s_address_that_is_none_is_absent(url: object) -> None:
    assert fit(url, address) is ABSENT
    body = {**GOOD[0], "response_url": url}
    assert "response_url" not in arrival(body).body


def test_a_block_that_nothing_can_be_said_under_is_left_out() -> None:
    view = {
        **VIEW,
        "blocks": [{"type": "input"}, {"block_id": "b"}, {"type": 7, "block_id": "b"}, *VIEW["blocks"]],
    }
    assert arrival({**GOOD[3], "view": view}).body["view"]["blocks"] == VIEW["blocks"]


def test_a_part_that_is_none_is_absent_and_the_rest_stays() -> None:
    odd = {
        **GOOD[3],
        "enterprise": 7,
        "channel": [],
        "message": "x",
        "is_enterprise_install": {},
        "team": 1.5,
    }
    assert arrival(odd).body.keys() == {"type", "user", "trigger_id", "view"}
