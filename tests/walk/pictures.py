"""The camera of a walk: every screen as it is on a desktop and on a phone."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, Page

DESKTOP, PHONE = (1280, 1100), (390, 844)  # pixels
SIZES = {"desktop": DESKTOP, "phone": PHONE}
TALL = 4000  # pixels: higher than any modal needs
HEIGHT = """form => {
  const sum = parts => [...parts].reduce((all, part) => all + part.offsetHeight, 0);
  const tallest = Math.max(0, ...[...form.querySelectorAll("textarea")].map(text => text.scrollHeight));
  const rest = [...form.children].filter(part => part.className !== "scroll");
  return Math.max(sum(rest) + sum(form.querySelector(".scroll").children) + 60, tallest / 0.42);
}"""  # 60: the space around; 0.42: a text takes that part of a window at most, and scrolls
SPARE = 1 / 0.88  # a dialog on a desktop leaves some of the window free


@dataclass
class Camera:
    """Takes pictures into `folder`; into none at all when it is None. `seconds` were spent on taking them."""

    folder: Path | None
    taken: int = 0
    seconds: float = 0.0

    async def take(self, page: Page, name: str) -> None:
        """The screen, or the whole of the modal on it, in both sizes."""
        self.taken += 1
        if self.folder is None:
            return
        began = time.monotonic()
        for size, window in SIZES.items():
            await _resize(page, *window)
            await page.evaluate("document.querySelector('#messages')?.scrollTo(0, 1e9)")
            shot = await _whole_modal(page, window) or page
            words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            await shot.screenshot(path=self.folder / f"{self.taken:02d}-{words}-{size}.png")
        await _resize(page, *DESKTOP)
        self.seconds += time.monotonic() - began


async def _resize(page: Page, width: int, height: int) -> None:
    await page.set_viewport_size({"width": width, "height": height})


async def _whole_modal(page: Page, window: tuple[int, int]) -> Locator | None:
    """The open modal, in a window high enough to show all of it; None without one."""
    form = page.locator("dialog.modal > form")
    if not await form.count():
        return None
    width, height = window
    await _resize(page, width, TALL)
    needed = int(await form.evaluate(HEIGHT) * SPARE)
    await _resize(page, width, min(TALL, max(height, needed)))
    await form.locator(".scroll").evaluate("body => body.scrollTo(0, 0)")
    return form
