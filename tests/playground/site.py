"""A local Slack with its pages, the tiny app behind it, and helpers to look at both from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.playground.server import LocalSlack
from bot.playground.web import attach_pages

from .tinybolt import MANIFEST, TinyBolt

Json = dict[str, Any]


@dataclass
class Site:
    """The running pages; `http` is a browser without a screen."""

    slack: LocalSlack
    tiny: TinyBolt
    http: aiohttp.ClientSession

    async def get(self, path: str) -> str:
        """A page's HTML."""
        async with self.http.get(self.slack.url + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()

    async def do(self, person: str, action: str, **form: str) -> int:
        """Post an action; returns the status."""
        address = f"{self.slack.url}/as/{person}/{action}"
        async with self.http.post(address, data=form) as answer:
            return answer.status

    async def open_modal(self, person: str, view: Json) -> Json:
        """Let the app open this view for a person."""
        member = self.slack.person(person)
        trigger = self.slack.core.triggers.issue(member.id)
        await self.tiny.client.views_open(trigger_id=trigger, view=view)
        return await member.wait_modal()


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    """Everything started, and stopped at the end."""
    slack = LocalSlack(MANIFEST)
    attach_pages(slack)
    await slack.start()
    tiny = TinyBolt(slack)
    await tiny.connect()
    async with aiohttp.ClientSession() as http:
        yield Site(slack, tiny, http)
    await slack.settle()
    await tiny.stop()
    await slack.stop()
