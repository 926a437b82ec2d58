"""`make start`: from the start of the process to ready, and what it holds idle, beside the bare imports.

Both are processes of their own, by turns. "Ready": connected to Slack's socket, the outbox ticking. The floor
only imports what the bot serves with; a first start also loads Alembic and makes the tables. Memory is the
resident set (Linux: VmRSS).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml

from bot.playground.server import LocalSlack
from tests.house import ROOT, environment

IMPORTS = """
import aiohttp, jinja2, sqlalchemy, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite, yaml
import slack_bolt.async_app, slack_bolt.adapter.socket_mode.aiohttp, slack_sdk.web.async_client
from apscheduler.schedulers.asyncio import AsyncIOScheduler
print("ready", flush=True)
import sys; sys.stdin.read()
"""


def memory_mb(pid: int) -> float:
    """Resident memory in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def bare() -> tuple[float, float]:
    """(seconds, MB) of the imports alone."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", IMPORTS, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    if process.stdout is None:
        raise RuntimeError("no output to wait for")
    await process.stdout.readline()
    found = time.perf_counter() - began, memory_mb(process.pid)
    process.kill()
    await process.wait()
    return found


async def bot(fresh: bool) -> tuple[float, float]:
    """(seconds, MB) of the bot; with a fresh database it is migrated on the way."""
    slack = LocalSlack(yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8")))
    await slack.start()
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | environment(slack, Path(folder), "socket", 3000, LOG_LEVEL="ERROR")
        if not fresh:
            await _once(slack, env)
        found = await _once(slack, env)
    await slack.stop()
    return found


async def _once(slack: LocalSlack, env: dict[str, str]) -> tuple[float, float]:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "app.py", env=env, cwd=ROOT)
    await slack.wait(lambda: len(slack.socket.connections) == 2, timeout=30)
    seconds = time.perf_counter() - began
    await asyncio.sleep(2)  # idle: two ticks
    found = seconds, memory_mb(process.pid)
    process.terminate()
    await process.wait()
    await slack.wait(lambda: not slack.socket.connections, timeout=10)
    return found


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    floor, first, again = [], [], []
    for _ in range(rounds):
        floor.append(await bare())
        first.append(await bot(fresh=True))
        again.append(await bot(fresh=False))
    seconds, memory = (statistics.median(f[i] for f in floor) for i in (0, 1))
    print(f"median of {rounds} rounds{'seconds':>16}{'of imports':>12}{'MB':>8}{'of imports':>12}")
    for name, found in (("bare imports", floor), ("first start", first), ("later start", again)):
        s, m = (statistics.median(f[i] for f in found) for i in (0, 1))
        print(f"{name:22}{s:16.2f}{s / seconds:11.2f}x{m:8.0f}{m / memory:11.2f}x")


if __name__ == "__main__":
    asyncio.run(main())
