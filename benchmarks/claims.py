"""`make claims`: two and four processes claim what is due on one database. Ends with 1 unless each row once.

SQLite: the claim alone, for a running bot holds the lock of the one sender. Postgres: whole bots and a local
Slack, in which one message of each row has to lie.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from bot.store.database import Database
from bot.store.schema import migrate
from tests.outbox.processes import Race, bots, claimers
from tests.store.databases import running

COLUMNS = ("database", "processes", "rows", "claimed once", "twice", "never", "messages", "shares", "seconds")


def fresh(folder: Path) -> str:
    """The URL of a migrated SQLite file."""
    database = Database(f"sqlite:///{folder}/bot.db")
    migrate(database)
    database.close()
    return database.url


def line(kind: str, race: Race) -> str:
    """A row of the table."""
    messages = "–" if race.sent is None else f"{sum(race.sent.get(row, 0) for row in race.rows):,}"
    shares = " + ".join(f"{len(mine):,}" for mine in race.claimed)
    counts = (f"{n:,}" for n in (len(race.claimed), len(race.rows), *map(race.times, (1, 2, 0))))
    return f"| {' | '.join((kind, *counts, messages, shares, f'{race.seconds:.0f}'))} |"


def main() -> int:
    races = {"SQLite": claimers, "Postgres": bots}
    parser = argparse.ArgumentParser(prog="claims")
    parser.add_argument("--rows", type=int, default=20_000, help="due at once")
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 4])
    chosen = parser.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # it minds callers that are killed
    print(f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|", sep="\n")
    exact = True
    with tempfile.TemporaryDirectory(prefix="claims-") as home, running(Path(home)) as server:
        for kind in ("SQLite", "Postgres"):
            for processes in chosen.processes:
                folder = Path(home) / f"{kind}{processes}"
                folder.mkdir()
                url = server.create() if kind == "Postgres" else fresh(folder)
                race = asyncio.run(races[kind](url, folder, processes, chosen.rows))
                print(line(kind, race), flush=True)
                exact = exact and race.exact
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
