"""outbox: calls under way, each for itself: one that hangs holds up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Flights:
    """At most `most` at a time; they go on between ticks. What they raise is theirs to handle."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._under_way)

    @property
    def free(self) -> int:
        """How many more may be begun."""
        return self._most - len(self)

    def begin(self, call: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(call)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def half(self, seconds: float) -> None:
        """Return when half of the places are free, or after so long."""
        ends = asyncio.get_running_loop().time() + seconds
        while self.free < self._most // 2 and (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._under_way, timeout=left, return_when=asyncio.FIRST_COMPLETED)

    async def landed(self, seconds: float) -> bool:
        """Wait for all of them, so long at most; whether none is left."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        return not self._under_way
