"""slack: the client of the Web API: what comes back is what Slack itself said about this very call.

No redirect is followed: Slack answers a call with 200 or 429 (docs.slack.dev/apis/web-api), so a redirect is
somebody else's word, and an address it leads to says nothing about whether Slack has done what was asked.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
from multidict import CIMultiDict
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clock import Clock
from bot.outbox.pace import Pace
from bot.settings import Settings

log = logging.getLogger(__name__)
RETRY_AFTER = "Retry-After"
DEFAULT_WAIT = 30.0
SHORTEST_WAIT = 1.0
LONGEST_WAIT = 3600.0
APART = 30.0  # seconds by which two clocks may differ without a word
UNSURE = 3.0  # seconds: the Date header has whole ones, and an answer takes its time


class NotYet(Exception):
    """That method has had its calls for now; nothing was sent. `wait`: seconds until it may be called."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class SlackTime:
    """Slack's clock, as its answers show it (the Date header, RFC 9110 6.6.1), and elapsed time since.

    Slack's times are compared with this one: how far off our own clock is, or that it jumps, changes nothing.
    """

    def __init__(self, ours: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ours, self._monotonic = ours, monotonic
        self._heard: tuple[float, float] | None = None  # Slack's seconds, ours that elapse
        self._ahead = self._said = 0.0

    def now(self) -> float:
        """Seconds since 1970 by Slack's clock; by ours before its first answer."""
        if self._heard is None:
            return self._ours().timestamp()
        slack, elapsed = self._heard
        return slack + self._monotonic() - elapsed

    def ahead(self) -> float:
        """Seconds by which our clock was ahead of Slack's (below 0: behind it) at its last answer; 0.0 where
        no one can tell. A machine that slept since then has lost nothing: only elapsed time stood still.
        """
        return self._ahead if abs(self._ahead) > UNSURE else 0.0

    def hear(self, headers: Mapping[str, str]) -> None:
        """Take the time from an answer; once for each change, say that ours is another one."""
        try:
            said = parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC).timestamp()
        except (ValueError, OverflowError):
            return
        if self._heard is None or not 0.0 <= self.now() - said <= UNSURE:
            self._heard = said + 1.0, self._monotonic()  # Slack's own is a part of a second later
        self._ahead = self._ours().timestamp() - self.now()
        ahead = self.ahead()
        if abs(ahead - self._said) > APART:
            self._said = ahead if abs(ahead) > APART else 0.0
            log.warning("our clock and slack's differ", extra={"seconds_ahead": round(ahead)})


class Client(AsyncWebClient):
    """`AsyncWebClient` that keeps the pace, whose answers are objects, and whose waits make sense."""

    pace: Pace | None = None
    time: SlackTime = SlackTime(lambda: datetime.now(UTC))

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:  # noqa: ANN401 - as there
        """Raises: NotYet, and what `AsyncWebClient` raises."""
        place = str((given.get("json") or {}).get("channel") or "")
        if self.pace and (wait := await self.pace.call(api_method, place)):
            raise NotYet(wait)
        try:
            return await super().api_call(api_method, **given)
        except SlackApiError as error:
            if self.pace and getattr(error.response, "status_code", None) == 429:
                await self.pace.told_to_wait(api_method, seconds(error.response.headers), place)
            raise

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """Raises what aiohttp raises. A body that's no JSON is an answer that says nothing: slack_sdk raises
        an error for it whose `response` isn't the one that its socket client goes on to read.
        """
        once = {**req_args, "allow_redirects": False}
        try:
            answered = await super()._request(http_verb=http_verb, api_url=api_url, req_args=once)
        except RecursionError:  # a body nested too deep to be read
            answered = {"data": {}, "headers": {}, "status_code": 0}
        except SlackApiError as error:
            answered = {"data": {}, "headers": error.response.headers, "status_code": error.response.status}
        data = answered["data"] if isinstance(answered["data"], dict) else {}
        headers: CIMultiDict[str] = CIMultiDict(answered["headers"])
        self.time.hear(headers)
        if answered["status_code"] == 429:
            headers[RETRY_AFTER] = f"{seconds(headers):.0f}"  # slack_sdk's socket client sleeps for it too
        return {**answered, "data": {**data, "ok": data.get("ok") is True}, "headers": headers}


@asynccontextmanager
async def connected(
    settings: Settings, seconds: float
) -> AsyncIterator[tuple[aiohttp.ClientSession, Client]]:
    """The one session that everything outgoing goes through, and the client on it; `seconds` a call."""
    timeout, connector = aiohttp.ClientTimeout(total=seconds), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        client = Client(
            token=settings.slack_bot_token,
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],
            logger=logging.getLogger("slack_sdk"),
        )
        moved = settings.clock_offset_file
        client.time = SlackTime(Clock(Path(moved) if moved else None))
        # slack_sdk has read the environment by itself, without NO_PROXY
        client.proxy = settings.proxy_for(settings.slack_api_url)
        yield session, client


def seconds(headers: Mapping[str, Any]) -> float:
    """Retry-After in seconds: DEFAULT_WAIT for a missing or odd one, never less than a second."""
    try:
        wanted = float(headers.get(RETRY_AFTER) or headers.get(RETRY_AFTER.lower()) or "")
    except (TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(wanted, SHORTEST_WAIT), LONGEST_WAIT) if wanted == wanted else DEFAULT_WAIT
