"""slack: the client of the Web API: what comes back is what Slack itself said about this very call.

No redirect is followed: Slack answers a call with 200 or 429 (docs.slack.dev/apis/web-api), so a redirect is
somebody else's word, and an address it leads to says nothing about whether Slack has done what was asked.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from multidict import CIMultiDict
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings

RETRY_AFTER = "Retry-After"
DEFAULT_WAIT = 30.0
SHORTEST_WAIT = 1.0
LONGEST_WAIT = 3600.0


class Client(AsyncWebClient):
    """`AsyncWebClient` whose answers are objects, whose `ok` is a boolean and whose waits make sense."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        """Raises what aiohttp raises, and SlackApiError for a body that is no JSON."""
        once = {**req_args, "allow_redirects": False}
        try:
            answered = await super()._request(http_verb=http_verb, api_url=api_url, req_args=once)
        except RecursionError:  # a body nested too deep to be read
            answered = {"data": {}, "headers": {}, "status_code": 0}
        data = answered["data"] if isinstance(answered["data"], dict) else {}
        headers: CIMultiDict[str] = CIMultiDict(answered["headers"])
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
        yield (
            session,
            Client(
                token=settings.slack_bot_token,
                base_url=settings.slack_api_url,
                session=session,
                retry_handlers=[],
                logger=logging.getLogger("slack_sdk"),
            ),
        )


def seconds(headers: Mapping[str, Any]) -> float:
    """Retry-After in seconds: DEFAULT_WAIT for a missing or odd one, never less than a second."""
    try:
        wanted = float(headers.get(RETRY_AFTER) or headers.get(RETRY_AFTER.lower()) or "")
    except (TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(wanted, SHORTEST_WAIT), LONGEST_WAIT) if wanted == wanted else DEFAULT_WAIT
