"""`python app.py …` as a process of its own, the way a person or a supervisor runs it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.playground.play import ROOT

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-made-up", "SLACK_APP_TOKEN": "xapp-1-made-up"}
SECONDS = 30


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it said."""

    code: int
    out: str
    err: str

    @property
    def plain(self) -> bool:
        """Words, and no traceback."""
        return bool(self.err) and "Traceback" not in self.err and '.py"' not in self.err


async def start(folder: Path, *arguments: str, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    """The command, begun in `folder`, with no more of the environment than it is given."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "app.py"),
        *arguments,
        cwd=folder,
        env={**known, **env},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait for its end."""
    async with asyncio.timeout(SECONDS):
        out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


async def run(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Ended:
    return await ended(await start(folder, *arguments, env={**TOKENS, **(env or {})}))
