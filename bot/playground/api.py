"""Playground: the Web API's routes. Reads the arguments, checks token and scope, applies faults, keeps a log.

Source: docs.slack.dev/apis/web-api.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.failing import fail
from bot.playground.faults import Fault
from bot.playground.manifest import Json
from bot.playground.methods import METHODS, check_scopes
from bot.playground.methods.response_urls import respond
from bot.playground.rates import Rates
from bot.playground.socket_mode import SocketMode

JSON_ARGUMENTS = {"blocks", "view", "metadata", "attachments", "files"}


@dataclass
class Call:
    """One request of the app.

    `ok` and `error` are what the app was told, `executed` says whether the call took effect; with a `fault`
    the two can differ.
    """

    at_monotonic: float
    at: datetime
    method: str
    args: Json
    ok: bool
    error: str | None
    executed: bool
    fault: Fault | None = None


@dataclass(frozen=True)
class Answer:
    """What a call without a fault would be answered."""

    body: Json
    status: int = 200
    retry_after: int | None = None


Run = Callable[[str, Json], Answer]
"""What executes a call: (token, arguments) -> the answer."""
NOT_RUN = Answer({"ok": False, "error": "not executed"})


class WebApi:
    """Answers `/api/METHOD`, response URLs and uploads."""

    def __init__(self, core: Core, sockets: SocketMode) -> None:
        self.calls: list[Call] = []
        self.refused: list[Call] = []
        self._core = core
        self._sockets = sockets
        self._rates = Rates()
        self._stopping = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """The aiohttp routes."""
        return [
            web.route("*", "/api/{method}", self.handle),
            web.post("/hooks/{team}/{key}", self.handle_response_url),
            web.post("/upload/{file}", self.handle_upload),
            web.get("/link", self._sockets.handle),
        ]

    def stop(self) -> None:
        """Let go of the calls that a "timeout" fault keeps waiting."""
        self._stopping.set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One Web API call."""
        method = request.match_info["method"]
        return await self._answer(request, method, lambda token, args: self._execute(method, token, args))

    async def handle_response_url(self, request: web.Request) -> web.StreamResponse:
        """One post to a response URL; it appears in the log as the method "response_url"."""
        key = request.match_info["key"]
        return await self._answer(request, "response_url", lambda token, args: self._respond(key, args))

    async def handle_upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file."""
        file = self._core.workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            part = next(iter(form.values()))
            file.content = part.file.read() if isinstance(part, web.FileField) else str(part).encode()
        else:
            file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _answer(self, request: web.Request, method: str, run: Run) -> web.StreamResponse:
        args, broken = await _read(request)
        in_body = str(args.pop("token", ""))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or in_body
        fault = self._core.faults.take(method, args.get("channel"))
        executes = fault is None or fault.executes
        answer = broken or (run(token, args) if executes else NOT_RUN)
        self._log(method, args, answer, fault)
        if self._core.switches.latency:
            await asyncio.sleep(self._core.switches.latency)
        if fault is None:
            return self._response(answer)
        return await fail(request, fault, self._response(answer), self._stopping)

    def _log(self, method: str, args: Json, answer: Answer, fault: Fault | None) -> None:
        executed = bool(answer.body["ok"])
        spoilt = fault.spoils if fault is not None else None
        error = spoilt or (None if executed else str(answer.body["error"]))
        now = self._core.clock.now()
        call = Call(time.monotonic(), now, method, args, error is None, error, executed, fault)
        self.calls.append(call)
        if not call.ok and not spoilt:
            self.refused.append(call)
        self._core.changes.notify()

    def _execute(self, name: str, token: str, args: Json) -> Answer:
        try:
            if name == "apps.connections.open":
                return Answer({"ok": True, **self._open_connection(token)})
            self._check_token(token)
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            if self._core.switches.enforce_rate:
                self._rates.check(name)
            check_scopes(method, self._core.manifest.scopes)
            return Answer({"ok": True, **method.handler(self._core, args)})
        except SlackError as refusal:
            return _refusal(refusal)

    def _open_connection(self, token: str) -> Json:
        if token != self._core.app_token:
            raise SlackError("not_allowed_token_type" if token == self._core.bot_token else "invalid_auth")
        address = self._core.url.replace("http://", "ws://")
        return {"url": f"{address}/link?ticket={self._sockets.new_ticket()}&app_id={self._core.app_id}"}

    def _check_token(self, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token == self._core.app_token:
            raise SlackError("not_allowed_token_type")
        if token != self._core.bot_token:
            raise SlackError("invalid_auth")
        if self._core.switches.refusal:
            raise SlackError(self._core.switches.refusal)

    def _respond(self, key: str, args: Json) -> Answer:
        hook = self._core.response_urls.get(key)
        try:
            if hook is None:
                raise SlackError("no_such_hook", status=404)
            hook.spend(self._core.clock.now())
            respond(self._core, hook, args)
        except SlackError as refusal:
            return _refusal(refusal)
        return Answer({"ok": True})

    def _response(self, answer: Answer) -> web.Response:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._core.manifest.scopes))}
        if answer.retry_after is not None:
            headers["Retry-After"] = str(answer.retry_after)
        return web.json_response(answer.body, status=answer.status, headers=headers)


def _refusal(refusal: SlackError) -> Answer:
    body = {"ok": False, "error": refusal.code, **refusal.extra}
    return Answer(body, refusal.status, refusal.retry_after)


async def _read(request: web.Request) -> tuple[Json, Answer | None]:
    try:
        return await read_arguments(request), None
    except SlackError as refusal:
        return {}, _refusal(refusal)


async def read_arguments(request: web.Request) -> Json:
    """The arguments of a call from its query, form or JSON body; JSON inside a form is parsed.

    Raises SlackError("invalid_json") when something is not the JSON it should be.
    """
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = _parse(await request.text() or "{}")
        if not isinstance(body, dict):
            raise SlackError("invalid_json")
        args.update(body)
    elif request.can_read_body:
        form = await request.post()
        args.update({key: value for key, value in form.items() if isinstance(value, str)})
    for key in JSON_ARGUMENTS & args.keys():
        if isinstance(args[key], str):
            args[key] = _parse(args[key])
    return args


def _parse(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as problem:
        raise SlackError("invalid_json") from problem
