"""Payloads bent by chance: a value replaced, a key dropped, renamed or doubled, a part moved, text bent.

Pure: the same dice give the same payloads.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    *("", " ", "x", "zzzzzz", "0", "-1", "1e999", "NaN", "nul\x00byte", "lone\ud800half", "\u202eflip"),
    *("../../etc/passwd", "{{ 7 * 7 }}", "%s%n{0}", "<!channel>", "page", "hub", "input.open.", "America"),
    *("U" * 300, "x" * 20_000, "http://[::1", "https://hooks.slack.com:99999/x", "file:///etc/passwd", "//"),
    *("9" * 40, "9999-12-31", "0001-01-01", "2026-13-45", "99:99", "1e5", "１２", "+1", "0x1F", "1_000"),
    *('{"i":{"i":[[[]]]}}', '{"i":1,"s":["open"],"p":{},"v":1e999}', "[" * 3000, "\ud83c\udf89", "é"),
    *(0, 1, -1, 2**31, 2**53 + 1, -(2**63), 10**30, 99_999_999_999, 0.5, -1.5, 1e308, float("inf")),
    *(True, False, None, [], {}, [[]], [None], [{}], [1, "a", None], {"id": None}, {"id": {"id": "x"}}),
    *({"": ""}, {"type": []}, {"values": []}, ["U000RINA"], [{"value": 7}, {"value": "a"}], "block_actions"),
    *("event_callback", "view_submission", "view_closed", "block_suggestion", "message", "reaction_added"),
)

DEEP = re.compile(r'"@deep (\d+)"')


def deep(levels: int, of: str = "[") -> Any:  # noqa: ANN401 - JSON
    """A value nested that deep, for hands that don't break on it."""
    made: Any = None
    for _ in range(levels):
        made = [made] if of == "[" else {"a": made}
    return made


def paths(node: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a JSON value, its own excepted."""
    steps: Any = ()
    if isinstance(node, dict):
        steps = node.items()
    elif isinstance(node, list):
        steps = enumerate(node)
    for step, part in steps:
        yield (*at, step)
        yield from paths(part, (*at, step))


def _parent(payload: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401
    for step in path[:-1]:
        payload = payload[step]
    return payload


def _value(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    _parent(payload, path)[path[-1]] = copy.deepcopy(dice.choice(ODD))


def _nested(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    _parent(payload, path)[path[-1]] = f"@deep {dice.choice((5, 60, 70, 400, 900, 50_000))}"


def _drop(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    del _parent(payload, path)[path[-1]]


def _rename(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    parent = _parent(payload, path)
    part = parent[path[-1]]
    if isinstance(parent, dict):
        del parent[path[-1]]
        parent[
            dice.choice(("type", "view", "event", "id", "actions", "payload", "command", "\ud800", ""))
        ] = part
    else:
        parent.append(part)


def _move(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    """What stands somewhere else stands here, too."""
    other = dice.choice(list(paths(payload)))
    _parent(payload, path)[path[-1]] = copy.deepcopy(_parent(payload, other)[other[-1]])


def _wrap(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    parent = _parent(payload, path)
    part = parent[path[-1]]
    parent[path[-1]] = dice.choice(([part], {"id": part}, [part, part], str(part)[:2000]))


def _bend(dice: random.Random, payload: Any, path: tuple[Any, ...]) -> None:  # noqa: ANN401
    """A text or a number that is a little off."""
    parent = _parent(payload, path)
    part = parent[path[-1]]
    if isinstance(part, str):
        at = dice.randrange(len(part) + 1)
        parent[path[-1]] = (
            part[:at] + dice.choice(("", "\x00", ".", "é", "\u200b", "9", '"', "\n")) + part[at + 1 :]
        )
    elif isinstance(part, int):
        parent[path[-1]] = part + dice.choice((1, -1, 10**10, -(10**12)))
    else:
        _value(dice, payload, path)


ACTS: tuple[Callable[[random.Random, Any, tuple[Any, ...]], None], ...] = (
    *(_value, _value, _value, _bend, _bend, _nested, _drop, _drop, _rename, _move, _move, _wrap),
)


def mutated(dice: random.Random, payload: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """A bent copy: up to four changes, now and then none of the payload is left."""
    made = copy.deepcopy(payload)
    if dice.random() < 0.01:
        return copy.deepcopy(dice.choice(ODD))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 4))):
        if found := list(paths(made)):
            dice.choice(ACTS)(dice, made, dice.choice(found))
    return made


def bent_bytes(dice: random.Random, raw: bytes) -> bytes:
    """The body of a request with a few bytes changed, cut or doubled."""
    made = bytearray(raw)
    for _ in range(dice.choice((1, 2, 5))):
        at = dice.randrange(len(made) + 1)
        made[at : at + dice.choice((0, 1, 1, 40))] = bytes(dice.choices(range(256), k=dice.choice((0, 1, 3))))
    return bytes(made)


def dumped(payload: object) -> str:
    """As JSON, where what is marked as deep is nested that deep."""
    return DEEP.sub(lambda found: "[" * int(found[1]) + "]" * int(found[1]), json.dumps(payload))
