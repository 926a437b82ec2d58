"""`make burst`: 200 commands and 200 page submits, each within a second, while Slack takes one to answer.

The bot runs as a process of its own, this one is Slack and its people; beside it, in the same run and by
turns, a bare Bolt handler that commits one row. Prints medians over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml

from bot.playground.driver import Member
from bot.playground.server import LocalSlack
from tests.house import ROOT, environment, free_port

LATE = 3.0  # seconds that Slack waits
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Result:
    """Of one burst: seconds from Slack's sending to the acknowledgement, and the process's CPU seconds."""

    acks: Sequence[float]
    lost: int
    cpu: float

    @property
    def p99(self) -> float:
        return sorted(self.acks)[int(len(self.acks) * 0.99) - 1]


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used (Linux: /proc/PID/stat, fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def evenly(people: Sequence[Member], act: Callable[[Member], Awaitable[bool]], pid: int) -> Result:
    """Everybody acts, spread evenly over one second."""
    acks: list[float] = []
    lost = 0

    async def one(number: int, person: Member) -> None:
        nonlocal lost
        await asyncio.sleep(number / len(people))
        began = time.perf_counter()
        lost += not await act(person)
        acks.append(time.perf_counter() - began)

    before = cpu_of(pid)
    await asyncio.gather(*(one(n, person) for n, person in enumerate(people)))
    return Result(acks, lost, cpu_of(pid) - before)


async def type_command(person: Member) -> bool:
    return (await person.command("/screwedup", "I sent the invoice to the wrong client")).error is None


async def press_next(person: Member) -> bool:
    return (await person.submit()).action == "update"


async def ready(port: int, process: asyncio.subprocess.Process) -> None:
    """Until somebody listens there."""
    async with aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                await session.get(f"http://127.0.0.1:{port}/health")
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
            else:
                return
    raise RuntimeError("the process has ended")


async def round_of(bare: bool, many: int, latency: float) -> tuple[Result, Result]:
    """(commands, submits) of one fresh process."""
    port = free_port()
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    slack = LocalSlack(manifest, events_url=f"http://127.0.0.1:{port}/slack/events")
    await slack.start()
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | environment(slack, Path(folder), "http", port, LOG_LEVEL="ERROR")
        env |= {"DATABASE_PATH": f"{folder}/bare.db"}
        command = ["-m", "benchmarks.bare"] if bare else ["app.py"]
        process = await asyncio.create_subprocess_exec(sys.executable, *command, env=env, cwd=ROOT)
        try:
            await ready(port, process)
            people = [slack.add_person(f"person{n}", tz="Europe/London") for n in range(many)]
            slack.latency = latency
            commands = await evenly(people, type_command, process.pid)
            await asyncio.gather(*(p.wait_modal(timeout=10) for p in people))
            if not bare:
                for person in people:
                    await person.fill("reach", "one", dispatch=False)
                    await person.fill("still_going", "no", dispatch=False)
            submits = await evenly(people, press_next, process.pid)
        finally:
            process.terminate()
            await process.wait()
            await slack.stop()
    return commands, submits


def line(name: str, results: Sequence[Result], floor: Sequence[Result] | None) -> str:
    many = len(results[0].acks)
    cpu = statistics.median(r.cpu for r in results) * 1000 / many
    p50 = statistics.median(statistics.median(r.acks) for r in results) * 1000
    p99 = statistics.median(r.p99 for r in results) * 1000
    late = sum(ack > LATE for r in results for ack in r.acks)
    lost = sum(r.lost for r in results)
    ratio = ""
    if floor:
        ratio = f"{cpu / (statistics.median(r.cpu for r in floor) * 1000 / many):8.1f}x"
    return f"{name:22}{p50:9.1f}{p99:9.1f}{late:7d}{lost:7d}{cpu:9.2f}{ratio}"


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--latency", type=float, default=1.0, help="seconds Slack's own API takes")
    chosen = parser.parse_args()
    found: dict[str, list[Result]] = {"bare command": [], "bare submit": [], "command": [], "submit": []}
    for _ in range(chosen.rounds):
        for bare, names in ((True, ("bare command", "bare submit")), (False, ("command", "submit"))):
            for name, result in zip(names, await round_of(bare, chosen.many, chosen.latency), strict=True):
                found[name].append(result)
    print(f"{chosen.many} in one second, Slack at {chosen.latency:g} s, median of {chosen.rounds} rounds")
    print(f"{'':22}{'p50 ms':>9}{'p99 ms':>9}{'late':>7}{'lost':>7}{'CPU ms':>9}{'of bare':>9}")
    print(line("bare Bolt command", found["bare command"], None))
    print(line("command", found["command"], found["bare command"]))
    print(line("bare Bolt submit", found["bare submit"], None))
    print(line("page submit", found["submit"], found["bare submit"]))
    return int(any(r.lost or max(r.acks) > LATE for name in ("command", "submit") for r in found[name]))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
