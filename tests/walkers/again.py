"""Events that got no yes: Slack brings them again. A message waits so while one of ours may be on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.playground.delivery import EVENT, Delivery
from bot.playground.server import LocalSlack

LATER = (0, 1, 5)  # minutes (docs.slack.dev/apis/events-api, "Retries"); what gets none by then is a fault


@dataclass
class Again:
    """By the walk's clock, which stands still between acts; the local Slack itself waits by the wall's."""

    waiting: list[tuple[datetime, Delivery]] = field(default_factory=list)

    def collect(self, slack: LocalSlack, now: datetime) -> None:
        """Take over what may be brought again yet."""
        failed = slack.outbound.failed
        for one in [d for d in failed if d.kind == EVENT and not d.no_retry and d.retry_num < len(LATER)]:
            failed.remove(one)
            self.waiting.append((now + timedelta(minutes=LATER[one.retry_num]), one))

    async def bring(self, slack: LocalSlack, now: datetime) -> None:
        """What's due, in order."""
        due = [(at, one) for at, one in self.waiting if at <= now]
        self.waiting = [(at, one) for at, one in self.waiting if at > now]
        for _, one in due:
            await slack.outbound.send(Delivery(EVENT, one.payload, retry_num=one.retry_num + 1))
            self.collect(slack, now)
