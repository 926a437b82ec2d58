"""`python -m tests.walk`: walks over both transports, prints steps, pages, seconds; leaves pictures."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.playground.play import ROOT
from tests.browser import MISSING, chromium, find_chromium
from tests.walk.walker import playing, walk

TRANSPORTS = {"socket": (), "http": ("--http",)}
PICTURES = ROOT / "build" / "walk"


async def main(transports: list[str], pictures: bool) -> None:
    async with chromium() as browser:
        for transport in transports:
            folder = PICTURES / transport
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("*.png"):
                old.unlink()
            async with playing(*TRANSPORTS[transport]) as url:
                trodden = await walk(browser, url, folder if pictures else None)
            print(
                f"{transport:7} {len(trodden.steps)} steps, {len(trodden.pages)} pages, "
                f"{trodden.seconds:.1f} s; {_pictures(folder)}"
            )
            print(f"        {' > '.join(trodden.steps)}")


def _pictures(folder: Path) -> str:
    found = len(list(folder.glob("*.png")))
    return f"{found} pictures in {folder.relative_to(ROOT)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument(
        "transports", nargs="*", default=list(TRANSPORTS), help="socket, http (default: both)"
    )
    parser.add_argument("--no-pictures", action="store_true")
    chosen = parser.parse_args()
    if find_chromium() is None:
        sys.exit(MISSING)
    asyncio.run(main(chosen.transports, not chosen.no_pictures))
