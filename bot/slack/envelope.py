"""slack: whatever arrives, as a shape that Bolt and the listeners may rely on, before either sees it.

Total: for any bytes and any JSON there's a body or a status, and never an exception. A body holds only the
keys of `shapes`, each of its kind; what's of another kind is absent, as what Slack didn't send is. What lacks
something that its kind can't do without isn't Slack's: it's refused (HTTP), or acknowledged and dropped
(Socket Mode). Nothing of it is logged, not even its name. All that's typed is cleaned here (`domain.text`):
every page, command, reply and reason, over both transports.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from bot.domain import text
from bot.domain.values import from_json
from bot.slack import shapes
from bot.slack.shapes import ABSENT, fit

log = logging.getLogger(__name__)
DEPTH_MAX = 64  # levels; a view of ours has ten, rich text in a message a few more

ENVELOPE = re.compile(r'"envelope_id"\s*:\s*"([\w-]{1,100})"')


@dataclass(frozen=True, slots=True)
class Arrival:
    """`body` for Bolt; {} where there's nothing for it to do, and `status` is the whole answer."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)


NOTHING = Arrival(200)  # of a kind that nobody here listens to: a 404 would make Slack send it again
MISSHAPEN = Arrival(400)


def arrival(payload: object) -> Arrival:
    """A payload as it came out of JSON or a form."""
    clean = _clean(payload, DEPTH_MAX)
    if not isinstance(clean, dict):
        return _misshapen()
    if "ssl_check" in clean:  # docs.slack.dev/interactivity/implementing-slash-commands
        return NOTHING
    kind = shapes.COMMAND if "command" in clean else clean.get("type")
    if not isinstance(kind, str) or kind not in shapes.KINDS:
        return NOTHING if isinstance(kind, str) else _misshapen()
    body = fit(clean, shapes.KINDS[kind])
    return Arrival(200, body) if isinstance(body, dict) else _misshapen()


def frame(raw: str) -> Mapping[str, Any] | None:
    """A message of Socket Mode; None for one that isn't. One that can't be read but for its envelope's id is
    an empty one, which is acknowledged and dropped: else Slack would send it again.
    """
    message = fit(from_json(raw), shapes.FRAME)
    if not isinstance(message, dict):
        log.warning("implausible frame dropped")
        found = ENVELOPE.search(raw)
        return {"type": "unreadable", "envelope_id": found[1], "payload": {}} if found else None
    payload = message.get("payload")  # one that's no object is refused by `arrival`, under this envelope's id
    return {**message, "payload": payload if isinstance(payload, dict) else {}}


def _misshapen() -> Arrival:
    log.warning("implausible payload dropped")
    return MISSHAPEN


def _clean(value: object, depth: int) -> Any:  # noqa: ANN401 - what JSON can hold
    """The same without what no one can see and no database can take; ABSENT for what's too deep."""
    if isinstance(value, str):
        return text.clean(value)
    if isinstance(value, float):
        return value if isfinite(value) else None  # 1e999
    if not isinstance(value, dict | list):
        return value
    if not depth:
        return ABSENT
    if isinstance(value, list):
        parts = [_clean(item, depth - 1) for item in value]
        return ABSENT if ABSENT in parts else parts
    made = {text.clean(key): _clean(item, depth - 1) for key, item in value.items()}
    return ABSENT if any(part is ABSENT for part in made.values()) else made
