"""Rows for tests of a crowd, written past the guide: only how many there are counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from bot.store import tables as t

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SUMMARY = "The March invoice of client {n} went to somebody else's address, and they rang us about it at once"


def key(number: int) -> str:
    """An id in the form of ours, in no order that follows the number."""
    letters = "23456789abcdefghjkmnpqrstuvwxyz"
    mixed = number * 7919 % 31**6
    return "".join(letters[mixed // 31**place % 31] for place in range(6))


def incidents(
    connection: Connection,
    tenant: str,
    reporter: str,
    count: int,
    *,
    first: int = 1,
    what: str = "opened",
    **given: object,
) -> list[str]:
    """So many incidents of that reporter, a second apart, each with its first page; their ids, oldest first.

    what: the one event in each of them.
    given: columns of `incidents` that are to be other than those of an open one.
    """
    numbers = range(first, first + count)
    if not numbers:
        return []
    connection.execute(insert(t.incidents), [_incident(tenant, reporter, n) | given for n in numbers])
    connection.execute(insert(t.pages), [_page(tenant, given.get("reporter", reporter), n) for n in numbers])
    connection.execute(insert(t.events), [_event(tenant, key(n), reporter, what, n) for n in numbers])
    return [key(n) for n in numbers]


def events(connection: Connection, tenant: str, incident: str, actor: str, count: int) -> None:
    """So many notes in one incident."""
    made = [_event(tenant, incident, actor, "noted", n, text=f"Note {n}") for n in range(count)]
    connection.execute(insert(t.events), made)


def joined(connection: Connection, tenant: str, actor: str, ids: Sequence[str]) -> None:
    """That person has joined each of them."""
    connection.execute(insert(t.events), [_event(tenant, one, actor, "joined", 0) for one in ids])


def _incident(tenant: str, reporter: str, n: int) -> dict[str, Any]:
    at = BEGAN + timedelta(seconds=n)
    return {
        "tenant": tenant, "id": key(n), "reporter": reporter, "handler": reporter, "created_at": at,
        "status": "open", "level": 1, "practice": False, "source": "",
    }  # fmt: skip


def _page(tenant: str, user: str, n: int) -> dict[str, Any]:
    answers = {"summary": SUMMARY.format(n=n), "reach": "one", "still_going": "no"}
    return {
        "tenant": tenant, "incident": key(n), "stage": "open", "party": "", "version": 1, "answers": answers,
        "skipped": False, "saved_by": user, "saved_at": BEGAN + timedelta(seconds=n), "view": "V",
    }  # fmt: skip


def _event(tenant: str, incident: str, actor: str, what: str, n: int, **data: str) -> dict[str, Any]:
    at = BEGAN + timedelta(seconds=n)
    return {
        "tenant": tenant, "incident": incident, "at": at, "what": what, "actor": actor, "party": "",
        "data": data,
    }  # fmt: skip
