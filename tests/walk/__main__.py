"""`python -m tests.walk [PATH…]`: walks, prints steps, pages, seconds; leaves pictures in build/walk."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from pathlib import Path as Folder

from playwright.async_api import Browser

from bot.playground.play import ROOT
from tests.browser import MISSING, chromium, find_chromium
from tests.walk.paths import PATHS, Path
from tests.walk.people import SCRIPTS, perform
from tests.walk.pictures import Camera
from tests.walk.playing import TRANSPORTS, playing
from tests.walk.walker import Walker, start

PICTURES = ROOT / "build" / "walk"


async def main(names: list[str], transports: list[str], pictures: bool) -> int:
    """Walk them one after the other; 1 when one took more pages or seconds than it may, else 0."""
    kept = True
    async with chromium() as browser:
        for name in names:
            for transport in transports:
                folder = PICTURES / name / transport
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                walker = await _walk(browser, name, transport, Camera(folder if pictures else None))
                kept = _report(name, transport, walker, folder) and kept
    return 0 if kept else 1


async def _walk(browser: Browser, name: str, transport: str, camera: Camera) -> Walker:
    async with playing(transport) as url:
        path = PATHS.get(name, Path(()))
        walker = await start(browser, url, camera, path.answers, path.by_hand)
        await (perform(walker, SCRIPTS[name]) if name in SCRIPTS else walker.walk(path.acts))
        await walker.page.close()
    return walker


def _report(name: str, transport: str, walker: Walker, folder: Folder) -> bool:
    """Print what it took; whether that was within what the path allows."""
    path = PATHS.get(name, Path(()))
    pages, seconds = len(walker.pages), walker.seconds
    pictures = len(list(folder.glob("*.png")))
    print(
        f"{name} over {transport}: {pages} pages, {len(walker.steps)} screens, {seconds:.1f} s; "
        f"{pictures} pictures in {folder.relative_to(ROOT)}"
    )
    print(f"    {' > '.join(walker.steps)}", flush=True)
    for page in walker.typed:
        print(
            f"    {page.title}: {page.seconds:.1f} s with {page.keys} characters typed by hand; "
            f"{page.shown} inputs, {page.needed} of them needed"
        )
    within = pages <= (path.most_pages or pages) and seconds <= (path.most_seconds or seconds)
    within = within and all(page.seconds <= (path.most_by_hand or page.seconds) for page in walker.typed)
    if not within:
        most = f"{path.most_pages} pages, {path.most_seconds} s, {path.most_by_hand} s a page typed by hand"
        print(f"    too much: at most {most}", file=sys.stderr)
    return within


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"{', '.join((*PATHS, *SCRIPTS))} (default: {', '.join(PATHS)})"
    )
    parser.add_argument("--transport", choices=TRANSPORTS, action="append", help="default: both")
    parser.add_argument("--no-pictures", action="store_true")
    chosen = parser.parse_args()
    if find_chromium() is None:
        sys.exit(MISSING)
    if unknown := set(chosen.names) - {*PATHS, *SCRIPTS}:
        parser.error(f"there is no walk called {', '.join(sorted(unknown))}")
    walks = main(chosen.names or list(PATHS), chosen.transport or list(TRANSPORTS), not chosen.no_pictures)
    sys.exit(asyncio.run(walks))
