"""`make torture N=10000 SEED=1`: bots killed N times while nudges drain; then everything is counted.

In pieces of some hundred kills, each with a database and a local Slack of its own; in every other piece the
bot may not read the history of a quarter of the conversations.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.points import POINTS
from tests.torture.rig import rigged
from tests.torture.verdict import Verdict, judge

PIECE = 250  # kills
UNREADABLE = 0.25  # share of conversations, in every other piece


@dataclass
class Total:
    kills: Counter[str] = field(default_factory=Counter)
    frozen: Counter[str] = field(default_factory=Counter)
    verdict: Verdict = field(default_factory=Verdict)

    def add(self, kills: Counter[str], frozen: Counter[str], verdict: Verdict) -> None:
        self.kills += kills
        self.frozen += frozen
        self.verdict += verdict


async def piece(total: Total, kills: int, seed: int, unreadable: float, skew: float) -> None:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        async with rigged(Path(folder), seed, unreadable=unreadable, skew=skew) as rig:
            await rig.torture(kills)
            await rig.drain()
            found = judge(rig.database, rig.slack, rig.author.written, rig.policy, rig.hidden)
            found.forbidden += rig.complaints()
            total.add(rig.kills, rig.frozen, found)
    said = "good" if found.good else f"BAD {found.lost} {found.doubled} {found.forbidden}"
    print(
        f"seed {seed}: {rig.kills.total()} kills, {found.messages} messages: {said}",
        file=sys.stderr,
        flush=True,
    )


async def torture(kills: int, seed: int, lanes: int, skew: float) -> Total:
    """All pieces, so many at a time."""
    total, places = Total(), asyncio.Semaphore(lanes)

    async def one(number: int) -> None:
        async with places:
            share = UNREADABLE if number % 2 else 0.0
            await piece(total, min(PIECE, kills - number * PIECE), seed + number, share, skew)

    await asyncio.gather(*(one(number) for number in range(-(-kills // PIECE))))
    return total


def table(total: Total, seed: int, skew: float, seconds: float) -> list[str]:
    """The figures, in Markdown."""
    found, kills = total.verdict, total.kills.total()
    doubled = ", ".join(f"{n} {kind}" for kind, n in sorted(found.doubled_unreadable.items())) or "0"
    shown = ", ".join(f"{n} {what}" for what, n in sorted(found.shown.items())) or "0"
    rows = [
        ("kills (N)", kills),
        ("seed", seed),
        ("the bot's clock ahead of Slack's, in each life another", f"-{skew:.0f} to +{skew:.0f} s"),
        ("… at a named point", kills - total.kills["anywhere"]),
        ("… at any moment", total.kills["anywhere"]),
        ("bots frozen past their lease", total.frozen.total()),
        ("posts", found.posts),
        ("messages", found.messages),
        ("lost", len(found.lost)),
        ("doubled where the history can be read", found.doubled.total()),
        ("doubled where it cannot, kinds that may be", doubled),
        ("doubled where it cannot, kinds that may not", len(found.forbidden)),
        ("shown to a person", shown),
        ("… of them in fact out", found.shown_though_out),
        ("left out because a later step was due too", found.overtaken),
        ("seconds", round(seconds)),
    ]
    lines = ["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows), ""]
    lines += ["| killed at | times |", "|---|---|"]
    return lines + [f"| {point} | {total.kills[point]} |" for point in ("anywhere", *POINTS)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="torture")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=2, help="pieces at a time")
    parser.add_argument(
        "--skew", type=float, default=300.0, help="seconds between the bot's clock and Slack's"
    )
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it minds callers that die
    began = time.monotonic()
    total = asyncio.run(torture(chosen.kills, chosen.seed, chosen.lanes, chosen.skew))
    print(*table(total, chosen.seed, chosen.skew, time.monotonic() - began), sep="\n")
    return 0 if total.verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
