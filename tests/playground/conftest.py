"""A local Slack for each test, alone or with the tiny app over either transport."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import LocalSlack

from .tinybolt import MANIFEST, TinyBolt


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    """A local Slack; at the end nothing may have been refused, missed or malformed unexpectedly."""
    server = LocalSlack(MANIFEST)
    await server.start()
    yield server
    await server.settle()
    await server.stop()
    assert server.unexpected() == []
    assert server.violations == []


@pytest.fixture(params=["socket", "http"])
async def app(slack: LocalSlack, request: pytest.FixtureRequest) -> AsyncIterator[TinyBolt]:
    """The tiny app, once over Socket Mode and once over signed HTTP."""
    tiny = TinyBolt(slack)
    await (tiny.connect() if request.param == "socket" else tiny.listen())
    yield tiny
    await slack.settle()
    await tiny.stop()


@pytest.fixture
async def socket_app(slack: LocalSlack) -> AsyncIterator[TinyBolt]:
    """The tiny app over Socket Mode."""
    tiny = TinyBolt(slack)
    await tiny.connect()
    yield tiny
    await slack.settle()
    await tiny.stop()


@pytest.fixture
def client(slack: LocalSlack) -> AsyncWebClient:
    """A plain Web API client with the bot's token that never tries twice; nobody listens for events."""
    slack.expect("dispatch_failed")
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
