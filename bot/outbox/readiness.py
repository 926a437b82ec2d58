"""outbox: whether the bot can do its work: what it needs for it, and when each was last seen to be there.

Alive is less than ready. A process that's alive but not ready isn't mended by a new one: it says what is
missing, goes on trying, and is ready again once that's back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping

log = logging.getLogger(__name__)
DATABASE, SLACK, SOCKET = "database", "slack", "socket"
GRACE: Mapping[str, float] = {DATABASE: 15.0, SLACK: 180.0, SOCKET: 15.0}
"""Seconds for which something may be away before it counts as missing: a busy moment, a reconnection, an
answer or two that didn't come.
"""
AGAIN = 60.0  # seconds until the log hears again of what is still missing


class Readiness:
    """One for the process; `now` in seconds of elapsed time."""

    def __init__(self, parts: Collection[str], now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._seen = now, dict.fromkeys(parts, now())
        self._said: tuple[str, ...] = ()
        self._said_at = now()

    def good(self, part: str) -> None:
        """It was there just now."""
        self._seen[part] = self._now()

    def bad(self, part: str) -> None:
        """It's surely missing, and no waiting brings it back."""
        self._seen[part] = float("-inf")

    def missing(self) -> tuple[str, ...]:
        """What has been away for longer than it may be."""
        now = self._now()
        return tuple(part for part, seen in sorted(self._seen.items()) if now - seen > GRACE[part])

    def say(self) -> None:
        """Into the log: what is missing, as soon as it changes and once a minute while it lasts."""
        missing, now = self.missing(), self._now()
        if missing == self._said and not (missing and now - self._said_at >= AGAIN):
            return
        self._said, self._said_at = missing, now
        if missing:
            log.error("not ready", extra={"missing": list(missing)})
        else:
            log.info("ready again")
