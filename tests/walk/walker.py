"""One pair of hands in Chromium: what people do on the pages of the local Slack, and what they then see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser import PATIENCE_MS
from tests.walk.pages import Answers, Pages
from tests.walk.pictures import DESKTOP, Camera

Act = tuple[str, ...]  # the name of a method of Walker, and its arguments
STEPS = {"1h": timedelta(hours=1), "15m": timedelta(minutes=15), "1m": timedelta(minutes=1)}


class Walker(Pages):
    """Whoever the walk is at the moment. `steps` are the screens seen, `pages` the pages sent off."""

    def __init__(
        self, page: Page, url: str, camera: Camera, answers: Answers, by_hand: Collection[str] = ()
    ) -> None:
        super().__init__(page, camera, answers, by_hand)
        self.url = url

    async def walk(self, acts: Sequence[Act]) -> None:
        """Do one after the other. Raises: AssertionError where a screen does not say what it should."""
        for name, *rest in acts:
            await getattr(self, name)(*rest)

    async def be(self, person: str, place: str = "messages-tab") -> None:
        """Look through somebody's eyes, at the app's messages or another place."""
        await self.page.goto(f"{self.url}/?as={person}")
        if await self.modal.count():
            await self.close()
        tab = self.page.get_by_test_id(place)
        await tab.click()
        await expect(tab).to_have_attribute("aria-current", "page")

    async def say(self, text: str) -> None:
        """Type into the conversation, a command too."""
        composer = self.page.get_by_test_id("composer")
        await composer.fill(text)
        await composer.press("Enter")

    def message(self, text: str) -> Locator:
        """The newest message that says this."""
        return self.page.get_by_test_id("message").filter(has_text=text).last

    async def see(self, text: str, name: str) -> None:
        """A message says this; its picture gets that name."""
        await expect(self.message(text)).to_be_visible()
        await self.step(name)

    async def miss(self, text: str) -> None:
        """No message says this any more."""
        await expect(self.page.get_by_test_id("message").filter(has_text=text)).to_have_count(0)

    async def react(self, emoji: str, text: str) -> None:
        """Give the message that says this a reaction."""
        message = self.message(text)
        await message.hover()
        await message.get_by_test_id("add-reaction").click()
        await message.get_by_test_id(f"pick-{emoji}").click()
        await expect(message.get_by_test_id(f"reaction-{emoji}")).to_be_visible()

    async def thread(self, text: str) -> None:
        """Open the thread of the message that says this."""
        await self.message(text).get_by_test_id("reply").click()
        await expect(self.page.get_by_test_id("thread")).to_be_visible()

    async def unreact(self, emoji: str, text: str) -> None:
        """Take one's reaction back."""
        reaction = self.message(text).get_by_test_id(f"reaction-{emoji}")
        await reaction.click()
        await expect(reaction).to_have_count(0)

    async def press(self, label: str) -> None:
        """Press the newest button of that name in the conversation."""
        await self.page.get_by_test_id("messages").get_by_role("button", name=label, exact=True).last.click()

    async def open(self, label: str) -> None:
        """Press the newest button of that name; it opens a modal."""
        await self.press(label)
        await expect(self.modal).to_be_visible()

    async def home(self, text: str) -> None:
        """App Home says this."""
        await expect(self.page.get_by_test_id("home")).to_contain_text(text)
        await self.step("home")

    # --- the clock ------------------------------------------------------------------------------
    async def now(self) -> datetime:
        """What the clock of the local Slack shows, in the zone of whoever looks; a whole minute."""
        return datetime.fromisoformat(await self._clock.get_attribute("datetime") or "")

    async def until(self, at: datetime) -> None:
        """Move the clock on to that minute; one that is past already stays past."""
        while (left := at - await self.now()) >= STEPS["1m"]:
            morning = (at - timedelta(hours=9)).astimezone((await self.now()).tzinfo)
            nights = (morning.date() - (await self.now()).date()).days
            step = next(name for name, length in STEPS.items() if length <= left)
            await self._move("morning" if nights >= 1 else step)

    async def _move(self, by: str) -> None:
        before = await self._clock.get_attribute("datetime")
        await self.page.get_by_test_id(f"clock-{by}").click()
        await expect(self._clock).not_to_have_attribute("datetime", before or "")

    @property
    def _clock(self) -> Locator:
        return self.page.get_by_test_id("clock")


async def start(
    browser: Browser, url: str, camera: Camera, answers: Answers, by_hand: Collection[str] = ()
) -> Walker:
    """A walker with a window of their own, as the reporter."""
    page = await browser.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    page.set_default_timeout(2 * PATIENCE_MS)
    walker = Walker(page, url, camera, answers, by_hand)
    await walker.be("reporter")
    return walker
