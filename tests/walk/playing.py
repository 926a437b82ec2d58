"""`python app.py play`, started as a newcomer starts it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.playground.play import ROOT
from tests.house import free_port

TRANSPORTS = {"socket": (), "http": ("--http",)}


@asynccontextmanager
async def playing(transport: str) -> AsyncIterator[str]:
    """Its address while it runs. `transport`: a key of TRANSPORTS. Raises: RuntimeError if it ends early."""
    options = ("play", "--no-browser", "--port", str(free_port()), *TRANSPORTS[transport])
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "app.py"), *options, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    if process.stdout is None:
        raise RuntimeError("play has no output")
    try:
        async for line in process.stdout:
            if address := next((word for word in line.decode().split() if word.startswith("http")), ""):
                yield address.split("/?")[0]
                break
        else:
            raise RuntimeError("play ended by itself")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
