"""playground: `python app.py play`: a local Slack with pages, the bot beside it in its own process."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.playground.manifest import Json, Manifest
from bot.playground.people import ROLES
from bot.playground.server import LocalSlack
from bot.playground.web import attach_pages

LOOK_AGAIN = 0.05  # seconds
ROOT = Path(__file__).resolve().parents[2]


def play(arguments: Sequence[str]) -> int:
    """Run until interrupted; the exit code."""
    parser = argparse.ArgumentParser(prog="python app.py play", description=__doc__)
    parser.add_argument("--http", action="store_true", help="signed HTTP instead of Socket Mode")
    parser.add_argument("--port", type=int, default=8765, help="port of the local Slack")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    parser.add_argument(
        "--decline",
        action="append",
        default=[],
        metavar="SCOPE",
        choices=sorted(Manifest.read(manifest).optional),
        help="install without this optional scope (%(choices)s); may be given more than once",
    )
    chosen = parser.parse_args(arguments)
    return asyncio.run(_play(manifest, chosen))


async def _play(manifest: Json, chosen: argparse.Namespace) -> int:
    http, port, bot_port = chosen.http, chosen.port, _free_port()
    slack = LocalSlack(
        manifest,
        port=port,
        events_url=f"http://127.0.0.1:{bot_port}/slack/events" if http else None,
        declined=chosen.decline,
    )
    attach_pages(slack)
    try:
        await slack.start()
    except OSError as error:
        print(f"Port {port} cannot be used ({error.strerror}); try --port N.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="screwedup-play-") as folder:
        slack.clock_file = Path(folder) / "clock"
        bot = await _start_bot(slack, Path(folder), bot_port if http else None)
        await _reachable(slack, bot, bot_port if http else None)
        print(f"The local Slack is at {slack.url}/?as=reporter (stop with Ctrl+C)", flush=True)
        print(f"Scopes granted: {', '.join(sorted(slack.scopes))}", flush=True)
        print(
            f"Declined: {', '.join(chosen.decline) or 'none'} (--decline SCOPE installs without one)",
            flush=True,
        )
        if not chosen.no_browser:
            webbrowser.open(f"{slack.url}/?as=reporter")
        try:
            return await _until_stopped(bot)
        finally:
            if bot.returncode is None:
                bot.terminate()
                await bot.wait()
            await slack.stop()


async def _start_bot(slack: LocalSlack, folder: Path, port: int | None) -> asyncio.subprocess.Process:
    """The bot, knowing no more of this Slack than it would of the real one."""
    policy = folder / "policy.toml"
    policy.write_text(POLICY.format(**{role.key: role.id for role in ROLES}), encoding="utf-8")
    env = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_APP_TOKEN": slack.app_token if port is None else "",
        "PORT": str(port or 3000),
        "DATABASE_URL": f"sqlite:///{folder}/screwedup.db",
        "POLICY_FILE": str(policy),
        "CLOCK_OFFSET_FILE": str(slack.clock_file),
        "NO_PROXY": "*",  # all of it is on this machine
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }
    return await asyncio.create_subprocess_exec(sys.executable, str(ROOT / "app.py"), env=env)


async def _reachable(slack: LocalSlack, bot: asyncio.subprocess.Process, port: int | None) -> None:
    """Return once the bot can hear us, or has ended: a command typed at once must not meet nobody."""
    while bot.returncode is None and not (await _listens(port) if port else slack.socket.connections):
        await asyncio.sleep(LOOK_AGAIN)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _until_stopped(bot: asyncio.subprocess.Process) -> int:
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    stopped, ended = asyncio.create_task(stop.wait()), asyncio.create_task(bot.wait())
    await asyncio.wait([stopped, ended], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if ended.done():
        print("The bot has ended by itself; its last lines say why.", file=sys.stderr)
        return ended.result() or 1
    ended.cancel()
    return 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


POLICY = """# The local workspace's rules: who stands above whom, and whom to turn to.
[ladder]
person = "{boss}"
deputy = "{deputy}"
duty_lead = "{lead}"

[contacts]
privacy = "{privacy}"
"""
