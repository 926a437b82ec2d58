"""domain: how an incident stands, in one word; `Incident.status` says which."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CONTAINED = "contained"
    FIXED = "fixed"
    CLOSING = "closing"
    CLOSED = "closed"
    CANCELLED = "cancelled"
