"""Payloads that no client of Slack's would send: no effect, no leak, one answer for "no" and "none" alike.

The letters are those of the table of hostile inputs: A1 ids and metadata, A3 people of elsewhere, A4 views,
A5 guessing, A7 kinds nobody asked for.
"""

from __future__ import annotations

import copy
import itertools
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.playground import payloads
from bot.playground.delivery import COMMAND, EVENT, Delivery
from bot.playground.driver import Member
from tests.edge.acts import Json, deliver, fingerprint, rows, stage_of, submission, text_of, to_page, typing
from tests.house import House

CANARY = "canary-3f9b"
ODD: tuple[Any, ...] = (
    "",
    "zzzzzz",
    "00000000-0000-4000-8000-000000000000",
    "../../etc/passwd",
    "' OR 1=1 --",
    "{{ 7 * 7 }}{% for x in y %}",
    "%s%n{0.__class__}",
    "nul\x00byte",
    "lone\ud800surrogate",
    "x" * 100_000,
    '{"i":{"i":{"i":[[[[]]]]}}}',
    '{"i":null,"s":["open"],"p":7,"v":true}',
    '{"i":1,"s":"open","p":"","v":1e999}',
    7,
    -1.5,
    True,
    None,
    [],
    ["a"],
    {},
    {"id": "x"},
)


async def told(house: House) -> tuple[Json, Json]:
    """A whole incident of the reporter's; the payloads of a press on its notice and on its card."""
    await to_page(house, "send")
    assert (await house.reporter.submit()).action == "update"
    rina, bert = house.reporter, house.boss
    await house.slack.wait(lambda: bert.dm and rina.dm and "Sent to" in rina.dm[0].text)
    return press(house, bert, bert.dm[0], "notice.seen"), press(house, rina, rina.dm[0], "open")


def press(house: House, person: Member, message: Any, action_id: str) -> Json:  # noqa: ANN401 - a Message
    block, button = next(
        (b, e) for b in message.blocks for e in b.get("elements", []) if e.get("action_id") == action_id
    )
    action = {**button, "block_id": block["block_id"]}
    return payloads.message_action(house.slack.core, person.person, message, action, {})


def put(path: str, value: Any) -> Callable[[Json], None]:  # noqa: ANN401 - anything JSON can hold
    """Replaces what stands at a path such as "actions.0.value"."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]

    def change(payload: Json) -> None:
        at: Any = payload
        for step in way:
            at = at[step]
        at[last] = value

    return change


PRESSES = ("actions.0.value", "actions.0.action_id", "actions.0.block_id", "actions.0.type", "container")
VIEWS = (
    "view.private_metadata",
    "view.callback_id",
    "view.id",
    "view.state",
    "view.state.values",
    "view.hash",
)
WHO = ("user.id", "user", "team", "trigger_id", "response_url", "type", "actions.0", "is_enterprise_install")


@contextmanager
def nonsense(house: House) -> Iterator[None]:
    """What a bot may answer to it: a refusal of its shape, or Slack's own no to a made-up trigger. In Socket
    Mode it may stay without an answer, which nobody waits for long.
    """
    house.slack.expect(
        *("http_service_error", "operation_timeout", "invalid_trigger_id", "expired_trigger_id"),
        *("exchanged_trigger_id", "not_found", "hash_conflict", "invalid_arguments", "used_url"),
    )
    usual, house.slack.ack_timeout = house.slack.ack_timeout, 0.05
    yield
    house.slack.ack_timeout = usual


async def test_an_odd_value_anywhere_changes_nothing(house: House, tmp_path: Path) -> None:
    """A1: each field of a press, by its rightful owner and by somebody else; 400 kinds of nonsense."""
    seen, card = await told(house)
    before = fingerprint(tmp_path)
    with nonsense(house):
        for base, path, odd in itertools.product((seen, card), (*PRESSES, *WHO), ODD):
            forged = copy.deepcopy(base)
            if path != "actions.0.value" or base is card:  # so that a field nobody reads has no effect either
                forged["actions"][0]["value"] = "zzzzzz"
            put(path, odd)(forged)
            forged["user"] = forged["user"] or {}
            await deliver(house, forged)
    await house.bot.drain()
    after = fingerprint(tmp_path)
    assert {t: after[t] for t in ("pages", "events", "signals")} == {
        t: before[t] for t in ("pages", "events", "signals")
    }
    assert (await house.reporter.command("/screwedup", "list")).ok


async def test_an_odd_view_changes_nothing_and_keeps_the_page(house: House, tmp_path: Path) -> None:
    """A1, A4: metadata is looked up, never trusted; what does not fit is answered in words."""
    await to_page(house, "assess")
    kept = fingerprint(tmp_path)["pages"]
    with nonsense(house):
        for path, odd in itertools.product((*VIEWS, "user", "team", "type"), ODD):
            forged = submission(house, house.reporter, callback_id="page")
            forged["view"]["private_metadata"] = json.dumps({"i": "zzzzzz", "s": "assess", "p": "", "v": 0})
            put(path, odd)(forged)
            answer = await deliver(house, forged)
            assert "Traceback" not in str(answer.body)
    assert fingerprint(tmp_path)["pages"] == kept
    assert stage_of(house.reporter.modal) == "assess"


async def test_odd_metadata_key_by_key(house: House, tmp_path: Path) -> None:
    await to_page(house, "assess")
    kept, whole = fingerprint(tmp_path)["pages"], json.loads((house.reporter.modal or {})["private_metadata"])
    with nonsense(house):
        for key, odd in itertools.product("ispv", ODD):
            if (key, odd) in (("p", ""), ("v", 0)):
                continue  # as it was
            forged = submission(house, house.reporter, private_metadata=json.dumps({**whole, key: odd}))
            values = forged["view"]["state"]["values"]
            for block in ("q1_mistake", "undo"):  # not filled in, so that nothing is saved rightfully
                values[block] = {name: {"type": "x"} for name in values[block]}
            await deliver(house, forged)
            await deliver(
                house,
                typing(
                    house,
                    house.reporter,
                    "affected",
                    CANARY,
                    private_metadata=forged["view"]["private_metadata"],
                ),
            )
    assert fingerprint(tmp_path)["pages"] == kept


async def test_somebody_elses_incident_and_none_at_all_get_one_answer(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every way of touching it, by a colleague who has no part in it (A1, A5)."""
    caplog.set_level(logging.DEBUG, logger="bot")
    await told(house)
    zoe, before = house.t1, fingerprint(tmp_path)
    (incident,) = {row[0] for row in rows(tmp_path, "SELECT id FROM incidents")}
    posts = {row[0]: row[1] for row in rows(tmp_path, "SELECT kind, id FROM posts")}
    answers: dict[str, list[str]] = {}
    for real, fake in ((incident, "zzzzzz"), (posts["notice"], "f" * 32)):
        answers |= await _all_ways(house, zoe, real, fake)
    for way, (of_real, of_none) in answers.items():
        assert of_real == of_none, way
        assert "find" in of_real, way
    assert {k: v for k, v in fingerprint(tmp_path).items()} == before
    refused = [r for r in caplog.records if r.getMessage() == "refused"]
    audited = rows(tmp_path, "SELECT actor FROM audit WHERE verb = 'refused'")
    assert len(refused) == len(audited) == 2 * len(answers)
    assert incident not in caplog.text
    assert "March invoice" not in caplog.text


async def _all_ways(house: House, person: Member, real: str, fake: str) -> dict[str, list[str]]:
    """What each way of touching says about a real id and about a made-up one."""
    answers: dict[str, list[str]] = {}
    for key in (real, fake):
        metadata = json.dumps({"i": key, "s": "assess", "p": "", "v": 0})
        for action in ("open", "notice.seen", "details", "arrived", "again"):
            body = _on_card(house, person, action, key)
            count = len(person.ephemerals)
            assert (await deliver(house, body)).ok
            await house.slack.wait(lambda count=count: len(person.ephemerals) > count)
            answers.setdefault(f"press {action} {real}", []).append(person.ephemerals[-1].text)
        for callback in ("page", "hub"):
            view = {"id": "V1", "type": "modal", "callback_id": callback, "private_metadata": metadata}
            view |= {"blocks": [{"type": "input", "block_id": "q1_mistake"}], "state": {"values": {}}}
            body = {**_on_card(house, person, "x", key), "type": "view_submission", "view": view}
            answers.setdefault(f"submit {callback} {real}", []).append(str((await deliver(house, body)).body))
        if len(key) > 6:
            continue  # no incident's id: that would be what happened
        said = await person.command("/screwedup", f"status {key}")
        answers.setdefault(f"status {real}", []).append(said.ephemerals[0].text)
    return answers


def _on_card(house: House, person: Member, action: str, key: str) -> Json:
    """A press on a message of ours that this person never got."""
    message = house.slack.workspace.dm(person.id, house.slack.core.bot.id)
    return {
        **payloads.shortcut(house.slack.core, person.person, ""),
        "type": "block_actions",
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": message.id},
        "channel": {"id": message.id, "name": "directmessage"},
        "response_url": payloads._response_url(house.slack.core, person.person, message.id, None),
        "actions": [
            {"type": "button", "action_id": action, "block_id": "b", "value": key, "action_ts": "1.0"}
        ],
    }


OUTSIDE: tuple[Callable[[Json], None], ...] = (
    put("user.team_id", "T000ELSEW"),
    put("user.team_id", None),
    put("user.team_id", ""),
    put("user.id", None),
    lambda payload: payload["user"].pop("team_id"),
    lambda payload: payload["user"].pop("id"),
    lambda payload: payload.pop("user"),
    put("user", "U000BERT"),
    put("user.id", "U000OLGA"),
    put("user.id", "U000SCREWEDUP"),
    lambda payload: payload.update(
        team={"id": "T000ELSEW"}, user={**payload["user"], "team_id": "T000ELSEW"}
    ),
    lambda payload: payload.update(
        is_enterprise_install=True, enterprise={"id": "E1"}, user={**payload["user"], "team_id": "T000ELSEW"}
    ),
)


async def test_a_click_from_outside_is_nobodys(house: House, tmp_path: Path) -> None:
    """A3: a Slack Connect guest sees the message and its buttons; Bolt calls them one of us."""
    seen, _ = await told(house)
    house.slack.expect("used_url", "exchanged_trigger_id", "expired_trigger_id")  # one press, many times
    before = fingerprint(tmp_path)
    for number, forge in enumerate(OUTSIDE):
        forged = copy.deepcopy(seen)
        forge(forged)
        assert (await deliver(house, forged)).status == 200, number
        await house.bot.drain()
        assert fingerprint(tmp_path) == before, number


async def test_a_command_from_another_workspace_starts_nothing(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    made = payloads.command(house.slack.core, rina.person, house.slack.core.dm(rina.id), "/screwedup", CANARY)
    for change in ({"team_id": "T000ELSEW"}, {"user_id": ""}, {"team_id": ""}):
        assert (await deliver(house, {**made, **change}, COMMAND)).ok
    assert rows(tmp_path, "SELECT * FROM incidents") == []


async def test_values_that_no_menu_offers(house: House, tmp_path: Path) -> None:
    """A4: options are checked again, fields that are not on the page are not read."""
    await to_page(house, "assess")
    made = submission(house, house.reporter)
    values = made["view"]["state"]["values"]
    name = next(iter(values["undo"]))
    values["q1_mistake"] = {name: {"type": "plain_text_input", "value": "The invoice went to client B"}}
    values["undo"] = {name: {"type": "radio_buttons", "selected_option": {"value": "no' OR 1"}}}
    values["flags"] = {
        name: {"type": "checkboxes", "selected_options": [{"value": "root"}, {"value": 7}, None]}
    }
    values["summary"] = {name: {"type": "plain_text_input", "value": CANARY}}
    answer = (await deliver(house, made)).body
    assert isinstance(answer, dict)
    assert {"undo", "flags"} <= set(answer["errors"])
    values["undo"] = {name: {"type": "radio_buttons", "selected_option": {"value": "no"}}}
    values.pop("flags")
    assert (await deliver(house, made)).body["response_action"] == "update"  # type: ignore[index]
    assert CANARY not in text_of(fingerprint(tmp_path))


@pytest.mark.parametrize("at", ["NaN", "inf", "-inf", "soon"])
async def test_a_keystroke_of_no_time_stops_no_later_one(house: House, tmp_path: Path, at: str) -> None:
    await to_page(house, "assess")
    made = typing(house, house.reporter, "q1_mistake", "typed at no time")
    made["actions"][0]["action_ts"] = at
    assert (await deliver(house, made)).ok
    await house.reporter.fill("q1_mistake", "typed now")
    ((kept,),) = rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'assess'")
    assert "typed now" in kept


async def test_a_view_of_somebody_else_is_not_theirs_to_submit(house: House, tmp_path: Path) -> None:
    await to_page(house, "assess")
    before = fingerprint(tmp_path)
    made = submission(house, house.reporter)
    zoe = house.t1.person
    made["user"] = {"id": zoe.id, "username": zoe.handle, "name": zoe.handle, "team_id": zoe.team_id}
    answer = (await deliver(house, made)).body
    assert "find" in str(answer)
    typed = typing(house, house.reporter, "q1_mistake", CANARY)
    typed["user"] = made["user"]
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.ack_timeout = 0.5
    assert not (await deliver(house, typed)).ok  # it isn't kept, so no one says that it was
    assert fingerprint(tmp_path) == before


UNASKED: tuple[Json, ...] = (
    {"type": "app_mention", "text": CANARY},
    {"type": "team_join", "user": {"id": "U1"}},
    {"type": "app_rate_limited"},
    {"type": "message", "subtype": "message_changed", "channel_type": "im"},
    {"type": "message", "channel_type": "im", "bot_id": "B000SCREWED", "text": CANARY},
    {
        "type": "reaction_added",
        "user": "U000BERT",
        "reaction": "eyes",
        "item": {"type": "file", "file": "F1"},
    },
    {"type": "reaction_added", "user": "U000BERT", "reaction": "eyes", "item": {}},
    {"type": "app_home_opened", "tab": "messages", "user": "U000RINA"},
    {"type": "x" * 200},
)


async def test_kinds_nobody_asked_for_are_acknowledged(house: House, tmp_path: Path) -> None:
    """A7: a 404 would make Slack send them again and again."""
    before = fingerprint(tmp_path)
    for event in UNASKED:
        sent = {"channel": "D1", "ts": "1.1", "event_ts": "1.1", **event}
        assert (await deliver(house, house.slack.core._envelope(sent, None), EVENT)).ok, event["type"]
    assert fingerprint(tmp_path) == before


async def test_forged_retry_headers_hide_nothing(house: House) -> None:
    """A7, F2: a retry that is seen for the first time is worked off like any other."""
    await told(house)
    bert = house.boss
    item = {"type": "message", "channel": bert.dm[0].channel, "ts": bert.dm[0].ts}
    event = {"type": "reaction_added", "user": bert.id, "reaction": "eyes", "item": item}
    event["event_ts"] = house.slack.clock.ts()
    payload = house.slack.core._envelope(event, None)
    first = Delivery(EVENT, payload, retry_num=3, retry_reason="http_timeout")
    assert (await house.slack.outbound.send(first)).ok
    await house.slack.wait(lambda: "Seen by" in house.reporter.dm[0].text)
