"""slack: a Field as Block Kit, and Block Kit's state as raw values: both ways side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain import values
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
    Several,
    Text,
)
from bot.domain.stage import Stage
from bot.slack import blocks, ids
from bot.slack.blocks import Block, option
from bot.words.pages import LISTS, Words

LONG = 150  # characters above which a text gets several lines
AS_SLACK_TAKES_IT = (re.compile("[0-9]+"), re.compile(r"[0-9]+(\.[0-9]+)?"))  # without and with decimals
TYPING = {"trigger_actions_on": ["on_character_entered"]}


def _options(field: Choice | Checks, words: Words) -> list[Block]:
    return [option(words(f"{field.key}__{name}"), name) for name in field.options]


def _text(field: Text, words: Words, value: Any) -> Block:  # noqa: ANN401 - one of Raw's values
    made: Block = {
        "type": "plain_text_input",
        "max_length": field.most,
        "multiline": field.most > LONG,
        "dispatch_action_config": TYPING,
    }
    placeholder = words.maybe(f"{field.key}__placeholder")
    text = value if isinstance(value, str) else ""
    return (
        made
        | ({"initial_value": blocks.cut(text, field.most)} if text else {})
        | ({"placeholder": blocks.plain(blocks.cut(placeholder, 150))} if placeholder else {})
    )


def _choice(field: Choice, words: Words, value: Any) -> Block:  # noqa: ANN401
    options = _options(field, words)
    chosen = next((o for o in options if o["value"] == value), None)
    made: Block = {"type": "static_select" if field.menu else "radio_buttons", "options": options}
    return made | ({"initial_option": chosen} if chosen else {})


def _checks(field: Checks, words: Words, value: Any) -> Block:  # noqa: ANN401
    options = _options(field, words)
    chosen = _among(options, value)
    return {"type": "checkboxes", "options": options} | ({"initial_options": chosen} if chosen else {})


def _among(options: list[Block], value: Any) -> list[Block]:  # noqa: ANN401
    return [o for o in options if o["value"] in value] if isinstance(value, list | tuple) else []


def _amount(field: Amount, words: Words, value: Any) -> Block:  # noqa: ANN401
    made: Block = {
        "type": "number_input",
        "is_decimal_allowed": field.decimals > 0,
        "min_value": "0",
        "dispatch_action_config": TYPING,
    }
    found = values.number(value, field.decimals)
    if found is None or found < 0:
        return made
    as_typed = AS_SLACK_TAKES_IT[field.decimals > 0].fullmatch(str(value))  # 3 doesn't come back as 3.00
    return made | {"initial_value": str(value) if as_typed else field.raw(found)}


def _person(field: Person, words: Words, value: Any) -> Block:  # noqa: ANN401
    return {"type": "users_select"} | ({"initial_user": value} if values.ident(value) else {})


def _people(field: People, words: Words, value: Any) -> Block:  # noqa: ANN401
    made: Block = {"type": "multi_users_select", "max_selected_items": field.most}
    chosen = [one for one in value if values.ident(one)] if isinstance(value, list) else []
    return made | ({"initial_users": chosen[: field.most]} if chosen else {})


def _channel(field: Channel, words: Words, value: Any) -> Block:  # noqa: ANN401
    made: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    return made | ({"initial_conversation": value} if values.ident(value) else {})


def _moment(field: Moment, words: Words, value: Any) -> Block:  # noqa: ANN401
    at = values.moment(value)
    good = at is not None and values.in_reach(at)
    return {"type": "datetimepicker"} | ({"initial_date_time": int(value)} if good else {})


def _day(field: Day, words: Words, value: Any) -> Block:  # noqa: ANN401
    day = values.day(value)
    good = day is not None and values.in_reach(day)
    return {"type": "datepicker"} | ({"initial_date": value} if good else {})


def _list(field: Listed | Several, words: Words) -> list[Block]:
    found = LISTS[field.of](words.values)
    return blocks.options([(value, (text,)) for value, text in found.items()])


def _listed(field: Listed, words: Words, value: Any) -> Block:  # noqa: ANN401
    options = _list(field, words)
    chosen = next((o for o in options if o["value"] == value), None)
    made: Block = {"type": "static_select", **blocks.listed(options)}
    return made | ({"initial_option": chosen} if chosen else {})


def _several(field: Several, words: Words, value: Any) -> Block:  # noqa: ANN401
    options = _list(field, words)
    chosen = _among(options, value)
    made: Block = {"type": "multi_static_select", **blocks.listed(options)}
    return made | ({"initial_options": chosen} if chosen else {})


DRAW: Mapping[type[Field], Callable[[Any, Words, Any], Block]] = {
    Text: _text,
    Choice: _choice,
    Checks: _checks,
    Amount: _amount,
    Person: _person,
    People: _people,
    Channel: _channel,
    Moment: _moment,
    Day: _day,
    Listed: _listed,
    Several: _several,
}


def draw(field: Field, words: Words, value: Any, action_id: str) -> Block:  # noqa: ANN401
    """The input block of a field, with its first value, where Slack would take the page with it."""
    element = DRAW[type(field)](field, words, value) | {"action_id": action_id}
    return blocks.input_block(
        field.key,
        words(field.key),
        element,
        optional=not field.required,
        hint=words.maybe(f"{field.key}__hint"),
    )


def _selected(state: Mapping[str, Any]) -> object:
    chosen = state.get("selected_option")
    return chosen.get("value") if isinstance(chosen, Mapping) else chosen


def _all_selected(state: Mapping[str, Any]) -> object:
    chosen = state.get("selected_options")
    if not isinstance(chosen, list):
        return chosen
    return [o["value"] for o in chosen if isinstance(o, Mapping) and isinstance(o.get("value"), str)]


def _under(key: str) -> Callable[[Mapping[str, Any]], object]:
    return lambda state: state.get(key)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a kind of field comes back: by which elements, where its value is, what it has to be."""

    elements: tuple[str, ...]
    value: Callable[[Mapping[str, Any]], object]
    kind: type


# docs.slack.dev/reference/interaction-payloads/view-interactions-payload: `view.state.values`
READ: Mapping[type[Field], _Reading] = {
    Text: _Reading(("plain_text_input",), _under("value"), str),
    Choice: _Reading(("radio_buttons", "static_select"), _selected, str),
    Checks: _Reading(("checkboxes",), _all_selected, list),
    Amount: _Reading(("number_input",), _under("value"), str),
    Person: _Reading(("users_select",), _under("selected_user"), str),
    People: _Reading(("multi_users_select",), _under("selected_users"), list),
    Channel: _Reading(("conversations_select",), _under("selected_conversation"), str),
    Moment: _Reading(("datetimepicker",), _under("selected_date_time"), int),
    Day: _Reading(("datepicker",), _under("selected_date"), str),
    Listed: _Reading(("static_select",), _selected, str),
    Several: _Reading(("multi_static_select",), _all_selected, list),
}


def read(stage: Stage, view: Mapping[str, Any], called: Collection[str]) -> dict[str, Any]:
    """Raw values by field key: `str`, `int`, `list[str]`, or None for what was emptied.

    `called`: the action ids of this page's inputs. What bears another id belongs to another page, and what
    isn't of its field's kind to none: both are absent, as is a block that Slack didn't send. Slack keeps the
    state of a block from one rendering of a view to the next (bolt-js issues 625 and 1258).
    """
    raw: dict[str, Any] = {}
    blanks = [name for name in called if name.endswith(f".{ids.BLANK}")]
    for field in stage.fields:
        element = element_of(view, field.key, called)
        reading = READ[type(field)]
        if element is None or element.get("type", reading.elements[0]) not in reading.elements:
            continue
        value = reading.value(element)
        if not value and element_of(view, field.key, blanks):
            continue  # it wasn't drawn with what is kept of it
        if value is None or _is(value, reading.kind):
            raw[field.key] = value
    return raw


def element_of(view: Mapping[str, Any], block_id: str, called: Collection[str]) -> Mapping[str, Any] | None:
    """The state of that input of a view, None where Slack sent none of any of these names."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    block = values.get(block_id) if isinstance(values, Mapping) else None
    named = (block.get(name) for name in called) if isinstance(block, Mapping) else ()
    return next((element for element in named if isinstance(element, Mapping)), None)


def _is(value: object, kind: type) -> bool:
    if isinstance(value, list):
        return kind is list and all(isinstance(one, str) for one in value)
    return isinstance(value, kind) and not isinstance(value, bool)
