"""Playground: what a client does with a view. Finds elements, makes actions, applies a submission's answer.

Source: docs.slack.dev/surfaces/modals.
"""

from dataclasses import dataclass, field

from bot.playground import forms
from bot.playground.blockkit import check_errors
from bot.playground.core import Core, Violation
from bot.playground.delivery import Delivery
from bot.playground.errors import ClientRefused, SlackError
from bot.playground.forms import Value
from bot.playground.manifest import Json
from bot.playground.methods import views
from bot.playground.workspace import View

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass
class SubmitResult:
    """What a submission led to.

    `action`: "update", "push", "clear", "close", "errors" (with `errors` by block_id), or "trouble" when
    the app's answer was late, broken or not 200; then the modal stays with everything typed.
    `delivery` is None when Slack's client itself found something missing and sent nothing.
    """

    action: str
    errors: dict[str, str] = field(default_factory=dict)
    delivery: Delivery | None = None


def find(
    view: View,
    *,
    block_id: str | None = None,
    action_id: str | None = None,
    value: Value = None,
    kinds: set[str] | None = None,
) -> tuple[Json, Json]:
    """The one element of a view that fits (see find_in)."""
    return find_in(view.body["blocks"], block_id=block_id, action_id=action_id, value=value, kinds=kinds)


def find_in(
    blocks: list[Json],
    *,
    block_id: str | None = None,
    action_id: str | None = None,
    value: Value = None,
    kinds: set[str] | None = None,
) -> tuple[Json, Json]:
    """The block and the one element in it that fit. Raises ClientRefused when none or several do."""
    found = [
        (block, element)
        for block, element in forms.elements(blocks)
        if block_id in (None, block["block_id"])
        and action_id in (None, element["action_id"])
        and (kinds is None or element["type"] in kinds)
        and (value is None or element["type"] != "button" or element.get("value") == value)
    ]
    if len(found) != 1:
        raise ClientRefused(
            f"{len(found)} elements fit block {block_id}, action {action_id}, value {value!r}"
        )
    return found[0]


def action(block: Json, element: Json, value: Value) -> Json:
    """The entry of `actions` for a press or choice, without its time."""
    named: Json = {"type": element["type"], "block_id": block["block_id"], "action_id": element["action_id"]}
    if element["type"] == "button":
        optional: Json = {key: element[key] for key in ("value", "style", "url") if key in element}
        return {**named, "text": element["text"], **optional}
    if element["type"] == "overflow":
        return {**named, "selected_option": forms.choose(element, value)}
    return {**named, **forms.accept(element, value)}


def apply(core: Core, view: View, delivery: Delivery) -> SubmitResult:
    """Let the app's answer to a submission take effect on the stack."""
    if not delivery.ok or delivery.status != 200:
        return SubmitResult("trouble", delivery=delivery)
    try:
        return _apply(core, view, delivery)
    except SlackError:
        delivery.error = "invalid_response_action"
        return SubmitResult("trouble", delivery=delivery)


def _apply(core: Core, view: View, delivery: Delivery) -> SubmitResult:
    body = delivery.body
    kind = body.get("response_action") if isinstance(body, dict) and body else "close"
    match kind, body:
        case "close", "" | {}:
            core.workspace.close_view(view)
        case "clear", dict():
            views.close_all(core, view.user)
        case "errors", {"errors": dict() as errors}:
            _judge_errors(core, view, errors)
            return SubmitResult("errors", errors, delivery)
        case "update", {"view": new}:
            checked = core.judge_view("response_action", new, "modal")
            views.check_external_id(core, checked, view)
            views.replace(core, view, checked)
        case "push", {"view": new}:
            checked = core.judge_view("response_action", new, "modal")
            views.check_external_id(core, checked, None)
            views.check_room(core, view.user)
            views.push(core, view.user, checked)
        case _:
            raise SlackError("invalid_response_action")
    return SubmitResult(str(kind), delivery=delivery)


def _judge_errors(core: Core, view: View, errors: Json) -> None:
    problems = check_errors(errors, view.body)
    core.violations.extend(Violation("response_action", problem) for problem in problems)
    if problems:
        raise SlackError("invalid_response_action")
