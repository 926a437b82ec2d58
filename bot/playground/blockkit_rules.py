"""Local Slack: the rules of Block Kit that a schema of single objects cannot say.

Each rule looks at all blocks of one surface and yields sentences with a path. The blocks have passed the
schema before, so a rule may rely on their shape. Where Slack's pages disagree with one another, the stricter
reading holds. Source: the block, element and composition-object pages of docs.slack.dev/reference/block-kit.
"""

from collections import Counter
from collections.abc import Callable, Iterator
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
MARKDOWN_TEXT = 12_000
TABLE_TEXT = 10_000


def walk(blocks: list[Json], path: str = "blocks") -> Iterator[tuple[str, Json]]:
    """Every block with its path, also those inside containers, carousels and plans."""
    for index, block in enumerate(blocks):
        here = f"{path}[{index}]"
        yield here, block
        for key in ("child_blocks", "tasks"):
            yield from walk(block.get(key, []), f"{here}.{key}")
        if block["type"] == "carousel":
            yield from walk(block["elements"], f"{here}.elements")


def elements(path: str, block: Json) -> Iterator[tuple[str, Json]]:
    """The interactive and other elements of one block, with their paths."""
    for key in ("accessory", "element"):
        if key in block:
            yield f"{path}.{key}", block[key]
    listed = {"actions": "elements", "context_actions": "elements", "card": "actions"}.get(block["type"])
    for index, element in enumerate(block.get(listed, []) if listed else []):
        yield f"{path}.{listed}[{index}]", element


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


def allowed_on_surface(surface: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        for where, item in [(path, block), *elements(path, block)]:
            if surface not in SURFACES.get(item["type"], EVERYWHERE):
                yield f"{where}: {item['type']} is not allowed in a {surface}"


def required_alternatives(_: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        names = ONE_OF.get(block["type"], ())
        if names and not any(name in block for name in names):
            yield f"{path}: one of {', '.join(names)} is needed"


def unique_ids(_: Surface, blocks: list[Json]) -> Iterator[str]:
    seen: set[str] = set()
    for path, block in walk(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            yield f"{path}.block_id: {block_id!r} is used twice"
        if block_id is not None:
            seen.add(block_id)
        actions = Counter(
            element["action_id"] for _, element in elements(path, block) if "action_id" in element
        )
        yield from (
            f"{path}: action_id {name!r} is used twice in this block" for name, n in actions.items() if n > 1
        )


def one_focus(_: Surface, blocks: list[Json]) -> Iterator[str]:
    focused = [
        where for path, block in walk(blocks) for where, e in elements(path, block) if e.get("focus_on_load")
    ]
    yield from (f"{where}.focus_on_load: another element already has the focus" for where in focused[1:])


def options_of(element: Json) -> list[Json]:
    """All options of a static list, its groups opened."""
    grouped = (group["options"] for group in element.get("option_groups", []))
    return [*element.get("options", []), *(option for options in grouped for option in options)]


def option_lists(_: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        for where, element in elements(path, block):
            static = element["type"] in ("static_select", "multi_static_select")
            if static and ("options" in element) == ("option_groups" in element):
                yield f"{where}: exactly one of options, option_groups is needed"
            options = options_of(element)
            values = Counter(option["value"] for option in options)
            yield from (
                f"{where}: the option value {value!r} is used twice" for value, n in values.items() if n > 1
            )
            if element["type"] != "overflow" and any("url" in option for option in options):
                yield f"{where}: only the options of an overflow menu may have a url"
            yield from _initial_options(where, element, options)


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


def text_inputs(_: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        for where, element in elements(path, block):
            if element["type"] != "plain_text_input":
                continue
            least, most = element.get("min_length", 0), element.get("max_length", 3000)
            length = len(element.get("initial_value", ""))
            if least > most:
                yield f"{where}.min_length: {least} is more than max_length {most}"
            if length > most:
                yield f"{where}.initial_value: {length} characters, {most} at most"


def number_inputs(_: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        for where, element in elements(path, block):
            if element["type"] != "number_input":
                continue
            given = {
                key: element[key] for key in ("min_value", "initial_value", "max_value") if key in element
            }
            numbers = [float(value) for value in given.values()]
            if numbers != sorted(numbers):
                yield f"{where}: {', '.join(given)} are not in rising order"
            if not element["is_decimal_allowed"] and any("." in value for value in given.values()):
                yield f"{where}: a decimal number, though is_decimal_allowed is false"


def calendar_dates(_: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        for where, element in elements(path, block):
            day = element.get("initial_date")
            if day is None:
                continue
            try:
                date.fromisoformat(day)
            except ValueError:
                yield f"{where}.initial_date: there is no such day as {day}"


def only_in_inputs(surface: Surface, blocks: list[Json]) -> Iterator[str]:
    for path, block in walk(blocks):
        for where, element in elements(path, block):
            if element.get("response_url_enabled") and (surface, block["type"]) != ("modal", "input"):
                yield f"{where}.response_url_enabled: only in an input block of a modal"
            if element["type"] == "file_input" and block.get("dispatch_action"):
                yield f"{path}.dispatch_action: a file input cannot dispatch"


def cumulative_text(surface: Surface, blocks: list[Json]) -> Iterator[str]:
    """The limits over a whole message; views are limited by their bytes instead."""
    if surface != "message":
        return
    by_type: Counter[str] = Counter()
    for block in blocks:
        by_type[block["type"]] += sum(map(len, texts(block)))
    for name, limit in (("markdown", MARKDOWN_TEXT), ("table", TABLE_TEXT)):
        if by_type[name] > limit:
            yield f"blocks: {by_type[name]} characters in {name} blocks, {limit} at most"
    if (total := by_type.total() - by_type["markdown"]) > MESSAGE_TEXT:
        yield f"blocks: {total} characters in all blocks together, {MESSAGE_TEXT} at most"
    if sum(block["type"] == "table" for _, block in walk(blocks)) > 1:
        yield "blocks: more than one table in a message"


RULES: tuple[Callable[[Surface, list[Json]], Iterator[str]], ...] = (
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
