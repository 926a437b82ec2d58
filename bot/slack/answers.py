"""slack: what an answer of the Web API (or its absence) says about whether the thing was done.

A definite no is only what cannot have been executed: the codes listed here, which Slack gives with status 200
(docs.slack.dev/apis/web-api), and a connection that never came about. All else is unknown, and is looked for:
a redirect, a bare status, a code not listed or of someone else's answer, half a body.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.outbox.ports import Answer, Verdict
from bot.slack.client import NotYet, seconds

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
LOCKED_OUT = PAUSED - {"missing_scope"} | {"not_allowed_token_type", "user_removed_from_team"}
"""A token that no waiting makes good (docs.slack.dev/reference/methods/auth.test)."""
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
        "invalid_user_combination",
        "method_not_supported_for_channel_type",
        "is_inactive",
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
NOT_REACHED = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
OK, UNFINISHED = 200, "incomplete answer"
MOST_PAGES = 200  # of 200 messages: who needs more has been led in a circle
Page = tuple[Answer, list[Mapping[str, Any]]]


async def ask(call: Awaitable[Any]) -> tuple[Mapping[str, Any], Answer]:
    """Await a call of Slack's client: its response ({} without one), and what is known afterwards."""
    try:
        response = await call
    except NotYet as error:
        return {}, Answer(Verdict.WAIT, wait=error.wait, reason="ratelimited")
    except SlackApiError as error:
        return {}, _refused(error)
    except NOT_REACHED as error:  # refused, DNS, TLS, or a proxy's no: nothing was written
        return {}, Answer(Verdict.RETRY, reason=type(error).__name__)
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
        return {}, Answer(Verdict.UNKNOWN, reason=type(error).__name__)
    return mapping(getattr(response, "data", None)), Answer(Verdict.YES)


def locked_out(setting: str, reason: str) -> str:
    """The sentence for a setting whose token Slack won't take."""
    return f"Slack refuses {setting} ({reason}). Copy it again from the app's page at api.slack.com/apps."


async def granted(call: Awaitable[Any]) -> frozenset[str]:
    """The scopes that Slack says were granted; none where it does not say, or does not answer."""
    headers, _, _ = await heard(call)
    return scopes_in(headers)


async def heard(call: Awaitable[Any]) -> tuple[Mapping[str, str], Mapping[str, Any], Answer]:
    """As `ask`, with the headers of a yes before it, their names in small letters."""
    headers: dict[str, str] = {}

    async def remembered() -> Any:  # noqa: ANN401 - slack_sdk's response
        response = await call
        headers.update({name.lower(): value for name, value in response.headers.items()})
        return response

    response, known = await ask(remembered())
    return headers, response, known


def scopes_in(headers: Mapping[str, str]) -> frozenset[str]:
    """Slack names the granted scopes with every answer (docs.slack.dev/authentication)."""
    return frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")) - {""}


async def answer(call: Awaitable[Any], *path: str) -> Answer:
    """As `ask`, with the value at that path of the response in a yes."""
    response, known = await ask(call)
    value: Any = response
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    if known.verdict is not Verdict.YES or not path:
        return known
    if not (isinstance(value, str) and value):
        return Answer(Verdict.UNKNOWN, reason=UNFINISHED)
    return replace(known, value=value)


async def paged(call: Callable[[str | None], Awaitable[Any]], key: str) -> AsyncIterator[Page]:
    """Page after page of a list, the objects in each; after a page that is not YES there is none.

    An answer without the list, or with pages that lead round in a circle, says nothing: UNKNOWN.
    """
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        response, known = await ask(call(cursor))
        found = response.get(key)
        if known.verdict is Verdict.YES and not isinstance(found, list):
            known = Answer(Verdict.UNKNOWN, reason=UNFINISHED)
        yield known, objects(found)
        following = mapping(response.get("response_metadata")).get("next_cursor")
        if known.verdict is not Verdict.YES or not following:
            return
        cursor = str(following)
    yield Answer(Verdict.UNKNOWN, reason=UNFINISHED), []


def objects(found: object) -> list[Mapping[str, Any]]:
    """The objects in what should be a list of them."""
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def mapping(found: object) -> Mapping[str, Any]:
    """What should be an object; an empty one for anything else."""
    return found if isinstance(found, Mapping) else {}


def text(found: object) -> str:
    """What should be a string; "" for anything else."""
    return found if isinstance(found, str) else ""


def _refused(error: SlackApiError) -> Answer:
    response = error.response
    status = getattr(response, "status_code", None)
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    code = text(data.get("error")) if isinstance(data, dict) else ""
    if status == 429 or (status == OK and code in WAIT):
        return Answer(Verdict.WAIT, wait=seconds(headers), reason="ratelimited")
    if status != OK:  # that wasn't Slack
        return Answer(Verdict.UNKNOWN, reason=code or f"status {status}")
    if code.startswith("restricted_action") or code in NEVER:
        return Answer(Verdict.NEVER, reason=code)
    if code in PAUSED:
        return Answer(Verdict.PAUSED, reason=code)
    if code in PLAINER:
        return Answer(Verdict.PLAINER, reason=code)
    return Answer(Verdict.UNKNOWN, reason=code or f"status {status}")
