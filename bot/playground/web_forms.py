"""Local Slack, pages: between the values of Block Kit's inputs and what HTML form controls hold.

A control is named by the JSON of [block_id, action_id], so any id is safe. A datetimepicker is Unix seconds
in Slack and a local time in the browser; the zone is the person's.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.playground import forms
from bot.playground.forms import Value
from bot.playground.manifest import Json

LOCAL_TIME = "%Y-%m-%dT%H:%M"
Posted = Mapping[str, list[str]]
"""A posted form: every name with all its values."""


def control_name(block_id: str, action_id: str) -> str:
    """The `name` of an element's form control."""
    return json.dumps([block_id, action_id])


def shown(state: Json, zone: ZoneInfo) -> str | list[str]:
    """What the control of an input in this state holds; a list where several can be chosen."""
    value = state.get(forms.STATE_KEYS[state["type"]])
    if isinstance(value, list):
        return [one["value"] if isinstance(one, dict) else one for one in value]
    if value is None:
        return ""
    if state["type"] == "datetimepicker":
        return datetime.fromtimestamp(value, UTC).astimezone(zone).strftime(LOCAL_TIME)
    if state["type"] == "rich_text_input":
        return "".join(rich_lines(value))
    return str(value["value"] if isinstance(value, dict) else value)


def rich_lines(node: Json) -> Iterator[str]:
    """The text of a rich_text value, without its styles."""
    if "text" in node:
        yield node["text"]
    for child in node.get("elements", []):
        yield from rich_lines(child)


def given(element: Json, posted: list[str], zone: ZoneInfo) -> Value:
    """The value a person gave an element, as `Member.fill` takes it; None when it is empty.

    Raises ValueError for a local time that is none.
    """
    kind = element["type"]
    if forms.STATE_KEYS[kind] in forms.LIST_KEYS:
        return posted or None
    text = posted[0].replace("\r\n", "\n") if posted else ""
    if not text:
        return None
    if kind == "datetimepicker":
        return int(datetime.strptime(text, LOCAL_TIME).replace(tzinfo=zone).timestamp())
    return text


def dispatches_on(block: Json, element: Json) -> str:
    """When typing into a text input is told to the app: "never", "enter" or "character"."""
    if not forms.wants_dispatch(block):
        return "never"
    triggers = element.get("dispatch_action_config", {}).get("trigger_actions_on", ["on_enter_pressed"])
    return "character" if "on_character_entered" in triggers else "enter"
