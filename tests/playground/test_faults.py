"""Faults on demand: each kind, before and after the call took effect, aimed and by chance."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.faults import Faults
from bot.playground.server import LocalSlack

DELIVERY, LEADS = "C000ROOM2", "C000ROOM3"
BROKEN = (SlackApiError, aiohttp.ClientError)


def posted(slack: LocalSlack) -> int:
    """How many messages arrived in the channel."""
    return len(slack.workspace.channels[DELIVERY].messages)


@pytest.mark.parametrize(("when", "arrived"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize(
    "kind", ["429", "500", "503", "reset", "truncated", "html", "error:fatal_error", "body:{}"]
)
async def test_each_kind(
    slack: LocalSlack, client: AsyncWebClient, kind: str, when: str, arrived: int
) -> None:
    slack.faults.add(method="chat.postMessage", kind=kind, when=when)
    with pytest.raises(BROKEN):
        await client.chat_postMessage(channel=DELIVERY, text="hello")
    assert posted(slack) == arrived
    assert slack.calls[0].executed == bool(arrived)
    assert not slack.calls[0].ok
    assert slack.calls[0].error == kind.removeprefix("error:")
    await client.chat_postMessage(channel=DELIVERY, text="hello")
    assert posted(slack) == arrived + 1


async def test_no_answer_at_all(slack: LocalSlack) -> None:
    slack.faults.add(method="chat.postMessage", kind="timeout", when="after")
    args = {"token": slack.bot_token, "channel": DELIVERY, "text": "hello"}
    limit = aiohttp.ClientTimeout(total=0.05)
    async with aiohttp.ClientSession(timeout=limit) as session:
        with pytest.raises(TimeoutError):
            await session.post(f"{slack.api_url}chat.postMessage", data=args)
    assert posted(slack) == 1


@pytest.mark.parametrize("retry_after", [0, 3600, "soon", "Wed, 21 Oct 2026 07:28:00 GMT", None])
async def test_retry_after(slack: LocalSlack, client: AsyncWebClient, retry_after: str | int | None) -> None:
    slack.faults.add(method="chat.postMessage", kind="429", retry_after=retry_after)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=DELIVERY, text="hello")
    got = caught.value.response.headers.get("Retry-After")
    assert got == (None if retry_after is None else str(retry_after))


async def test_a_fault_has_an_aim_and_a_number(slack: LocalSlack, client: AsyncWebClient) -> None:
    fault = slack.faults.add(
        method="chat.postMessage", kind="error:restricted_action", times=2, channel=DELIVERY
    )
    await client.auth_test()
    await client.chat_postMessage(channel=LEADS, text="hello")
    for _ in range(2):
        with pytest.raises(SlackApiError, match="restricted_action"):
            await client.chat_postMessage(channel=DELIVERY, text="hello")
    await client.chat_postMessage(channel=DELIVERY, text="hello")
    assert fault.times == 0


async def test_a_fault_for_ever_until_healed(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.add(kind="error:account_inactive", times=None)
    for _ in range(3):
        with pytest.raises(SlackApiError, match="account_inactive"):
            await client.auth_test()
    slack.faults.clear()
    await client.auth_test()


async def test_a_late_answer_is_still_right(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.faults.add(method="auth.test", kind="latency:0.05")
    start = time.monotonic()
    assert (await client.auth_test())["ok"]
    assert time.monotonic() - start >= 0.05


async def test_general_latency_does_not_delay_the_effect(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.latency = 0.2
    post = asyncio.create_task(client.chat_postMessage(channel=DELIVERY, text="hello"))
    await slack.wait(lambda: posted(slack))
    assert not post.done()
    await post


async def test_other_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        Faults().add(kind="explosion")
    with pytest.raises(ValueError, match="before or after"):
        Faults().add(kind="500", when="during")


async def test_chance_is_reproducible() -> None:
    def draw(seed: int) -> list[tuple[str, str] | None]:
        faults = Faults()
        faults.random(0.3, seed, methods=frozenset({"chat.postMessage"}))
        found = [faults.take("chat.postMessage", None) for _ in range(300)]
        assert faults.take("auth.test", None) is None
        return [(fault.kind, fault.when) if fault else None for fault in found]

    assert draw(7) == draw(7) != draw(8)
    struck = [fault for fault in draw(7) if fault]
    assert 60 < len(struck) < 120
    assert {when for _, when in struck} == {"before", "after"}
