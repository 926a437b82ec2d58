"""slack: what an answer of the Web API (or its absence) says about whether the thing was done.

Source: reliability.md 3, step 4. A definite no is only what cannot have been executed; all else is unknown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.outbox.ports import Answer, Verdict

WAIT = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
PAUSED = frozenset(
    {
        "account_inactive",
        "token_revoked",
        "token_expired",
        "invalid_auth",
        "not_authed",
        "missing_scope",
        "team_access_not_granted",
        "access_denied",
        "app_access_restricted",
    }
)
PLAINER = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "metadata_too_large",
        "no_text",
    }
)
NEVER = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "users_not_found",
        "cannot_dm_bot",
        "ekm_access_denied",
        "messages_tab_disabled",
        "message_not_found",
        "cant_update_message",
        "cant_delete_message",
        "compliance_exports_prevent_deletion",
        "edit_window_closed",
        "not_enabled",
        "invalid_arguments",
        "thread_not_found",
    }
)
DEFAULT_WAIT = 30.0
LONGEST_WAIT = 3600.0


async def ask(call: Awaitable[Any]) -> tuple[Mapping[str, Any], Answer]:
    """Await a Web API call: its response ({} without one), and what is known afterwards."""
    try:
        response = await call
    except SlackApiError as error:
        return {}, _refused(error)
    except aiohttp.ClientConnectorError as error:  # refused, DNS, TLS: nothing was written
        return {}, Answer(Verdict.RETRY, reason=type(error).__name__)
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
        return {}, Answer(Verdict.UNKNOWN, reason=type(error).__name__)
    return response.data if isinstance(response.data, dict) else {}, Answer(Verdict.YES)


async def granted(call: Awaitable[Any]) -> frozenset[str]:
    """The scopes that Slack says were granted; none where it does not say, or does not answer."""
    headers: dict[str, str] = {}

    async def remembered() -> Any:  # noqa: ANN401 - slack_sdk's response
        response = await call
        headers.update({name.lower(): value for name, value in response.headers.items()})
        return response

    await ask(remembered())
    return frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")) - {""}


async def answer(call: Awaitable[Any], *path: str) -> Answer:
    """As `ask`, with the value at that path of the response in a yes."""
    response, known = await ask(call)
    value: Any = response
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    if path and not value and known.verdict is Verdict.YES:
        return Answer(Verdict.UNKNOWN, reason="incomplete answer")
    return replace(known, value=str(value or "")) if known.verdict is Verdict.YES else known


def _refused(error: SlackApiError) -> Answer:
    response = error.response
    status = getattr(response, "status_code", None)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in WAIT:
        return Answer(Verdict.WAIT, wait=_seconds(headers), reason="ratelimited")
    if code.startswith("restricted_action") or code in NEVER:
        return Answer(Verdict.NEVER, reason=code)
    if code in PAUSED:
        return Answer(Verdict.PAUSED, reason=code)
    if code in PLAINER:
        return Answer(Verdict.PLAINER, reason=code)
    return Answer(Verdict.UNKNOWN, reason=code or f"status {status}")


def _seconds(headers: Any) -> float:  # noqa: ANN401 - a mapping of str or list[str]
    """Retry-After in seconds; a missing, odd or huge one becomes something sensible (F22)."""
    value = headers.get("Retry-After") or headers.get("retry-after") or ""
    try:
        seconds = float(value[0] if isinstance(value, list) else value)
    except (IndexError, TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else DEFAULT_WAIT
