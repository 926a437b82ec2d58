"""slack: a Field as Block Kit, and Block Kit's state as raw values: both ways side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.stage import Amount, Channel, Checks, Choice, Field, Moment, People, Person, Stage, Text
from bot.slack import blocks
from bot.slack.blocks import Block, option
from bot.words.pages import Words

LONG = 150  # characters above which a text gets several lines
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
    chosen = [o for o in options if o["value"] in (value or ())]
    return {"type": "checkboxes", "options": options} | ({"initial_options": chosen} if chosen else {})


def _amount(field: Amount, words: Words, value: Any) -> Block:  # noqa: ANN401
    made: Block = {
        "type": "number_input",
        "is_decimal_allowed": field.decimals > 0,
        "min_value": "0",
        "dispatch_action_config": TYPING,
    }
    return made | ({"initial_value": str(value)} if value not in (None, "") else {})


def _person(field: Person, words: Words, value: Any) -> Block:  # noqa: ANN401
    return {"type": "users_select"} | ({"initial_user": value} if value else {})


def _people(field: People, words: Words, value: Any) -> Block:  # noqa: ANN401
    made: Block = {"type": "multi_users_select", "max_selected_items": field.most}
    return made | ({"initial_users": value} if value else {})


def _channel(field: Channel, words: Words, value: Any) -> Block:  # noqa: ANN401
    made: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    return made | ({"initial_conversation": value} if value else {})


def _moment(field: Moment, words: Words, value: Any) -> Block:  # noqa: ANN401
    return {"type": "datetimepicker"} | ({"initial_date_time": int(value)} if value else {})


DRAW: Mapping[type[Field], Callable[[Any, Words, Any], Block]] = {
    Text: _text,
    Choice: _choice,
    Checks: _checks,
    Amount: _amount,
    Person: _person,
    People: _people,
    Channel: _channel,
    Moment: _moment,
}


def draw(field: Field, words: Words, value: Any, action_id: str) -> Block:  # noqa: ANN401
    """The input block of a field, with its first value."""
    element = DRAW[type(field)](field, words, value) | {"action_id": action_id}
    return blocks.input_block(
        field.key,
        words(field.key),
        element,
        optional=not field.required,
        hint=words.maybe(f"{field.key}__hint"),
    )


def _selected(state: Mapping[str, Any]) -> Any:  # noqa: ANN401
    chosen = state.get("selected_option")
    return chosen.get("value") if isinstance(chosen, Mapping) else None


def _all_selected(state: Mapping[str, Any]) -> Any:  # noqa: ANN401
    chosen = state.get("selected_options")
    if not isinstance(chosen, list):
        return None
    return [o.get("value") for o in chosen if isinstance(o, Mapping) and isinstance(o.get("value"), str)]


READ: Mapping[type[Field], Callable[[Mapping[str, Any]], Any]] = {
    Text: lambda state: state.get("value"),
    Choice: _selected,
    Checks: _all_selected,
    Amount: lambda state: state.get("value"),
    Person: lambda state: state.get("selected_user"),
    People: lambda state: state.get("selected_users"),
    Channel: lambda state: state.get("selected_conversation"),
    Moment: lambda state: state.get("selected_date_time"),
}


def read(stage: Stage, view: Mapping[str, Any]) -> dict[str, Any]:
    """Raw values by field key. A block that Slack did not send is absent, not empty (product.md 0.2)."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    raw: dict[str, Any] = {}
    for field in stage.fields:
        block = values.get(field.key) if isinstance(values, Mapping) else None
        element = next(iter(block.values()), None) if isinstance(block, Mapping) else None
        if isinstance(element, Mapping):
            raw[field.key] = READ[type(field)](element)
    return raw
