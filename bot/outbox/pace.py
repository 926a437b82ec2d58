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

    def __init__(self, spacing: float = SPACING, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._spacing, self._monotonic = spacing, monotonic
        self._free_at: dict[str, float] = {}

    def busy(self) -> list[str]:
        """Channels and recipients that are not to be written to now."""
        now = self._monotonic()
        self._free_at = {place: at for place, at in self._free_at.items() if at > now}
        return list(self._free_at)

    def free_in(self) -> float | None:
        """Seconds until the first of the busy ones is free, None when none is busy."""
        now = self._monotonic()
        return min((at - now for at in self._free_at.values() if at > now), default=None)

    def used(self, post: Post) -> None:
        """Something is being posted there. A DM is known by its person as well, before it is looked up."""
        self.wait(post, self._spacing)

    def wait(self, post: Post, seconds: float) -> None:
        """Leave that channel alone for so long."""
        at = self._monotonic() + seconds
        for place in {post.channel, post.recipient} - {""}:
            self._free_at[place] = max(self._free_at.get(place, at), at)


def one_each(due: Iterable[Post]) -> list[Post]:
    """The first of each channel's posts: the others wait for their turn."""
    first: dict[str, Post] = {}
    for post in due:
        first.setdefault(post.recipient, post)
    return list(first.values())
