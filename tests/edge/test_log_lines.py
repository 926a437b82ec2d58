"""No one waits for the log's reader, and an outage does not fill it."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bot.logs import MOST, Few, JsonLines, Unhurried
from bot.playground.play import ROOT

BUSY = "import logging; from bot import logs, scheduler; logs.configure('INFO'); log = logging.getLogger()\n"
FLOOD = BUSY + "for n in range(9): exec('\\n'.join(['log.error(\"x\" * 900)'] * 900)); print(n, flush=True)\n"
WATCHDOG = BUSY + "exec('\\n'.join(['log.error(\"x\" * 900)'] * 3000)); scheduler.end_at_once('no tick')\n"


def run(script: str) -> tuple[int, bytes, float]:
    """Its exit code, its output and the seconds it took, with an error stream that no one reads."""
    unread, stream = os.pipe()
    began = time.monotonic()
    try:
        ended = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", script],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stream,
            timeout=60,
            check=False,
        )
    finally:
        os.close(unread)
        os.close(stream)
    return ended.returncode, ended.stdout, time.monotonic() - began


def test_an_error_stream_that_nobody_reads_holds_nobody() -> None:
    code, said, _ = run(FLOOD)
    assert (code, said.split()) == (0, [b"%d" % n for n in range(9)])


def test_the_watchdog_ends_the_process_even_so() -> None:
    code, _, seconds = run(WATCHDOG)
    assert code == 70
    assert seconds < 30


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO) -> Iterator[logging.Logger]:
    handler = Unhurried(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(Few())
    made = logging.Logger("bot.test")
    made.addHandler(handler)
    yield made
    handler.flush()


def lines(log: logging.Logger, stream: io.StringIO) -> list[dict[str, object]]:
    log.handlers[0].flush()
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_what_one_place_says_in_a_minute_is_written_a_few_times(
    log: logging.Logger, stream: io.StringIO
) -> None:
    for number in range(1000):
        log.warning("away %d", number)
        if number == 500:
            log.warning("something else")
    said = [line["says"] for line in lines(log, stream)]
    assert said == [*(f"away {n}" for n in range(MOST)), "something else"]


def test_the_next_minute_says_how_many_were_left_out(log: logging.Logger, stream: io.StringIO) -> None:
    few = log.handlers[0].filters[0]
    assert isinstance(few, Few)
    for number in range(10):
        if number == 9:  # a minute later
            few._passed = {place: (since - 60, n) for place, (since, n) in few._passed.items()}
        log.warning("away")
    assert [line.get("left_out") for line in lines(log, stream)] == [None] * MOST + [9 - MOST]


def test_each_kind_of_fault_counts_for_itself(log: logging.Logger, stream: io.StringIO) -> None:
    for fault in [ValueError()] * 20 + [KeyError()] * 20:
        log.error("failed", exc_info=fault)
    assert [line["fault"] for line in lines(log, stream)] == ["ValueError"] * MOST + ["KeyError"] * MOST


def test_a_stream_that_is_closed_is_no_fault_of_ours(log: logging.Logger, stream: io.StringIO) -> None:
    stream.close()
    log.warning("nobody hears this")
    log.handlers[0].flush()
