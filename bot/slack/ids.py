"""slack: every callback_id and action_id, and what a view carries about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.guide.stepper import Ref

# Views
PAGE, TEXT, HUB, CHOOSE, READ, REASON = "page", "text", "hub", "choose", "read", "reason"
# Shortcuts (manifest.yaml)
GLOBAL_SHORTCUT, MESSAGE_SHORTCUT = "screwedup_global", "screwedup_message"
# Actions in views; an input's id is INPUT + "." + stage + "." + party
INPUT, BACK, SKIP, GO, REFRESH, WITHDRAW = "input", "back", "skip", "go", "refresh", "withdraw"
COPY, ANEW = "copy", "anew"  # of a text: send it to me; fill it again
PICK = "pick"  # the one radio of hub and choose
# Actions in messages and App Home
OPEN, START, BEGIN_WITH, PRACTISE = "open", "start", "begin_with", "practise"
NOTICE, DETAILS = "notice", "details"
WHICH = "which"
ARRIVED, AGAIN = "arrived", "again"
SNOOZE, LEAVE_OUT = "snooze", "leave_out"
CARD, ANSWER, ACCEPT = "card", "answer", "accept"
TIMELINE, LEDGER, ASK = "timeline", "ledger", "ask"
FORGET = "forget"


def action(kind: str, *parts: str) -> str:
    """`go`, "tell" -> `go.tell`: the kind routes, the rest tells the handler which."""
    return ".".join((kind, *parts))


def kind_of(action_id: str) -> str:
    return action_id.split(".", 1)[0]


def rest_of(action_id: str) -> str:
    return action_id.partition(".")[2]


def metadata(incident: str, stage: str, party: str, version: int) -> str:
    return json.dumps({"i": incident, "s": stage, "p": party, "v": version}, separators=(",", ":"))


def ref(view: Mapping[str, Any]) -> Ref:
    """What a view says it is. Anything that is not of our form becomes a Ref that matches nothing."""
    try:
        data = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        data = {}
    data = data if isinstance(data, dict) else {}

    def text(key: str) -> str:
        value = data.get(key)
        return value[:40] if isinstance(value, str) else ""

    version = data.get("v")
    version = version if isinstance(version, int) and not isinstance(version, bool) else -1
    view_id = view.get("root_view_id") or view.get("id")
    return Ref(text("i"), text("s"), text("p"), version, view_id[:40] if isinstance(view_id, str) else "")
