"""domain: what stands in a record where an id was: a role, and which of several; nobody's Slack id."""

from __future__ import annotations

import re
import secrets

FORM = re.compile(r"[a-z]+-[0-9a-f]{4}")


def stand_in(role: str) -> str:
    """`"lead"` -> `"lead-3fa2"`: tells several apart and leads back to nobody."""
    return f"{role}-{secrets.token_hex(2)}"


def is_stand_in(user: str) -> bool:
    """Whether nobody can be reached under that id any more."""
    return FORM.fullmatch(user) is not None
