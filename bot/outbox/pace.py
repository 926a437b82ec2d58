"""outbox: how fast. One message a second and channel; whoever Slack asked to wait waits, the others go on.

Source: docs.slack.dev/apis/web-api/rate-limits (chat.postMessage: about one a second for a channel).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from bot.store.posts import Post

SPACING = 1.0  # seconds between two posts in one channel


class Pace:
    """Remembers, for this process, when each channel may be written to again (monotonic seconds)."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._free_at: dict[str, float] = {}

    def split(self, due: Iterable[Post]) -> tuple[list[Post], list[tuple[Post, float]]]:
        """(posts that may go now, at most one a channel; the others, each with the seconds it must wait)."""
        now = self._monotonic()
        self._free_at = {channel: at for channel, at in self._free_at.items() if at > now}
        turns: dict[str, float] = {}
        ready: list[Post] = []
        held: list[tuple[Post, float]] = []
        for post in due:
            channel = post.channel or post.recipient
            turn = turns.get(
                channel, max(self._free_at.get(post.channel, now), self._free_at.get(post.recipient, now))
            )
            turns[channel] = turn + SPACING
            if turn <= now:
                ready.append(post)
            else:
                held.append((post, turn - now))
        return ready, held

    def used(self, channel: str) -> None:
        self.wait(channel, SPACING)

    def wait(self, channel: str, seconds: float) -> None:
        """Leave that channel alone for so long."""
        at = self._monotonic() + seconds
        self._free_at[channel] = max(self._free_at.get(channel, 0.0), at)
