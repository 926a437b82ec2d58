"""A small piece of `make fuzz`: the bot as a process, over both transports, by a seed that is printed."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.fuzz.mutation import dumped, mutated
from tests.fuzz.run import faults, fuzz

PIECE = 150
SEED = int(os.environ.get("SEED", "1"))


@pytest.mark.parametrize("transport", ["http", "socket"])
async def test_bent_payloads_end_in_no_fault(tmp_path: Path, transport: str) -> None:
    found = await fuzz(tmp_path, transport, PIECE, SEED)
    assert found.sent == PIECE
    assert found.good, "\n".join(found.lines())


def test_a_seed_gives_the_same_payload_again() -> None:
    payload = {"type": "event_callback", "event": {"type": "message", "text": "a" * 50, "user": "U1"}}
    first, second = (
        [dumped(mutated(random.Random(f"7:{number}"), payload)) for number in range(50)]  # noqa: S311
        for _ in range(2)
    )
    assert first == second
    assert len(set(first)) > 25


def test_a_fault_in_a_log_is_found() -> None:
    lines = [
        '{"level":"info","says":"fine"}',
        '{"level":"error","says":"x"}',
        "Traceback (most recent call last)",
    ]
    lines.append('{"level":"info","says":"y","fault":"ValueError"}')
    assert len(list(faults("\n".join(lines)))) == 3
