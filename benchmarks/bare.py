"""The floor: a Bolt handler that writes one row, commits it and acknowledges; nothing else of a bot.

Reads SLACK_API_URL, SLACK_BOT_TOKEN, PORT and DATABASE_PATH; requests are taken as signed, without checking.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Bare"},
    "submit": {"type": "plain_text", "text": "Next"},
    "blocks": [
        {
            "type": "input",
            "block_id": "summary",
            "label": {"type": "plain_text", "text": "What happened?"},
            "element": {"type": "plain_text_input", "action_id": "typed", "initial_value": "it happened"},
        }
    ],
}


def row(database: sqlite3.Connection, body: str) -> None:
    """One committed row."""
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO rows (body) VALUES (?)", (body,))
    database.execute("COMMIT")


def opened(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body TEXT)")
    return database


async def main() -> None:
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    url, token = os.environ["SLACK_API_URL"], os.environ["SLACK_BOT_TOKEN"]
    client = AsyncWebClient(token=token, base_url=url, session=session)
    database, thread = opened(os.environ["DATABASE_PATH"]), ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[Any]] = set()

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T", bot_token=token, bot_user_id="U")

    app = AsyncApp(authorize=authorize, process_before_response=True, request_verification_enabled=False)

    async def command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await loop.run_in_executor(thread, row, database, str(body.get("text")))
        task = loop.create_task(client.views_open(trigger_id=body["trigger_id"], view=VIEW))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        await ack()

    async def submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        await loop.run_in_executor(thread, row, database, str(body["view"]["state"]))
        await ack(response_action="update", view=VIEW)

    app.command("/screwedup")(command)
    app.view({"type": "view_submission", "callback_id": ""})(submit)

    async def events(request: web.Request) -> web.Response:
        answer = await app.async_dispatch(
            AsyncBoltRequest(body=await request.text(), headers=request.headers)
        )
        kind = answer.headers.get("content-type", ["text/plain"])[0].split(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind)

    made = web.Application()
    made.router.add_post("/slack/events", events)
    runner = web.AppRunner(made, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
