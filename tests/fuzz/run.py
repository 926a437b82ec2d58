"""Signed payloads bent by chance, over HTTP or a socket, against the bot as a process of its own.

What counts: no answer of 5xx, no line of the log at ERROR, no fault in a task of its own, and a memory that
doesn't grow. The same seed sends the same payloads; a finding names the number of the payload.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.playground.delivery import COMMAND, EVENT, sign
from tests.crash.rig import Rig, rigged, until
from tests.fuzz.corpus import Sample, played
from tests.fuzz.mutation import bent_bytes, dumped, mutated

AT_ONCE = 8
FORM = "application/x-www-form-urlencoded"
WAIT = 10.0  # seconds for an answer; more is none
WARM = 0.2  # of the payloads: by then caches and pools are filled
MEMORY_MB = 24.0  # that the process may have grown after that
UNSUCCESSFUL = (
    "Unsuccessful Bolt execution result (status: 5"  # slack_bolt's line for what is not acknowledged
)


@dataclass
class Found:
    """What came of it. `worst`: payloads with what was wrong, the first few."""

    seed: int
    transport: str
    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    refused_by_slack: list[str] = field(default_factory=list)
    worst: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def grown(self) -> float:
        """Megabytes from the end of the warm-up to the end."""
        return self.memory[-1] - self.memory[int(len(self.memory) * WARM)] if self.memory else 0.0

    @property
    def good(self) -> bool:
        return not (self.errors or self.worst or self.refused_by_slack) and self.grown <= MEMORY_MB

    def lines(self) -> Iterator[str]:
        seconds = time.monotonic() - self.began
        yield f"{self.transport}: {self.sent:,} payloads, seed {self.seed}, {seconds:.0f} s"
        yield f"    answers {dict(sorted(self.answers.items()))}"
        yield f"    5xx or none {len(self.worst)}, lines at ERROR {len(self.errors)}"
        yield f"    views and messages Slack wouldn't take {len(self.refused_by_slack)}"
        shown = " ".join(f"{mb:.0f}" for mb in self.memory)
        yield f"    memory in MB: {shown}; grown since the warm-up {self.grown:+.1f}"
        for line in (*self.worst[:10], *self.errors[:10], *self.refused_by_slack[:10]):
            yield f"    ! {line}"


def dice_for(seed: int, transport: str, number: int) -> random.Random:
    """Each payload has dice of its own, so that one can be made again alone."""
    return random.Random(f"{seed}:{transport}:{number}")  # noqa: S311 - reproducible, no secret


class Fuzz:
    """One transport, one process."""

    def __init__(self, rig: Rig, http: aiohttp.ClientSession, found: Found, corpus: list[Sample]) -> None:
        self.rig, self.http, self.found, self.corpus = rig, http, found, corpus

    async def send(self, number: int) -> None:
        """One payload, and what's wrong with its answer."""
        dice = dice_for(self.found.seed, self.found.transport, number)
        kind, payload = dice.choice(self.corpus)
        sent = mutated(dice, payload)
        how = self._http if self.found.transport == "http" else self._socket
        answered = await how(dice, kind, sent)
        self.found.sent += 1
        if answered == "none" and self.found.transport == "socket" and _is_keystroke(payload):
            answered = (
                "refused"  # a keystroke that isn't kept isn't acknowledged; a fault would be in the log
            )
        self.found.answers[answered] += 1
        if answered.startswith("5") or answered == "none":
            self.found.worst.append(f"number {number}: {answered} for {dumped(sent)[:300]}")

    async def _http(self, dice: random.Random, kind: str, payload: Any) -> str:  # noqa: ANN401 - any JSON
        raw, content_type = _encoded(kind, payload)
        if dice.random() < 0.1:
            raw = bent_bytes(dice, raw)
        headers = sign(self.rig.slack.signing_secret, raw, int(time.time())) | {"Content-Type": content_type}
        assert self.rig.slack.events_url is not None
        try:
            async with self.http.post(self.rig.slack.events_url, data=raw, headers=headers) as answer:
                await answer.read()
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError):
            return "none"

    async def _socket(self, dice: random.Random, kind: str, payload: Any) -> str:  # noqa: ANN401
        sockets = self.rig.slack.socket
        key = f"fuzz-{dice.getrandbits(64):x}"
        frame: Any = {"type": kind, "envelope_id": key, "payload": payload, "accepts_response_payload": True}
        acked: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        sockets._acks[key] = acked
        if dice.random() < 0.05:
            frame = mutated(dice, frame)
            acked.set_result("not waited for")
        try:
            connection = sockets.connections[dice.randrange(len(sockets.connections))]
            await connection.ws.send_str(dumped(frame))
            async with asyncio.timeout(WAIT):
                return "bent" if await acked == "not waited for" else "acknowledged"
        except (ConnectionError, TimeoutError):
            return "none"
        finally:
            del sockets._acks[key]

    def forget(self) -> None:
        """The local Slack keeps everything; here that would be its memory and not the bot's."""
        slack = self.rig.slack
        self.found.refused_by_slack += [str(v)[:300] for v in slack.violations]
        for log in (slack.outbound.log, slack.outbound.failed, slack.calls, slack.violations):
            log.clear()

    def weigh(self) -> None:
        assert self.rig.process is not None
        status = Path(f"/proc/{self.rig.process.pid}/status")
        if status.exists():
            found = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
            self.found.memory.append(int(found.split()[1]) / 1024)


def _is_keystroke(payload: Any) -> bool:  # noqa: ANN401
    actions = payload.get("actions") or [{}]
    return str(actions[0].get("action_id")).startswith("input.")


def _encoded(kind: str, payload: Any) -> tuple[bytes, str]:  # noqa: ANN401
    """As Slack sends that kind (`delivery.encode`), for payloads that it never sends."""
    if kind == EVENT:
        return dumped(payload).encode(), "application/json"
    if kind == COMMAND and isinstance(payload, dict):
        fields = {
            key.encode("utf-8", "replace"): str(part).encode("utf-8", "replace")
            for key, part in payload.items()
        }
        return urlencode(fields).encode(), FORM
    return urlencode({"payload": dumped(payload)}).encode(), FORM


async def fuzz(folder: Path, transport: str, count: int, seed: int) -> Found:
    """So many payloads over that transport."""
    found = Found(seed, transport)
    async with rigged(folder, transport) as rig, _session() as http:
        corpus = await played(rig.slack)
        run = Fuzz(rig, http, found, corpus)
        run.forget()
        places = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with places:
                await run.send(number)

        step = max(count // 20, 1)
        for first in range(0, count, step):
            await asyncio.gather(*(one(n) for n in range(first, min(first + step, count))))
            run.forget()
            run.weigh()
        await _alive(rig)
        run.forget()
        assert rig.process is not None
        rig.process.terminate()
        await asyncio.wait_for(rig.process.wait(), 30)
        found.errors += list(faults(rig.log.read_text(errors="replace")))
    return found


async def _alive(rig: Rig) -> None:
    """After all that, a command is answered as ever."""
    rina = rig.slack.person("reporter")
    assert (await rina.command("/screwedup", "help")).ok
    await until(lambda: rina.ephemerals)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WAIT))


def faults(log: str) -> Iterator[str]:
    """Lines of a log that speak of a fault: at ERROR, with a place in the code, or no line of ours at all."""
    for line in log.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            yield f"no line of a log: {line[:200]}"
            continue
        if said.get("finding") == "overdue":
            continue  # hundreds of messages to one person, of which one goes out a second
        if said["level"] in ("error", "critical") or "fault" in said or UNSUCCESSFUL in said["says"]:
            yield line[:600]


async def both(folder: Path, count: int, seed: int, transports: tuple[str, ...]) -> list[Found]:
    """One transport after the other, half of the payloads each."""
    made: list[Awaitable[Found]] = []
    for transport in transports:
        (folder / transport).mkdir(parents=True, exist_ok=True)
        made.append(fuzz(folder / transport, transport, count // len(transports), seed))
    return [await one for one in made]
