"""words: the text of a nudge, from `templates/nudges/<kind>.j2`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.incident import Incident
from bot.domain.rules import Policy


def values(
    due: Any,  # noqa: ANN401
    incident: Incident,
    names: Mapping[str, str],
    policy: Policy,
    tz: str,
    now: datetime,
) -> dict[str, Any]:
    return {"due_at": due.due_at, "kind": due.kind, "now": now, "tz": tz, "late_by": 0}


def nudge_text(kind: str, known: Mapping[str, Any]) -> str:
    return f"Due now: {kind}."


def thread_text(kind: str, known: Mapping[str, Any]) -> str:
    return f"Due now: {kind}."


def late_text(known: Mapping[str, Any]) -> str:
    return ""
