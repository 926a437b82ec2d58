"""Playground: the inputs of a view or message as Slack's client handles them.

Which key of `state.values` each element fills, what it starts with, and what the client accepts.
Source: Slack's Block Kit element reference and the `view.state.values` payloads.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from zoneinfo import ZoneInfo

from bot.playground.errors import ClientRefused
from bot.playground.manifest import Json

Value = str | int | list[str] | None
TEXT_LIMIT = 3000
STATE_KEYS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
}
LIST_KEYS = {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}
FORMATS = {
    "datepicker": (re.compile(r"\d{4}-\d\d-\d\d"), "a date like 2026-11-21"),
    "timepicker": (re.compile(r"([01]\d|2[0-3]):[0-5]\d"), "a time like 09:30"),
    "number_input": (re.compile(r"-?\d+(\.\d+)?"), "a number"),
    "email_text_input": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "an e-mail address"),
    "url_text_input": (re.compile(r"[a-z][a-z0-9+.-]*://\S+"), "a web address"),
}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block it stands in."""
    for block in blocks:
        found = block.get("elements", []) if block["type"] == "actions" else []
        for element in (block.get("element"), block.get("accessory"), *found):
            if element and "action_id" in element:
                yield block, element


def with_ids(blocks: list[Json]) -> list[Json]:
    """A copy in which every block and interactive element has its id; Slack adds the missing ones."""
    filled = deepcopy(blocks)
    for number, block in enumerate(filled):
        block.setdefault("block_id", f"b{number}")
        found = block.get("elements", []) if block["type"] == "actions" else []
        for place, element in enumerate((block.get("element"), block.get("accessory"), *found)):
            if element and (element["type"] in STATE_KEYS or element["type"] in ("button", "overflow")):
                element.setdefault("action_id", f"a{number}.{place}")
    return filled


def start_values(blocks: list[Json], kept: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    """The state of every input. What is `kept` under the same block_id and action_id stays as it was."""
    values: dict[str, dict[str, Json]] = {}
    for block, element in elements(blocks):
        kind = element["type"]
        if kind not in STATE_KEYS:
            continue
        old = kept.get(block["block_id"], {}).get(element["action_id"])
        state = old if old and old["type"] == kind else {"type": kind, STATE_KEYS[kind]: initial(element)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values


def initial(element: Json) -> object:
    """What an element holds before anybody touched it."""
    key = STATE_KEYS[element["type"]]
    name = "initial_value" if key.endswith("value") else key.replace("selected_", "initial_")
    return element.get(name, [] if key in LIST_KEYS else None)


def accept(element: Json, value: Value) -> Json:
    """The element's state after a person put in `value`. Raises ClientRefused where Slack's client would."""
    kind = element["type"]
    key = STATE_KEYS[kind]
    if value is None or value == "" or value == []:
        return {"type": kind, key: [] if key in LIST_KEYS else None}
    if key == "selected_option":
        return {"type": kind, key: choose(element, value)}
    if key == "selected_options":
        return {"type": kind, key: [choose(element, one) for one in _as_list(element, value)]}
    if key in LIST_KEYS:
        return {"type": kind, key: _as_list(element, value)}
    if kind == "datetimepicker" and not isinstance(value, int):
        raise ClientRefused(f"{element['action_id']} takes Unix seconds, not {value!r}")
    if kind == "rich_text_input":
        text = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
        return {"type": kind, key: {"type": "rich_text", "elements": [text]}}
    _check_text(element, value)
    state = {"type": kind, key: value}
    return (
        {**state, "timezone": element["timezone"]}
        if kind == "timepicker" and "timezone" in element
        else state
    )


def _check_text(element: Json, value: Value) -> None:
    kind = element["type"]
    if kind in FORMATS and not FORMATS[kind][0].fullmatch(str(value)):
        raise ClientRefused(f"{element['action_id']} takes {FORMATS[kind][1]}, not {value!r}")
    if kind == "plain_text_input" and len(str(value)) > element.get("max_length", TEXT_LIMIT):
        raise ClientRefused(
            f"{element['action_id']} takes {element.get('max_length', TEXT_LIMIT)} characters"
        )
    if kind == "timepicker" and "timezone" in element:
        ZoneInfo(element["timezone"])


def _as_list(element: Json, value: Value) -> list[str]:
    if not isinstance(value, list):
        raise ClientRefused(f"{element['action_id']} takes a list, not {value!r}")
    if len(value) > element.get("max_selected_items", len(value)):
        raise ClientRefused(f"{element['action_id']} takes {element['max_selected_items']} at most")
    return value


def options(element: Json) -> list[Json]:
    """Every option an element offers, those in groups too."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def choose(element: Json, value: Value) -> Json:
    """The option of that value. Raises ClientRefused when the element does not offer it."""
    for option in options(element):
        if option["value"] == value:
            return option
    raise ClientRefused(f"{element['action_id']} does not offer {value!r}")


def missing(blocks: list[Json], values: dict[str, dict[str, Json]]) -> dict[str, str]:
    """What the client says under each input that must still be filled in, before anything is sent."""
    problems = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        state = values[block["block_id"]][element["action_id"]]
        content = state[STATE_KEYS[element["type"]]]
        if not content and not block.get("optional", False):
            problems[block["block_id"]] = "Please complete this required field."
        elif content and len(str(content)) < element.get("min_length", 0):
            problems[block["block_id"]] = f"Please write at least {element['min_length']} characters."
        elif content and element["type"] == "number_input" and not _in_range(element, content):
            problems[block["block_id"]] = "Please choose a number in the range."
    return problems


def _in_range(element: Json, number: str) -> bool:
    least, most = element.get("min_value", "-inf"), element.get("max_value", "inf")
    return float(least) <= float(number) <= float(most)


def wants_dispatch(block: Json) -> bool:
    """Whether a change of this block's element is sent to the app at once."""
    return block["type"] != "input" or bool(block.get("dispatch_action", False))
