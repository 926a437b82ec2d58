"""Playground: what an app may use once or for a while. Trigger ids and response URLs.

Source: docs.slack.dev/interactivity/handling-user-interaction.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.errors import SlackError
from bot.playground.switches import Switches
from bot.playground.workspace import Message

RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE = timedelta(minutes=30)


@dataclass
class Trigger:
    """The right to open one modal for `user`; `view` is the modal the interaction came from."""

    user: str
    view: str | None
    born: float
    used: bool = False


class Triggers:
    """Trigger ids: they live three seconds and work once."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view: str | None = None) -> str:
        """A new trigger id for an interaction of `user`."""
        trigger_id = f"{time.time_ns()}.{len(self._issued)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, view, time.monotonic())
        return trigger_id

    def check(self, trigger_id: object) -> Trigger:
        """The live, unused trigger of that id. Raises SlackError."""
        trigger = self._issued.get(str(trigger_id))
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError(self._switches.exchanged_trigger)
        if time.monotonic() - trigger.born > self._switches.trigger_life:
            raise SlackError(self._switches.expired_trigger)
        return trigger


@dataclass
class ResponseUrl:
    """The right to answer one interaction without a token. `source` is the message it came from, if any."""

    user: str
    channel: str
    source: Message | None
    born: datetime
    uses: int = 0

    def spend(self, now: datetime) -> None:
        """Use it once. Raises SlackError after five uses or thirty minutes."""
        if now - self.born > RESPONSE_URL_LIFE:
            raise SlackError("expired_url", status=404)
        if self.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url", status=404)
        self.uses += 1
