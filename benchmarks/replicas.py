"""`make replicas`: three bots start together on an empty Postgres, again and again; then 20 tell one boss.

Exit 1 where one of them dies, a notice is missing, or Slack has to ask to wait more than three times.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.outbox.replicas import rush, together
from tests.store.databases import Postgres, running

REPLICAS = 3
MOST_REFUSED = 3


async def starts(server: Postgres, times: int) -> int:
    """How many of the starts went well."""
    good = 0
    for number in range(times):
        server.execute(f"CREATE DATABASE start{number}")
        with tempfile.TemporaryDirectory(prefix="replicas-") as folder:
            try:
                async with together(Path(folder), server.url(f"start{number}"), REPLICAS):
                    good += 1
            except AssertionError as error:
                print(f"start {number}: {error}", file=sys.stderr)
        server.execute(f"DROP DATABASE start{number} WITH (FORCE)")
    return good


async def measure(server: Postgres, times: int, reporters: int) -> bool:
    began = time.monotonic()
    good = await starts(server, times)
    print("| what | figure |", "|---|---|", sep="\n")
    print(f"| {REPLICAS} replicas started together on an empty Postgres | {times} times |")
    print(f"| … none died | {good} times |")
    print(f"| … seconds | {time.monotonic() - began:.0f} |", flush=True)
    server.execute("CREATE DATABASE rush")
    with tempfile.TemporaryDirectory(prefix="replicas-") as folder:
        async with together(Path(folder), server.url("rush"), REPLICAS) as (slack, settings):
            found = await rush(slack, settings, reporters)
    print(f"| reporters who told one boss | {reporters} |")
    print(f"| … notices sent | {found.sent} |")
    print(f"| … 429 | {found.refused.total()} {dict(found.refused) or ''} |")
    print(f"| … seconds | {found.seconds:.0f} |")
    return good == times and found.sent == reporters and found.refused.total() <= MOST_REFUSED


def main() -> int:
    parser = argparse.ArgumentParser(prog="replicas")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--reporters", type=int, default=20)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, running(Path(folder)) as server:
        return 0 if asyncio.run(measure(server, chosen.times, chosen.reporters)) else 1


if __name__ == "__main__":
    sys.exit(main())
