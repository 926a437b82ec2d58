"""Local Slack: the rules of Block Kit that a schema of single objects cannot say.

Each rule looks at all blocks of one surface and yields sentences with a path. The blocks have passed the
schema before, so a rule may rely on their shape. Where Slack's pages disagree with one another, the stricter
reading holds. Source: the block, element and composition-object pages of docs.slack.dev/reference/block-kit.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Json = dict[str, Any]
Surface = Literal["modal", "home", "message"]

EVERYWHERE: frozenset[str] = frozenset(("modal", "home", "message"))
MESSAGES = frozenset(("message",))
MODALS = frozenset(("modal",))
SURFACES: dict[str, frozenset[str]] = {
    # blocks that are not for every surface; nobody may post `file`, it only ever arrives
    "alert": MODALS,
    "card": frozenset(("message", "home")),
    "carousel": frozenset(("message", "home")),
    "container": MESSAGES,
    "context_actions": MESSAGES,
    "data_table": frozenset(("message", "home")),
    "file": frozenset(),
    "markdown": MESSAGES,
    "plan": MESSAGES,
    "table": MESSAGES,
    "task_card": MESSAGES,
    # elements that are not for every surface
    "datetimepicker": frozenset(("modal", "message")),
    "email_text_input": MODALS,
    "feedback_buttons": MESSAGES,
    "file_input": MODALS,
    "icon_button": MESSAGES,
    "number_input": MODALS,
    "rich_text_input": frozenset(("modal", "home")),
    "url_text_input": MODALS,
    "workflow_button": MESSAGES,
}
ONE_OF = {
    # fields of a block of which at least one must be there
    "section": ("text", "fields"),
    "card": ("hero_image", "title", "actions", "body"),
    "container": ("title", "rich_text_title"),
}
MESSAGE_TEXT = (
    10_000  # Slack refuses somewhere above 11,000 (msg_blocks_too_long); the exact limit is not public
)
TOGETHER = "all blocks together"
MARKDOWN_TEXT = 12_000
TABLE_TEXT = 10_000


@dataclass(frozen=True)
class Placed:
    """A block, where it stands, and the elements in it with their paths."""

    path: str
    block: Json
    elements: list[tuple[str, Json]]


def place(blocks: list[Json], path: str = "blocks") -> Iterator[Placed]:
    """Every block with its path, also those inside containers, carousels and plans."""
    for index, block in enumerate(blocks):
        here = f"{path}[{index}]"
        yield Placed(here, block, list(_elements(here, block)))
        nested = ("child_blocks", "tasks", *(("elements",) if block["type"] == "carousel" else ()))
        for key in nested:
            yield from place(block.get(key, []), f"{here}.{key}")


def _elements(path: str, block: Json) -> Iterator[tuple[str, Json]]:
    for key in ("accessory", "element"):
        if key in block:
            yield f"{path}.{key}", block[key]
    listed = {"actions": "elements", "context_actions": "elements", "card": "actions"}.get(block["type"])
    for index, element in enumerate(block.get(listed, []) if listed else []):
        yield f"{path}.{listed}[{index}]", element


def of_type(placed: list[Placed], *types: str) -> Iterator[tuple[str, Json]]:
    """All elements of these types with their paths."""
    return ((where, e) for at in placed for where, e in at.elements if not types or e["type"] in types)


def texts(node: object) -> Iterator[str]:
    """Every text a reader sees inside a node."""
    if isinstance(node, list):
        for child in node:
            yield from texts(child)
    elif isinstance(node, dict):
        for key, child in node.items():
            if key == "text" and isinstance(child, str):
                yield child
            else:
                yield from texts(child)


def allowed_on_surface(surface: Surface, placed: list[Placed]) -> Iterator[str]:
    for at in placed:
        for where, item in [(at.path, at.block), *at.elements]:
            if surface not in SURFACES.get(item["type"], EVERYWHERE):
                yield f"{where}: {item['type']} is not allowed in a {surface}"


def required_alternatives(_: Surface, placed: list[Placed]) -> Iterator[str]:
    for at in placed:
        names = ONE_OF.get(at.block["type"], ())
        if names and not any(name in at.block for name in names):
            yield f"{at.path}: one of {', '.join(names)} is needed"


def unique_ids(_: Surface, placed: list[Placed]) -> Iterator[str]:
    seen: set[str] = set()
    for at in placed:
        block_id = at.block.get("block_id")
        if block_id in seen:
            yield f"{at.path}.block_id: {block_id!r} is used twice"
        if block_id is not None:
            seen.add(block_id)
        actions = Counter(element["action_id"] for _, element in at.elements if "action_id" in element)
        twice = (name for name, uses in actions.items() if uses > 1)
        yield from (f"{at.path}: the action_id {name!r} is used twice in this block" for name in twice)


def one_focus(_: Surface, placed: list[Placed]) -> Iterator[str]:
    focused = [where for where, element in of_type(placed) if element.get("focus_on_load")]
    yield from (f"{where}.focus_on_load: another element has the focus already" for where in focused[1:])


def option_lists(_: Surface, placed: list[Placed]) -> Iterator[str]:
    for where, element in of_type(placed):
        static = element["type"] in ("static_select", "multi_static_select")
        if static and ("options" in element) == ("option_groups" in element):
            yield f"{where}: exactly one of options, option_groups is needed"
        options = options_of(element)
        values = Counter(option["value"] for option in options)
        twice = (value for value, uses in values.items() if uses > 1)
        yield from (f"{where}: the option value {value!r} is used twice" for value in twice)
        if element["type"] != "overflow" and any("url" in option for option in options):
            yield f"{where}: only the options of an overflow menu may have a url"
        yield from _initial_options(where, element, options)


def options_of(element: Json) -> list[Json]:
    """All options of a static list, its groups opened."""
    grouped = (group["options"] for group in element.get("option_groups", []))
    return [*element.get("options", []), *(option for options in grouped for option in options)]


def _initial_options(where: str, element: Json, options: list[Json]) -> Iterator[str]:
    chosen = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    if options and any(option not in options for option in chosen):
        yield f"{where}: an initial option is not among the options"
    most = element.get("max_selected_items")
    for key in ("initial_options", "initial_users", "initial_channels", "initial_conversations"):
        if most is not None and len(element.get(key, [])) > most:
            yield f"{where}.{key}: {len(element[key])} chosen, {most} at most"


def text_inputs(_: Surface, placed: list[Placed]) -> Iterator[str]:
    for where, element in of_type(placed, "plain_text_input"):
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        length = len(element.get("initial_value", ""))
        if least > most:
            yield f"{where}.min_length: {least} is more than max_length {most}"
        if length > most:
            yield f"{where}.initial_value: {length} characters, {most} at most"


def number_inputs(_: Surface, placed: list[Placed]) -> Iterator[str]:
    for where, element in of_type(placed, "number_input"):
        given = {key: element[key] for key in ("min_value", "initial_value", "max_value") if key in element}
        numbers = [float(value) for value in given.values()]
        if numbers != sorted(numbers):
            yield f"{where}: {', '.join(given)} are not in rising order"
        if not element["is_decimal_allowed"] and any("." in value for value in given.values()):
            yield f"{where}: a decimal number, though is_decimal_allowed is false"


def calendar_dates(_: Surface, placed: list[Placed]) -> Iterator[str]:
    for where, element in of_type(placed, "datepicker"):
        try:
            date.fromisoformat(element.get("initial_date", "2000-01-01"))
        except ValueError:
            yield f"{where}.initial_date: there is no such day as {element['initial_date']}"


def only_in_inputs(surface: Surface, placed: list[Placed]) -> Iterator[str]:
    for at in placed:
        for where, element in at.elements:
            if element.get("response_url_enabled") and (surface, at.block["type"]) != ("modal", "input"):
                yield f"{where}.response_url_enabled: only in an input block of a modal"
            if element["type"] == "file_input" and at.block.get("dispatch_action"):
                yield f"{at.path}.dispatch_action: a file input cannot dispatch"


def cumulative_text(surface: Surface, placed: list[Placed]) -> Iterator[str]:
    """The limits over a whole message; views are limited by their bytes instead."""
    if surface != "message":
        return
    by_type: Counter[str] = Counter()
    for at in placed:
        if at.path.count("[") == 1:  # the text of a nested block is part of its parent's
            by_type[at.block["type"]] += sum(map(len, texts(at.block)))
    for name, limit in (("markdown", MARKDOWN_TEXT), ("table", TABLE_TEXT)):
        if by_type[name] > limit:
            yield f"blocks: {by_type[name]} characters in {name} blocks, {limit} at most"
    if (total := by_type.total() - by_type["markdown"]) > MESSAGE_TEXT:
        yield f"blocks: {total} characters in {TOGETHER}, {MESSAGE_TEXT} at most"
    if sum(at.block["type"] == "table" for at in placed) > 1:
        yield "blocks: more than one table in a message"


RULES: tuple[Callable[[Surface, list[Placed]], Iterator[str]], ...] = (
    allowed_on_surface,
    required_alternatives,
    unique_ids,
    one_focus,
    option_lists,
    text_inputs,
    number_inputs,
    calendar_dates,
    only_in_inputs,
    cumulative_text,
)


def broken_rules(surface: Surface, blocks: list[Json]) -> list[str]:
    """The problems of all blocks of a surface, as sentences with paths."""
    placed = list(place(blocks))
    return [problem for rule in RULES for problem in rule(surface, placed)]
