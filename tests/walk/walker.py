"""One person in Chromium, from the command to "seen" and back; a picture of every screen on the way."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from bot.playground.play import ROOT
from tests.browser import PATIENCE_MS
from tests.house import free_port

SAID = "I sent the March invoice of one client to another client"
ANSWERS = {
    "reach": "one",
    "still_going": "no",
    "own_line": "I picked the wrong address, so the other client saw their prices.",
    "q1_mistake": "The invoice of client A went to client B this morning.",
    "affected": "One invoice, two clients",
    "undo": "partly",
}
SIZES = {"desktop": (1280, 1100), "phone": (390, 844)}
TALL = 2600  # pixels: the most a picture of a modal may need
HEIGHT = """form => [...form.children].map(part => Math.min(part.scrollHeight, part.className === "scroll"
  ? [...part.children].reduce((sum, child) => sum + child.offsetHeight + 24, 0) : part.offsetHeight))
  .reduce((sum, height) => sum + height, 0)"""


@asynccontextmanager
async def playing(*options: str) -> AsyncIterator[str]:
    """`python app.py play` as a newcomer starts it; its address. Raises: RuntimeError when it ends early."""
    command = [str(ROOT / "app.py"), "play", "--no-browser", "--port", str(free_port()), *options]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    if process.stdout is None:
        raise RuntimeError("play has no output")
    try:
        async for line in process.stdout:
            if address := next((word for word in line.decode().split() if word.startswith("http")), ""):
                yield address.split("/?")[0]
                break
        else:
            raise RuntimeError("play ended by itself")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@dataclass
class Walk:
    """What was walked. `pictures` is the folder of the pictures, None for none."""

    page: Page
    url: str
    pictures: Path | None
    steps: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    async def step(self, name: str) -> None:
        """Count a step, and take its picture in both sizes."""
        self.steps.append(name)
        if self.pictures is None:
            return
        for size, (width, height) in SIZES.items():
            await self.page.set_viewport_size({"width": width, "height": height})
            await self.page.evaluate("document.querySelector('#messages')?.scrollTo(0, 1e9)")
            shot = await self._whole_modal(width) or self.page
            name_of_file = f"{len(self.steps):02d}-{name.replace(' ', '-')}-{size}.png"
            await shot.screenshot(path=self.pictures / name_of_file)
        await self.page.set_viewport_size({"width": SIZES["desktop"][0], "height": SIZES["desktop"][1]})

    async def _whole_modal(self, width: int) -> Locator | None:
        """The open modal, in a window high enough to show all of it; None without one."""
        if not await self.page.get_by_test_id("modal").count():
            return None
        form = self.page.locator("dialog.modal > form")
        await self.page.set_viewport_size({"width": width, "height": TALL})
        needed = int(1.35 * await form.evaluate(HEIGHT)) + 160  # a dialog leaves some of the window free
        await self.page.set_viewport_size({"width": width, "height": min(needed, TALL)})
        return form

    async def be(self, person: str, place: str = "messages-tab") -> None:
        """Look through somebody's eyes, at the app's messages (or another place)."""
        await self.page.goto(f"{self.url}/?as={person}")
        await self.page.get_by_test_id(place).click()
        await expect(self.page.get_by_test_id(place)).to_have_attribute("aria-current", "page")

    async def type(self, text: str) -> None:
        composer = self.page.get_by_test_id("composer")
        await composer.fill(text)
        await composer.press("Enter")

    async def fill(self) -> None:
        """Answer what this page asks, as far as we have an answer."""
        for key, answer in ANSWERS.items():
            block = self.page.locator(f'dialog.modal [data-block-id="{key}"]')
            choice = block.locator(f'input[value="{answer}"]')
            if await choice.count():
                await choice.check()
            elif await block.locator("select").count():
                await block.locator("select").select_option(answer)
            elif await block.locator("textarea, input").count():
                await block.locator("textarea, input").first.fill(answer)

    async def next(self) -> None:
        """Press the submit button; another screen must follow, with nothing said under a field."""
        dialog = self.page.get_by_test_id("modal")
        before = await dialog.get_attribute("id")
        await self.page.get_by_test_id("modal-submit").click()
        await expect(dialog).not_to_have_attribute("id", before or "")
        await expect(self.page.get_by_test_id("modal-error")).to_have_count(0)

    async def way(self) -> None:
        """From the first page to the hub."""
        dialog = self.page.get_by_test_id("modal")
        await expect(dialog).to_be_visible()
        while await dialog.get_attribute("data-callback") == "page":
            title = await self.page.get_by_test_id("modal-title").inner_text()
            self.pages.append(title)
            await self.fill()
            await self.step(f"page {title.lower()}")
            await self.next()
        await self.step("hub")

    async def card(self, text: str, *, there: bool) -> None:
        """R's card says it, or says it no longer."""
        card = self.page.get_by_test_id("message").filter(has_text=SAID[:30]).first
        says = expect(card)
        await (says.to_contain_text(text) if there else says.not_to_contain_text(text))


async def walk(browser: Browser, url: str, pictures: Path | None = None) -> Walk:
    """The whole way. Raises: AssertionError where a screen does not say what it should."""
    page = await browser.new_page(viewport={"width": SIZES["desktop"][0], "height": SIZES["desktop"][1]})
    page.set_default_timeout(2 * PATIENCE_MS)
    trodden = Walk(page, url, pictures)
    await trodden.be("reporter")
    await trodden.step("welcome")
    await trodden.type("/screwedup help")
    await expect(page.get_by_test_id("message").last).to_contain_text("Only visible to you")
    await trodden.step("help")
    await trodden.type(f"/screwedup {SAID}")
    await trodden.way()
    await page.get_by_test_id("modal-close").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await trodden.card("Sent to", there=True)
    await trodden.step("card sent")
    await seen_and_unseen(trodden)
    await trodden.be("reporter", "home-tab")
    await expect(page.get_by_test_id("home")).to_contain_text(SAID)
    await trodden.step("home")
    await page.close()
    return trodden


async def seen_and_unseen(trodden: Walk) -> None:
    """The boss reacts, the card says so; the boss takes it back, the card says so."""
    page = trodden.page
    await trodden.be("boss")
    notice = page.get_by_test_id("message").filter(has_text="Hello Bert").first
    await expect(notice).to_be_visible()
    await trodden.step("boss notice")
    await notice.hover()
    await notice.get_by_test_id("add-reaction").click()
    await notice.get_by_test_id("pick-eyes").click()
    await expect(notice).to_contain_text("Seen by")
    await trodden.step("boss has seen it")
    await trodden.be("reporter")
    await trodden.card("Seen by Bert", there=True)
    await trodden.step("card seen")
    await trodden.be("boss")
    await notice.get_by_test_id("reaction-eyes").click()
    await expect(notice).not_to_contain_text("Seen by")
    await trodden.be("reporter")
    await trodden.card("No sign yet", there=True)
    await trodden.card("Seen by", there=False)
    await trodden.step("card no longer seen")
