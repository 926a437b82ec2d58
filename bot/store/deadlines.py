"""store: until when a person waits, known to whatever works for them: their task, the database's thread.

Slack gives three seconds (docs.slack.dev/interactivity/handling-user-interaction): whoever asked gets their
answer, or their own words back, before that, whatever hangs.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from math import inf
from typing import TypeVar

from bot.domain.errors import Busy

T = TypeVar("T")
PERSON_SECONDS = 2.3  # for an act, so that its answer has left after two and a half
PATIENT_SECONDS = 30.0  # for one step of work that nobody waits for
DEADLINE: ContextVar[float] = ContextVar("deadline", default=inf)
"""Monotonic seconds, the event loop's as well; inf where nobody waits."""


async def in_time(act: Callable[[], Awaitable[T]]) -> T:
    """The act, if it comes to its end before its deadline. Raises: Busy, and what the act raises."""
    try:
        async with asyncio.timeout_at(DEADLINE.get()):
            return await act()
    except TimeoutError:
        raise Busy("slow") from None


def nobody_waits() -> Context:
    """The context for a task that goes on after the answer."""
    context = copy_context()
    context.run(DEADLINE.set, inf)
    return context


class _Thread(threading.local):
    ends, patience = inf, PATIENT_SECONDS


_thread = _Thread()


@contextmanager
def until(ends: float, patience: float = PATIENT_SECONDS) -> Iterator[None]:
    """What this thread does is for someone who waits until then; each step takes `patience` at most."""
    before = _thread.ends, _thread.patience
    _thread.ends, _thread.patience = ends, patience
    try:
        yield
    finally:
        _thread.ends, _thread.patience = before


def over() -> bool:
    """Whether the person this thread works for has been told by now that it wasn't done."""
    return time.monotonic() > _thread.ends


def left() -> float:
    """Seconds that this thread may wait for one answer of the database."""
    return max(min(_thread.ends - time.monotonic(), _thread.patience), 0.0)
