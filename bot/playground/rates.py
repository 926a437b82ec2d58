"""Playground: how often a method may be called, where the local Slack is told to mind that.

Source: docs.slack.dev/apis/web-api/rate-limits: tier 2 is 20 calls a minute, tier 3 is 50, tier 4 is 100, for
each method and workspace; the tier stands on each method's page.
"""

import math
import time
from collections import defaultdict, deque

from bot.playground.errors import SlackError

MINUTE = 60.0
TIERS = {2: 20, 3: 50, 4: 100}
METHODS = {
    "chat.update": 3,
    "chat.delete": 3,
    "conversations.archive": 2,
    "conversations.create": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.invite": 3,
    "conversations.list": 2,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}


class Rates:
    """The calls of the last minute, by method."""

    def __init__(self) -> None:
        self._called: dict[str, deque[float]] = defaultdict(deque)

    def check(self, method: str) -> None:
        """Count a call. Raises SlackError("ratelimited") with the seconds until there is room again."""
        most, called, now = TIERS.get(METHODS.get(method, 0)), self._called[method], time.monotonic()
        while called and called[0] <= now - MINUTE:
            called.popleft()
        if most is not None and len(called) >= most:
            raise SlackError("ratelimited", status=429, retry_after=math.ceil(called[0] + MINUTE - now))
        called.append(now)
