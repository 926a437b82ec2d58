"""Local Slack, pages: the routes. One page that shows everything, kept fresh by server-sent events.

`GET /` is the whole page and `GET /client` its inside, fetched again whenever `GET /changes` rings;
`POST /as/PERSON/ACTION` is everything a person can do. There is no state in the browser but what is typed.
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.playground import forms
from bot.playground.errors import ClientRefused, SlackError
from bot.playground.server import LocalSlack
from bot.playground.web_actions import ACTIONS, Hands
from bot.playground.web_desk import Desk
from bot.playground.web_emoji import PICKER, character
from bot.playground.web_forms import control_name, dispatches_on, shown
from bot.playground.web_messages import hue, initials
from bot.playground.web_model import LABELS, PageModel
from bot.playground.web_place import HOME, Place
from bot.playground.web_rehearse import Rehearsals
from bot.playground.web_text import rich_leaves

TEMPLATES = Path(__file__).parents[2] / "templates" / "playground"
STATIC = Path(__file__).parent / "static"
HEARTBEAT_SECONDS = 15.0
NOT_IN_A_HEADER = re.compile(r"[^A-Za-z0-9._ -]")
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' https: data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def attach_pages(slack: LocalSlack) -> None:
    """Give a local Slack its pages. To be called before `slack.start()`."""
    pages = Pages(slack)
    slack.app.add_routes(
        [
            web.get("/", pages.page),
            web.get("/client", pages.client),
            web.get("/changes", pages.changes),
            web.get("/files/{file}", pages.file),
            web.post("/as/{person}/{action}", pages.act),
            *Rehearsals(pages.jinja, HEADERS).routes(),
            web.static("/static", STATIC),
        ]
    )
    slack.app.on_shutdown.append(pages.stop)


def environment() -> Environment:
    """The templates: HTML, escaped, and every name they use must exist."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(
        character=character,
        control_name=control_name,
        dispatches_on=dispatches_on,
        hue=hue,
        initials=initials,
        picker=PICKER,
        rich_leaves=rich_leaves,
        shown=shown,
        state_keys=forms.STATE_KEYS,
    )
    return jinja


class Pages:
    """The handlers of the pages of one local Slack."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._desk = Desk(slack.workspace)
        self.jinja = environment()
        self._bells: set[asyncio.Event] = set()
        self._stopping = False
        slack.on_change(self._ring)

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()

    async def stop(self, _: web.Application) -> None:
        """Let go of the browsers that listen."""
        self._stopping = True
        self._ring()

    async def page(self, request: web.Request) -> web.Response:
        """The whole page; looking at the app tells the app so."""
        place = Place.read(request.query)
        if place.person not in LABELS:
            raise web.HTTPNotFound(text="There is nobody of that name here.")
        model = self._look(place)
        if model.is_app:
            await model.member.open_home("home" if place.channel == HOME else "messages")
        return self._html("page.html", model)

    async def client(self, request: web.Request) -> web.Response:
        """The inside of the page, as it is now."""
        place = Place.read(request.query)
        if place.person not in LABELS:
            raise web.HTTPNotFound
        return self._html("client.html", self._look(place))

    def _look(self, place: Place) -> PageModel:
        model = PageModel(self._slack, self._desk, place)
        if not model.is_home:
            self._desk.read(model.me.id, model.channel)
        return model

    def _html(self, name: str, model: PageModel) -> web.Response:
        html = self.jinja.get_template(name).render(model=model)
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """A server-sent event after each change; several changes at once are one event."""
        stream = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        bell = asyncio.Event()
        self._bells.add(bell)  # before the page hears that it is listening: nothing may fall in between
        try:
            await stream.prepare(request)
            while not self._stopping:
                await stream.write(await _rung(bell))
        except ConnectionResetError:
            return stream  # the browser went away
        finally:
            self._bells.discard(bell)
        return stream

    async def file(self, request: web.Request) -> web.Response:
        """A file that was posted, to be saved and never to be shown as a page."""
        file = self._slack.workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        name = NOT_IN_A_HEADER.sub("_", file.name)
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    async def act(self, request: web.Request) -> web.Response:
        """One thing a person does. The page sees what came of it by the next event."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise web.HTTPForbidden(text="requests from other sites are refused")
        person, action = request.match_info["person"], ACTIONS.get(request.match_info["action"])
        if person not in LABELS or action is None:
            raise web.HTTPNotFound
        hands = Hands(self._slack, self._desk, self._slack.person(person))
        try:
            await action(hands, _posted(await request.post()))
        except (ClientRefused, SlackError) as refusal:
            hands.tell(f"Slack would not do that: {refusal}.")
        return web.Response(status=204)


def _posted(form: Mapping[str, object]) -> dict[str, list[str]]:
    posted: dict[str, list[str]] = {}
    for name, value in form.items():
        if isinstance(value, str):
            posted.setdefault(name, []).append(value)
    return posted


async def _rung(bell: asyncio.Event) -> bytes:
    """The next event, or after a while a comment that finds out whether the browser is still there."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            await bell.wait()
    except TimeoutError:
        return b": still here\n\n"
    bell.clear()
    return b"data: changed\n\n"
