"""Local Slack, pages: `/rehearse`: pick a script and see which reminders follow, in a second instead of days.

`python app.py rehearse` plays it, in a process of its own: the local Slack knows nothing of the bot.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from html import escape
from pathlib import Path

from aiohttp import web
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "docs" / "scenarios"
PLAYED = "<!-- what the command says -->"
SAID = {0: "Just as the script lists it.", 1: "Not as the script lists it.", 2: "The script cannot be read."}


class Rehearsals:
    """The two pages; one script is played at a time."""

    def __init__(self, jinja: Environment, headers: dict[str, str], scripts: Path = SCRIPTS) -> None:
        self._jinja, self._headers, self._folder = jinja, headers, scripts
        self._turn = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/rehearse", self.choose), web.get("/rehearse/{script}", self.watch)]

    def _html(self, script: Path | None) -> str:
        text = script.read_text(encoding="utf-8") if script else ""
        values = {
            "scripts": sorted(self._folder.glob("*.yaml")),
            "script": script,
            "text": text,
            "played": PLAYED,
        }
        return self._jinja.get_template("rehearse.html").render(values)

    async def choose(self, request: web.Request) -> web.Response:
        """The scripts there are."""
        return web.Response(text=self._html(None), content_type="text/html", headers=self._headers)

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """One script: what people do in it, and line by line what the bot does."""
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise web.HTTPForbidden(text="requests from other sites are refused")
        known = {path.stem: path for path in self._folder.glob("*.yaml")}
        script = known.get(request.match_info["script"])
        if script is None:
            raise web.HTTPNotFound(text="There is no such script.")
        before, _, after = self._html(script).partition(PLAYED)
        stream = web.StreamResponse(headers={**self._headers, "Content-Type": "text/html; charset=utf-8"})
        await stream.prepare(request)
        await stream.write(before.encode())
        async with self._turn:
            await stream.write(f"\n{SAID.get(await self._play(script, stream), 'It broke off.')}".encode())
        await stream.write(after.encode())
        return stream

    async def _play(self, script: Path, stream: web.StreamResponse) -> int:
        """Run the command and pass its lines on as they come; its exit code."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(ROOT / "app.py"), "rehearse", str(script),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, watched = process.stdout, False
        try:
            while out and (line := await out.readline()):
                await stream.write(escape(line.decode()).encode())
            watched = True  # it has said all: from here on it ends by itself
        finally:
            if not watched:
                with suppress(ProcessLookupError):
                    process.terminate()
            code = await process.wait()
        return code
