"""The strict gate: a table of broken payloads, each caught for its own reason, and good ones that pass."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

import bot.playground.blockkit as gate
from bot.playground.blockkit import check_errors, check_message, check_view

Json = dict[str, Any]
SCHEMA = json.loads((Path(gate.__file__).parent / "blockkit_schema.json").read_text("utf-8"))


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def option(value: str, **more: object) -> Json:
    return {"text": plain(value.title()), "value": value, **more}


def section(text: str = "hello", **more: object) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "go", **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(kind: str, **more: object) -> Json:
    """An input block around an element of this kind."""
    return {"type": "input", "label": plain("Label"), "element": {"type": kind, "action_id": "a", **more}}


def modal(*blocks: Json, **more: object) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Next"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: object) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def message(*blocks: Json, **more: object) -> Json:
    return {"channel": "C1", "text": "hello", "blocks": list(blocks), **more}


def judge(payload: Json) -> list[str]:
    if payload.get("type") in ("modal", "home"):
        return check_view(payload, payload["type"])
    return check_message(payload)


ABC = [option("a"), option("b"), option("c")]
CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "hi ", "style": {"bold": True}},
                {"type": "user", "user_id": "U1"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": []}],
        },
    ],
}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a picture"}

BROKEN: dict[str, tuple[Json, str]] = {
    # views
    "title missing": ({"type": "modal", "blocks": []}, "title: missing"),
    "title too long": (modal(section(), title=plain("x" * 25)), "title.text: 25 characters, 24 at most"),
    "title in mrkdwn": (
        modal(section(), title=mrkdwn("Title")),
        "title.type: 'mrkdwn' is not one of plain_text",
    ),
    "title empty": (modal(section(), title=plain("")), "title.text: 0 characters, 1 at least"),
    "submit too long": (modal(section(), submit=plain("x" * 25)), "submit.text: 25 characters, 24 at most"),
    "close too long": (modal(section(), close=plain("x" * 25)), "close.text: 25 characters, 24 at most"),
    "submit missing": (
        {k: v for k, v in modal(field("plain_text_input")).items() if k != "submit"},
        "submit: missing, though the view has an input block",
    ),
    "private_metadata too long": (
        modal(section(), private_metadata="x" * 3001),
        "private_metadata: 3001 characters, 3000 at most",
    ),
    "private_metadata an object": (
        modal(section(), private_metadata={}),
        "private_metadata: a string is needed, not {}",
    ),
    "callback_id too long": (
        modal(section(), callback_id="x" * 256),
        "callback_id: 256 characters, 255 at most",
    ),
    "external_id too long": (
        modal(section(), external_id="x" * 256),
        "external_id: 256 characters, 255 at most",
    ),
    "101 blocks in a modal": (modal(*[section()] * 101), "blocks: 101 items, 100 at most"),
    "101 blocks in a home": (home(*[section()] * 101), "blocks: 101 items, 100 at most"),
    "home with a title": (home(section(), title=plain("x")), ".title: not a field of this object"),
    "home with a submit": (home(section(), submit=plain("x")), ".submit: not a field of this object"),
    "unknown field of a view": (modal(section(), colour="red"), ".colour: not a field of this object"),
    "view over 250,000 bytes": (
        modal(*[section("ü" * 3000) for _ in range(50)]),
        "view: 304079 bytes, 250000 at most",
    ),
    "no block at all": (modal(), "blocks: 0 items, 1 at least"),
    # messages
    "51 blocks in a message": (message(*[section()] * 51), "blocks: 51 items, 50 at most"),
    "nothing to say": ({"channel": "C1"}, "text: missing, and there are no blocks either"),
    "text too long": (message(text="x" * 4001), "text: 4001 characters, 4000 at most"),
    "blocks not a list": ({"text": "x", "blocks": {"type": "divider"}}, "blocks: an array is needed"),
    "10,001 characters together": (
        message(*[section("x" * 2500)] * 4, section("x")),
        "blocks: 10001 characters in all blocks together, 10000 at most",
    ),
    "12,001 characters of markdown": (
        message({"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "x" * 6000}),
        "blocks: 12001 characters in markdown blocks, 12000 at most",
    ),
    "two tables": (
        message(*[{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2),
        "blocks: more than one table in a message",
    ),
    "markdown_text beside text": (
        {"text": "x", "markdown_text": "y"},
        "markdown_text: not together with text or blocks",
    ),
    "markdown_text too long": (
        {"markdown_text": "x" * 12_001},
        "markdown_text: 12001 characters, 12000 at most",
    ),
    "101 attachments": (message(attachments=[{}] * 101), "attachments: 101 items, 100 at most"),
    "metadata without payload": (
        message(metadata={"event_type": "x"}),
        "metadata: exactly event_type and event_payload are needed",
    ),
    "metadata with a long name": (
        message(metadata={"event_type": "x" * 51, "event_payload": {}}),
        "metadata.event_type: a name of 1 to 50 characters is needed",
    ),
    "metadata nested": (
        message(metadata={"event_type": "x", "event_payload": {"a": {"b": 1}}}),
        "metadata.event_payload.a: only text, numbers, true and false are kept",
    ),
    "metadata payload a list": (
        message(metadata={"event_type": "x", "event_payload": []}),
        "metadata.event_payload: an object is needed",
    ),
    # blocks
    "unknown block": (
        message({"type": "sections"}),
        "blocks[0].type: 'sections' is not one of actions, alert",
    ),
    "block without a type": (
        message({"text": plain("x")}),
        "blocks[0].type: None is not one of actions, alert",
    ),
    "block that is text": (message("hello"), "blocks[0].type: None is not one of actions, alert"),  # type: ignore[arg-type]
    "block_id too long": (
        message(section(block_id="x" * 256)),
        "blocks[0].block_id: 256 characters, 255 at most",
    ),
    "block_id twice": (
        modal(section(block_id="x"), section(block_id="x")),
        "blocks[1].block_id: 'x' is used twice",
    ),
    "section without text": (message({"type": "section"}), "blocks[0]: one of text, fields is needed"),
    "section with empty text": (message(section("")), "blocks[0].text.text: 0 characters, 1 at least"),
    "section too long": (message(section("x" * 3001)), "blocks[0].text.text: 3001 characters, 3000 at most"),
    "section text a string": (
        message({"type": "section", "text": "hello"}),
        "blocks[0].text.type: None is not",
    ),
    "eleven fields": (
        message({"type": "section", "fields": [mrkdwn("x")] * 11}),
        "blocks[0].fields: 11 items, 10 at most",
    ),
    "field too long": (
        message({"type": "section", "fields": [mrkdwn("x" * 2001)]}),
        "blocks[0].fields[0].text: 2001 characters, 2000 at most",
    ),
    "datetimepicker beside a section": (
        message(section(accessory={"type": "datetimepicker", "action_id": "a"})),
        "blocks[0].accessory.type: 'datetimepicker' is not one of button",
    ),
    "header too long": (
        message({"type": "header", "text": plain("x" * 151)}),
        "blocks[0].text.text: 151 characters, 150 at most",
    ),
    "header in mrkdwn": (
        message({"type": "header", "text": mrkdwn("x")}),
        "blocks[0].text.type: 'mrkdwn' is not one of plain_text",
    ),
    "eleven context elements": (
        message({"type": "context", "elements": [mrkdwn("x")] * 11}),
        "blocks[0].elements: 11 items, 10 at most",
    ),
    "empty context": (
        message({"type": "context", "elements": []}),
        "blocks[0].elements: 0 items, 1 at least",
    ),
    "button in a context": (
        message({"type": "context", "elements": [button()]}),
        "blocks[0].elements[0].type: 'button' is not one of image, mrkdwn, plain_text",
    ),
    "26 actions": (
        message(actions(*[button(str(n)) for n in range(26)])),
        "blocks[0].elements: 26 items, 25 at most",
    ),
    "empty actions": (message(actions()), "blocks[0].elements: 0 items, 1 at least"),
    "action_id twice": (message(actions(button(), button())), "blocks[0]: the action_id 'go' is used twice"),
    "text input among actions": (
        modal(actions({"type": "plain_text_input", "action_id": "a"})),
        "blocks[0].elements[0].type: 'plain_text_input' is not one of button",
    ),
    "image without alt_text": (
        message({"type": "image", "image_url": "https://example.com/a.png"}),
        "blocks[0].alt_text: missing",
    ),
    "image with two sources": (
        message({**IMAGE, "slack_file": {"id": "F1"}}),
        "not a field of this object",
    ),
    "rich_text without elements": (
        message({"type": "rich_text", "elements": []}),
        "blocks[0].elements: 0 items, 1 at least",
    ),
    "alert in a message": (
        message({"type": "alert", "text": plain("x")}),
        "blocks[0]: alert is not allowed in a message",
    ),
    "markdown in a modal": (
        modal({"type": "markdown", "text": "x"}),
        "blocks[0]: markdown is not allowed in a modal",
    ),
    "table in a home": (
        home({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}),
        "blocks[0]: table is not allowed in a home",
    ),
    "file block": (
        message({"type": "file", "external_id": "x", "source": "remote"}),
        "blocks[0]: file is not allowed in a message",
    ),
    "empty card": (message({"type": "card"}), "blocks[0]: one of hero_image, title, actions, body is needed"),
    # inputs
    "label missing": (
        modal({"type": "input", "element": {"type": "plain_text_input", "action_id": "a"}}),
        "blocks[0].label: missing",
    ),
    "label in mrkdwn": (
        modal({**field("plain_text_input"), "label": mrkdwn("x")}),
        "blocks[0].label.type: 'mrkdwn' is not one of plain_text",
    ),
    "label too long": (
        modal({**field("plain_text_input"), "label": plain("x" * 2001)}),
        "blocks[0].label.text: 2001 characters, 2000 at most",
    ),
    "hint too long": (
        modal({**field("plain_text_input"), "hint": plain("x" * 2001)}),
        "blocks[0].hint.text: 2001 characters, 2000 at most",
    ),
    "button as an input": (
        modal(field("button")),
        "blocks[0].element.type: 'button' is not one of channels_select",
    ),
    "unknown element": (modal(field("text_area")), "blocks[0].element.type: 'text_area' is not one of"),
    "max_length too large": (
        modal(field("plain_text_input", max_length=3001)),
        "blocks[0].element.max_length: 3001, 3000 at most",
    ),
    "max_length zero": (modal(field("plain_text_input", max_length=0)), "element.max_length: 0, 1 at least"),
    "min above max": (
        modal(field("plain_text_input", min_length=9, max_length=8)),
        "blocks[0].element.min_length: 9 is more than max_length 8",
    ),
    "initial_value too long": (
        modal(field("plain_text_input", max_length=150, initial_value="x" * 151)),
        "blocks[0].element.initial_value: 151 characters, 150 at most",
    ),
    "placeholder too long": (
        modal(field("plain_text_input", placeholder=plain("x" * 151))),
        "blocks[0].element.placeholder.text: 151 characters, 150 at most",
    ),
    "unknown trigger": (
        modal(field("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_blur"]})),
        "trigger_actions_on[0]: 'on_blur' is not one of on_enter_pressed, on_character_entered",
    ),
    "two with the focus": (
        modal(field("plain_text_input", focus_on_load=True), field("plain_text_input", focus_on_load=True)),
        "blocks[1].element.focus_on_load: another element has the focus already",
    ),
    "number without is_decimal_allowed": (
        modal(field("number_input")),
        "element.is_decimal_allowed: missing",
    ),
    "number as a number": (
        modal(field("number_input", is_decimal_allowed=False, initial_value=5)),
        "blocks[0].element.initial_value: a string is needed, not 5",
    ),
    "number above its maximum": (
        modal(field("number_input", is_decimal_allowed=False, initial_value="9", max_value="8")),
        "blocks[0].element: initial_value, max_value are not in rising order",
    ),
    "decimal where none is allowed": (
        modal(field("number_input", is_decimal_allowed=False, initial_value="1.5")),
        "blocks[0].element: a decimal number, though is_decimal_allowed is false",
    ),
    "date in another form": (
        modal(field("datepicker", initial_date="21.11.2026")),
        "blocks[0].element.initial_date: '21.11.2026' does not have the form",
    ),
    "no such day": (
        modal(field("datepicker", initial_date="2026-02-30")),
        "blocks[0].element.initial_date: there is no such day as 2026-02-30",
    ),
    "no such time": (
        modal(field("timepicker", initial_time="24:00")),
        "blocks[0].element.initial_time: '24:00' does not have the form",
    ),
    "moment in milliseconds": (
        modal(field("datetimepicker", initial_date_time=1_763_730_000_000)),
        "blocks[0].element.initial_date_time: 1763730000000, 9999999999 at most",
    ),
    "moment as text": (
        modal(field("datetimepicker", initial_date_time="1763730000")),
        "blocks[0].element.initial_date_time: a whole number is needed",
    ),
    "placeholder of a datetimepicker": (
        modal(field("datetimepicker", placeholder=plain("When?"))),
        "blocks[0].element.placeholder: not a field of this object",
    ),
    "datetimepicker on a home": (
        home(field("datetimepicker")),
        "blocks[0].element: datetimepicker is not allowed in a home",
    ),
    "file input that dispatches": (
        modal({**field("file_input"), "dispatch_action": True}),
        "blocks[0].dispatch_action: a file input cannot dispatch",
    ),
    "e-mail input in a message": (
        message(field("email_text_input")),
        "blocks[0].element: email_text_input is not allowed in a message",
    ),
    # options
    "option text too long": (
        modal(field("radio_buttons", options=[{"text": plain("x" * 76), "value": "x"}])),
        "blocks[0].element.options[0].text.text: 76 characters, 75 at most",
    ),
    "option value too long": (
        modal(field("radio_buttons", options=[{"text": plain("x"), "value": "x" * 76}])),
        "blocks[0].element.options[0].value: 76 characters, 75 at most",
    ),
    "option without value": (
        modal(field("static_select", options=[{"text": plain("x")}])),
        "blocks[0].element.options[0].value: missing",
    ),
    "option description too long": (
        modal(field("checkboxes", options=[option("a", description=plain("x" * 76))])),
        "blocks[0].element.options[0].description.text: 76 characters, 75 at most",
    ),
    "eleven radio buttons": (
        modal(field("radio_buttons", options=[option(str(n)) for n in range(11)])),
        "blocks[0].element.options: 11 items, 10 at most",
    ),
    "eleven checkboxes": (
        modal(field("checkboxes", options=[option(str(n)) for n in range(11)])),
        "blocks[0].element.options: 11 items, 10 at most",
    ),
    "no radio button": (modal(field("radio_buttons", options=[])), "element.options: 0 items, 1 at least"),
    "six in an overflow menu": (
        message(
            section(
                accessory={
                    "type": "overflow",
                    "action_id": "a",
                    "options": [option(str(n)) for n in range(6)],
                }
            )
        ),
        "blocks[0].accessory.options: 6 items, 5 at most",
    ),
    "101 options": (
        modal(field("static_select", options=[option(str(n)) for n in range(101)])),
        "blocks[0].element.options: 101 items, 100 at most",
    ),
    "mrkdwn in a select": (
        modal(field("static_select", options=[{"text": mrkdwn("x"), "value": "x"}])),
        "blocks[0].element.options[0].text.type: 'mrkdwn' is not one of plain_text",
    ),
    "option value twice": (
        modal(field("static_select", options=[option("a"), option("a")])),
        "blocks[0].element: the option value 'a' is used twice",
    ),
    "initial option elsewhere": (
        modal(field("radio_buttons", options=ABC, initial_option=option("d"))),
        "blocks[0].element: an initial option is not among the options",
    ),
    "initial option with another text": (
        modal(field("static_select", options=ABC, initial_option={"text": plain("Z"), "value": "a"})),
        "blocks[0].element: an initial option is not among the options",
    ),
    "initial options elsewhere": (
        modal(field("checkboxes", options=ABC, initial_options=[option("a"), option("d")])),
        "blocks[0].element: an initial option is not among the options",
    ),
    "initial options empty": (
        modal(field("checkboxes", options=ABC, initial_options=[])),
        "blocks[0].element.initial_options: 0 items, 1 at least",
    ),
    "neither options nor groups": (
        modal(field("static_select")),
        "blocks[0].element: exactly one of options, option_groups is needed",
    ),
    "group label too long": (
        modal(field("static_select", option_groups=[{"label": plain("x" * 76), "options": ABC}])),
        "blocks[0].element.option_groups[0].label.text: 76 characters, 75 at most",
    ),
    "url outside an overflow menu": (
        modal(field("radio_buttons", options=[option("a", url="https://example.com")])),
        "blocks[0].element: only the options of an overflow menu may have a url",
    ),
    "more chosen than allowed": (
        modal(field("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1)),
        "blocks[0].element.initial_users: 2 chosen, 1 at most",
    ),
    "empty filter": (
        modal(field("conversations_select", filter={})),
        "blocks[0].element.filter: 0 fields, 1 at least",
    ),
    "response_url outside an input": (
        message(actions({"type": "channels_select", "action_id": "a", "response_url_enabled": True})),
        "blocks[0].elements[0].response_url_enabled: only in an input block of a modal",
    ),
    # buttons and confirmations
    "button text too long": (
        message(actions(button(text=plain("x" * 76)))),
        "blocks[0].elements[0].text.text: 76 characters, 75 at most",
    ),
    "button in mrkdwn": (
        message(actions(button(text=mrkdwn("x")))),
        "blocks[0].elements[0].text.type: 'mrkdwn' is not one of plain_text",
    ),
    "button style unknown": (
        message(actions(button(style="warning"))),
        "blocks[0].elements[0].style: 'warning' is not one of primary, danger",
    ),
    "button value too long": (
        message(actions(button(value="x" * 2001))),
        "blocks[0].elements[0].value: 2001 characters, 2000 at most",
    ),
    "action_id too long": (
        message(actions(button("x" * 256))),
        "blocks[0].elements[0].action_id: 256 characters, 255 at most",
    ),
    "accessibility label too long": (
        message(actions(button(accessibility_label="x" * 76))),
        "blocks[0].elements[0].accessibility_label: 76 characters, 75 at most",
    ),
    "confirm without deny": (
        message(actions(button(confirm={k: v for k, v in CONFIRM.items() if k != "deny"}))),
        "blocks[0].elements[0].confirm.deny: missing",
    ),
    "confirm text too long": (
        message(actions(button(confirm={**CONFIRM, "text": mrkdwn("x" * 301)}))),
        "blocks[0].elements[0].confirm.text.text: 301 characters, 300 at most",
    ),
    "verbatim on plain text": (
        message({"type": "header", "text": {"type": "plain_text", "text": "x", "verbatim": True}}),
        "blocks[0].text.verbatim: not a field of this object",
    ),
    "unknown field of a button": (
        message(actions(button(colour="red"))),
        "blocks[0].elements[0].colour: not a field of this object",
    ),
}

GOOD: dict[str, Json] = {
    "text alone": {"channel": "C1", "text": "hello"},
    "deleting": {"delete_original": True},
    "a message": message(
        {"type": "header", "text": plain("News")},
        section(accessory=button(confirm=CONFIRM)),
        {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("small"), IMAGE]},
        actions(button("a", style="primary"), button("b", url="https://example.com")),
        RICH_TEXT,
        IMAGE,
        metadata={"event_type": "notice", "event_payload": {"id": "n1", "n": 1, "live": True}},
    ),
    "a table": message({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}, RICH_TEXT]]}),
    "fifty blocks": message(*[{"type": "divider"}] * 50),
    "every input": modal(
        field("plain_text_input", multiline=True, max_length=150, initial_value="x" * 150),
        field("number_input", is_decimal_allowed=True, min_value="-1.5", initial_value="0", max_value="2"),
        field("email_text_input"),
        field("url_text_input"),
        field("rich_text_input", initial_value=RICH_TEXT),
        field("radio_buttons", options=ABC, initial_option=ABC[1]),
        field(
            "checkboxes", options=[{"text": mrkdwn("*a*"), "value": "a"}, *ABC[1:]], initial_options=[ABC[2]]
        ),
        field("static_select", options=ABC, placeholder=plain("Pick")),
        field("static_select", option_groups=[{"label": plain("g"), "options": ABC}], initial_option=ABC[0]),
        field("multi_static_select", options=ABC, initial_options=ABC[:2], max_selected_items=2),
        field("users_select", initial_user="U000BERT", focus_on_load=True),
        field("multi_users_select", initial_users=["U000BERT"]),
        field("conversations_select", filter={"include": ["public"]}, response_url_enabled=True),
        field("multi_conversations_select", default_to_current_conversation=True),
        field("channels_select"),
        field("datepicker", initial_date="2028-02-29"),
        field("timepicker", initial_time="23:59", timezone="Europe/Berlin"),
        field("datetimepicker", initial_date_time=1_763_730_000),
        field("file_input", max_files=3),
        {"type": "alert", "text": plain("mind"), "level": "info"},
        close=plain("Close"),
        private_metadata="x" * 3000,
        callback_id="page",
        external_id="e",
        notify_on_close=True,
        clear_on_close=True,
    ),
    "a modal without inputs": {"type": "modal", "title": plain("x" * 24), "blocks": [section()]},
    "a home": home(section(), actions(button()), field("plain_text_input"), callback_id="home"),
}


@pytest.mark.parametrize(("payload", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_payload_is_refused_for_its_own_reason(payload: Json, problem: str) -> None:
    problems = judge(payload)
    assert any(problem in found for found in problems), problems


@pytest.mark.parametrize("payload", GOOD.values(), ids=GOOD)
def test_a_good_payload_passes(payload: Json) -> None:
    assert judge(payload) == []


def test_the_table_is_as_long_as_it_says() -> None:
    assert len(BROKEN) >= 74


def test_errors_must_name_input_blocks() -> None:
    view = modal({**field("plain_text_input"), "block_id": "summary"}, section(block_id="note"))
    assert check_errors({"summary": "Please say what happened."}, view) == []
    assert check_errors({"note": "x"}, view) == ["errors.note: not the block_id of an input block"]
    assert check_errors({"summary": ""}, view) == ["errors.summary: a text is needed"]
    assert check_errors({}, view) == ["errors: at least one field with its problem is needed"]


# ------------------------------------------------------------ held against two others


def models_refuse(payload: Json) -> bool:
    """Whether slack_sdk's own models find the payload wrong."""
    payload = deepcopy(payload)
    try:
        if payload.get("type") in ("modal", "home"):
            View(**payload).to_dict()
        else:
            [block.to_dict() for block in Block.parse_all(payload.get("blocks") or [])]
    except SlackObjectFormationError:
        return True
    return False


def schema_refuses(payload: Json) -> bool:
    """Whether the `jsonschema` package finds the payload wrong by the same schema."""
    name = {"modal": "ModalView", "home": "HomeView"}[payload["type"]]
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", **SCHEMA})
    return not validator.is_valid(payload)


def places(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of every value in a payload."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(deeper for key, child in children for deeper in places(child, (*path, key)))]


def spoilt(payload: Json, path: tuple[str | int, ...], how: str) -> Json:
    """The payload with one value dropped, stretched, doubled, emptied or replaced."""
    changed = deepcopy(payload)
    *parents, last = path
    holder: Any = changed
    for key in parents:
        holder = holder[key]
    value = holder[last]
    if how == "drop":
        del holder[last]
    elif how == "swap":
        holder[last] = {"another": "thing"} if isinstance(value, str) else "text"
    elif isinstance(value, str):
        holder[last] = value * 3001 if how == "stretch" else ""
    elif isinstance(value, list):
        holder[last] = value * 101 if how == "stretch" else []
    return changed


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_mutants_are_judged_as_jsonschema_and_the_models_judge_them(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name, good in GOOD.items() if good.get("type") in gate.VIEWS]))
    path = data.draw(
        st.sampled_from([path for path in places(GOOD[name]) if path and path[0] not in ("type",)])
    )
    payload = spoilt(GOOD[name], path, data.draw(st.sampled_from(["drop", "swap", "stretch", "empty"])))
    shape = gate.SHAPES.check(gate.VIEWS[payload["type"]], payload, "")
    assert bool(shape) == schema_refuses(payload)
    if not judge(payload):
        assert not models_refuse(payload)
