"""What an answer of Slack's says about whether the thing was done: only what is certain counts as certain."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp

from bot.outbox.ports import Answer, Verdict
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from bot.slack.answers import answer
from bot.slack.client import DEFAULT_WAIT, LONGEST_WAIT, Client, seconds
from bot.slack.messenger import SlackMessenger
from bot.slack.socket import Sockets
from bot.slack.whoami import who_are_we
from bot.store.people import Person
from bot.store.posts import Post
from tests.house import IDS, free_port

DEEP = '{"ok":true,"ts":' + "[" * 20_000 + "]" * 20_000 + "}"
NO_ANSWERS = (
    *("[]", "null", "7", '"ok"', "[{}]", "{}", '{"ok":1}', '{"ok":"yes"}', '{"ok":true}', DEEP, ""),
    *(
        '{"ok":true,"ts":7}',
        '{"ok":true,"ts":["1.2"]}',
        '{"ok":true,"ts":null}',
        '{"ok":false,"error":["x"]}',
        '{"ok":true,"ts":"soon"}',
        '{"ok":true,"ts":"' + "9" * 300 + '"}',
    ),
)
NO_JSON = (
    "{",
    '\ufeff{"ok":true}',
    "\x00",
    '{"ok":true',
    "ok",
    '{"ok":true}{"ok":true}',
    DEEP,
    "[]",
    '{"url":7}',
)


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    made = LocalSlack(yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8")))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def messenger(slack: LocalSlack) -> AsyncIterator[SlackMessenger]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        client = Client(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        yield SlackMessenger(client, slack.workspace.team_id, slack.core.bot.id)


def notice(slack: LocalSlack, **more: Any) -> Post:  # noqa: ANN401 - columns
    now, channel = datetime.now(UTC), slack.core.dm(IDS["boss"]).id
    values: dict[str, Any] = {
        "tenant": "T", "incident": "i", "kind": "notice", "recipient": IDS["boss"], "due_at": now, "data": {},
        "id": "abc", "channel": channel, "body": {"text": "Hello"}, "first_try_at": now,
    }  # fmt: skip
    return Post(**{**values, **more})


# --- where the answer is not Slack's own ----------------------------------------------------------
@pytest.mark.parametrize(
    "leads", ["http://127.0.0.1:{closed}/x", "http://no.such.invalid/", "/api/api.test", "x:y"]
)
async def test_a_redirect_after_the_post_was_taken_is_looked_for(
    slack: LocalSlack, messenger: SlackMessenger, leads: str
) -> None:
    """Whatever the address it leads to would say: it isn't asked, and the message lies there once."""
    to = leads.format(closed=free_port())
    slack.faults.add(method="chat.postMessage", kind=f"redirect:{to}", when="after")
    post = notice(slack)
    assert (await messenger.post(post)).verdict is Verdict.UNKNOWN
    assert (await messenger.find(post)).verdict is Verdict.YES
    assert [call.method for call in slack.calls] == ["chat.postMessage", "conversations.history"]


async def test_a_slack_that_was_never_reached_is_a_sure_no(
    slack: LocalSlack, messenger: SlackMessenger
) -> None:
    messenger.client.base_url = f"http://127.0.0.1:{free_port()}/api/"
    assert (await messenger.post(notice(slack))).verdict is Verdict.RETRY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 403, 404, 500, 502, 504])
async def test_no_status_of_its_own_is_a_sure_no(
    slack: LocalSlack, messenger: SlackMessenger, status: int
) -> None:
    slack.faults.add(method="chat.postMessage", kind=f"status:{status}", when="after")
    assert (await messenger.post(notice(slack))).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("status", [302, 401, 500])
@pytest.mark.parametrize("code", ["channel_not_found", "invalid_blocks", "missing_scope", "ratelimited"])
async def test_nor_is_the_code_that_comes_with_it(
    slack: LocalSlack, messenger: SlackMessenger, status: int, code: str
) -> None:
    """Slack says its own with 200; anything else may say what it likes, and the message lies there."""
    kind = f'status:{status}:{{"ok": false, "error": "{code}"}}'
    slack.faults.add(method="chat.postMessage", kind=kind, when="after")
    assert await messenger.post(notice(slack)) == Answer(Verdict.UNKNOWN, reason=code)


async def test_what_says_yes_with_another_status_is_looked_for(
    slack: LocalSlack, messenger: SlackMessenger
) -> None:
    slack.faults.add(method="chat.postMessage", kind='status:202:{"ok": true, "ts": "1.2"}', when="after")
    assert (await messenger.post(notice(slack))).verdict is Verdict.UNKNOWN


# --- answers that are none ------------------------------------------------------------------------
@pytest.mark.parametrize("body", NO_ANSWERS, ids=lambda body: body[:12])
async def test_an_answer_that_says_nothing_leaves_it_unknown(
    slack: LocalSlack, messenger: SlackMessenger, body: str
) -> None:
    """Of a message, of the history, of a person, of a channel, of a DM: nothing raises or is believed."""
    slack.faults.add(kind=f"body:{body}", times=None, when="after")
    assert (await messenger.post(notice(slack))).verdict is Verdict.UNKNOWN
    assert (await messenger.find(notice(slack))).verdict is Verdict.UNKNOWN
    assert (await messenger.find(notice(slack, kind="room"))).verdict is Verdict.UNKNOWN
    assert (await messenger.open_dm(IDS["boss"])).verdict is Verdict.UNKNOWN
    who = await messenger.person(IDS["boss"])
    assert isinstance(who, Answer)
    assert who.verdict is Verdict.RETRY
    problem, known = await messenger.room("C1")
    assert (problem, known.verdict) == ("", Verdict.RETRY)


async def test_a_list_that_leads_in_a_circle_ends(slack: LocalSlack, messenger: SlackMessenger) -> None:
    turn = {"ok": True, "messages": [None, 7, {"metadata": []}], "response_metadata": {"next_cursor": "same"}}
    slack.faults.add(kind=f"body:{json.dumps(turn)}", times=None)
    assert (await messenger.find(notice(slack))).verdict is Verdict.UNKNOWN


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ("ok", "error", "ts", "user", "channel", "messages", "metadata", "response_metadata", "profile",
             "id", "tz", "event_payload", "next_cursor", "real_name")), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON)
async def test_whatever_json_comes_back_nothing_raises(
    slack: LocalSlack, messenger: SlackMessenger, body: object
) -> None:
    slack.faults.clear()
    slack.faults.add(kind=f"body:{json.dumps(body)}", times=None)
    calls: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: messenger.post(notice(slack)),
        lambda: messenger.find(notice(slack)),
        lambda: messenger.person(IDS["boss"]),
        lambda: messenger.room("C1"),
    )
    for call in calls:
        assert isinstance(await call(), Answer | Person | tuple)


@pytest.mark.parametrize(
    "body", [DEEP, '{"ok":true}', '{"ok":true,"team_id":7,"user_id":"U"}', "[]", '{"ok":true,"team_id":"T"}']
)
async def test_a_start_asks_again_until_slack_says_who_we_are(
    slack: LocalSlack, messenger: SlackMessenger, body: str
) -> None:
    slack.faults.add(method="auth.test", kind=f"body:{body}", times=1)
    assert (await who_are_we(messenger.client)).team == slack.workspace.team_id
    assert [call.ok for call in slack.calls] == [False, True]


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: repr(body[:12]))
async def test_so_a_socket_is_asked_for_again(
    slack: LocalSlack, messenger: SlackMessenger, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """slack_sdk reads what's no JSON in another way, and stumbles over that where it opens sockets."""
    slack.faults.add(method="apps.connections.open", kind=f"body:{body}", times=1)
    sockets = Sockets(AsyncApp(token="xoxb-1"), slack.app_token, messenger.client, logging.getLogger())
    await sockets.open()
    assert await sockets.connected()
    assert [call.ok for call in slack.calls] == [False, True, True]
    await sockets.close()
    assert "slack opens no socket" in caplog.messages


# --- how long Slack asks us to wait ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "waits"),
    [(low, 1) for low in ("0", "-5", "0.001", "-0", "-inf")]
    + [("7", 7), ("1e9", LONGEST_WAIT), ("inf", LONGEST_WAIT)]
    + [(odd, DEFAULT_WAIT) for odd in ("", "soon", "nan", "٣٣x", "Wed, 21 Oct 2026 07:28:00 GMT", None)],
)  # fmt: skip
async def test_a_wait_is_never_shorter_than_a_second(
    slack: LocalSlack, messenger: SlackMessenger, said: str | None, waits: float
) -> None:
    slack.faults.add(method="chat.postMessage", kind="429", retry_after=said)
    found = await answer(messenger.client.chat_postMessage(channel="C", text="x"), "ts")
    assert (found.verdict, found.wait) == (Verdict.WAIT, waits)


@given(st.text() | st.floats().map(str) | st.integers().map(str) | st.none() | st.lists(st.text()))
def test_any_header_is_a_wait_that_makes_sense(said: object) -> None:
    assert 1 <= seconds({"Retry-After": said}) <= LONGEST_WAIT


async def test_a_refused_socket_is_not_asked_for_at_once_again(
    slack: LocalSlack, messenger: SlackMessenger
) -> None:
    """slack_sdk's own socket client sleeps for what the header says, and for a negative one not at all."""
    slack.faults.add(method="apps.connections.open", kind="429", retry_after="-5")
    with pytest.raises(Exception, match="ratelimited") as caught:
        await messenger.client.apps_connections_open(app_token=slack.app_token)
    assert caught.value.response.headers["Retry-After"] == "1"  # type: ignore[attr-defined]
