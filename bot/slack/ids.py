"""slack: every callback_id and action_id, and what a view carries about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.values import from_json
from bot.guide.stepper import Ref

VERSIONS = 2**31  # of a page: more than any database column of ours holds

# Views
PAGE, TEXT, HUB, CHOOSE, READ, REASON = "page", "text", "hub", "choose", "read", "reason"
# Shortcuts (manifest.yaml)
GLOBAL_SHORTCUT, MESSAGE_SHORTCUT = "screwedup_global", "screwedup_message"
# Actions in views; an input's id says which page of which incident it is of: `input_id`
INPUT, BACK, SKIP, GO, REFRESH, WITHDRAW = "input", "back", "skip", "go", "refresh", "withdraw"
COPY, ANEW = "copy", "anew"  # of a text: send it to me; fill it again
PICK = "pick"  # the one input of hub, choice and reason: `pick_id`
# Actions in messages and App Home
BLANK = "blank"  # Continue, to a page that Slack won't show with what was filled in
OPEN, START, BEGIN_WITH, PRACTISE = "open", "start", "begin_with", "practise"
NOTICE, DETAILS = "notice", "details"
WHICH = "which"
ARRIVED, AGAIN = "arrived", "again"
SNOOZE, LEAVE_OUT = "snooze", "leave_out"
CARD, ANSWER, ACCEPT = "card", "answer", "accept"
TIMELINE, LEDGER, ASK = "timeline", "ledger", "ask"
FORGET = "forget"
LIST = "list"  # list.older, list.newer: the page of a list beyond the incident in the value


def action(kind: str, *parts: str) -> str:
    """`go`, "tell" -> `go.tell`: the kind routes, the rest tells the handler which."""
    return ".".join((kind, *parts))


def input_id(stage: str, party: str, incident: str) -> str:
    """What every input of that page is called."""
    return action(INPUT, stage, party, incident)


def blank(action_id: str) -> str:
    """The same input of a page that was drawn with nothing filled in, however often it is."""
    return action_id if action_id.endswith(f".{BLANK}") else action(action_id, BLANK)


def input_ids(ref: Ref) -> tuple[str, ...]:
    """What an input of the page that a view says it is may be called. The last names no incident: it's in
    windows that were opened before an upgrade.
    """
    own = input_id(ref.stage, ref.party, ref.incident)
    return own, blank(own), action(INPUT, ref.stage, ref.party)


def pick_ids(of: str) -> tuple[str, str]:
    """As `input_ids`, for the one input of a window that is about `of`: an incident or a reminder."""
    return action(PICK, of), PICK


def kind_of(action_id: str) -> str:
    return action_id.split(".", 1)[0]


def rest_of(action_id: str) -> str:
    return action_id.partition(".")[2]


def metadata(incident: str, stage: str, party: str, version: int) -> str:
    return json.dumps({"i": incident, "s": stage, "p": party, "v": version}, separators=(",", ":"))


def ref(view: Mapping[str, Any]) -> Ref:
    """What a view says it is. Anything that is not of our form becomes a Ref that matches nothing."""
    found = from_json(str(view.get("private_metadata") or ""))
    data = found if isinstance(found, dict) else {}

    def text(key: str) -> str:
        value = data.get(key)
        return value[:40] if isinstance(value, str) else ""

    version = data.get("v")
    version = version if type(version) is int and 0 <= version < VERSIONS else -1
    view_id = view.get("root_view_id") or view.get("id")
    return Ref(text("i"), text("s"), text("p"), version, view_id[:40] if isinstance(view_id, str) else "")
