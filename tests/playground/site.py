"""A local Slack with its pages, the tiny app behind it, and helpers to look at both from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
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


class Drawn(HTMLParser):
    """Reads the controls of the modal's form out of a page, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.modal: list[tuple[str, str]] = []
        self._inside = False
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a control's name and value."""
        known = {name: value or "" for name, value in attrs}
        if tag == "dialog":
            self._inside = True
        elif not self._inside:
            return
        elif tag == "input" and (known["type"] not in ("radio", "checkbox") or "checked" in known):
            self.modal.append((known["name"], known.get("value", "")))
        elif tag == "select":
            self._select = known["name"]
        elif tag == "option" and "selected" in known:
            self.modal.append((self._select, known["value"]))
        elif tag == "textarea":
            self._textarea = known["name"]

    def handle_data(self, data: str) -> None:
        """Take the text of a textarea; the line break after its tag does not count."""
        if self._textarea:
            self.modal.append((self._textarea, data.removeprefix("\n")))
            self._textarea = ""

    def handle_endtag(self, tag: str) -> None:
        """Leave the modal."""
        if tag == "dialog":
            self._inside = False
