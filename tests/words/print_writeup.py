"""Print the write-up of a usual and of a full incident on A4, as PDF with a picture of every page.

python -m tests.words.print_writeup: into build/writeup. The pictures need `pdftoppm` (poppler).
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser

from bot.domain.incident import Incident
from bot.words.writeup import writeup_html
from tests.browser import MISSING, chromium, find_chromium
from tests.words import pdf
from tests.words.cases import PRINT
from tests.words.incidents import NAMES, TZ, incident
from tests.words.longest import full

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "writeup"
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
DPI = "80"


def incidents() -> dict[str, Incident]:
    return {"usual": incident(PRINT, several=True, kind="client"), "full": full("word ")}


async def printed(browser: Browser, case: Incident, *, final: bool = False) -> bytes:
    """The write-up as PDF, on the paper that its own style asks for."""
    page = await browser.new_page()
    await page.set_content(writeup_html(case, names=NAMES, tz=TZ, now=NOW, final=final))
    made = await page.pdf(prefer_css_page_size=True)
    await page.close()
    return made


async def main() -> None:
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    async with chromium() as browser:
        for name, case in incidents().items():
            made = await printed(browser, case)
            target = BUILD / f"{name}.pdf"
            target.write_bytes(made)
            count = len(pdf.pages(made))
            sys.stdout.write(f"{name}: {count} pages in {target.relative_to(ROOT)}, {_pictures(target)}\n")


def _pictures(target: Path) -> str:
    """One picture a page, beside the PDF."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        return "no pictures: pdftoppm (poppler) is not there"
    subprocess.run([tool, "-r", DPI, "-png", target, target.with_suffix("")], check=True)  # noqa: S603
    return f"{len(list(target.parent.glob(f'{target.stem}-*.png')))} pictures"


if __name__ == "__main__":
    if find_chromium() is None:
        sys.exit(MISSING)
    asyncio.run(main())
