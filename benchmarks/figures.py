"""A figure with its limit as a line of a table, and what figures are made of."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table; `value` may be `limit` at most."""

    what: str
    said: str
    value: float
    limit: float

    def __str__(self) -> str:
        """A row of a Markdown table."""
        mark = "" if self.met else " **missed**"
        return f"| {self.what} | {self.said} | {self.value:.3g} of {self.limit:.3g}{mark} |"

    @property
    def met(self) -> bool:
        return self.value <= self.limit


async def milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def memory() -> float:
    """Resident memory of this process in MB (Linux: /proc/self/statm, field 2)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
