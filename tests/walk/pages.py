"""The stepper in Chromium: filling its pages, and finding the way through its hub."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.async_api import Locator, Page, expect

from bot.stages import find
from tests.walk.pictures import Camera

Answer = str | tuple[str, ...] | timedelta | datetime
Answers = Mapping[str, Answer]  # by the key of the field; a timedelta is from now on
LAST = ("fixed", "close")  # pages that end something: when all that the hub offers has been visited
LOOKED_AT = ("party", "level", "handover", "cancel", "reopen")  # with one client, by one person: only seen
KEY_MS = (
    233  # 52 words a minute, the mean of 168,000 volunteers: Dhakal et al. 2018, doi 10.1145/3173574.3174220
)
FORMATS = {"date": "%Y-%m-%d", "datetime-local": "%Y-%m-%dT%H:%M"}


@dataclass(frozen=True)
class Typed:
    """A page typed at the pace of people: seconds from its opening to the screen after it was saved.

    `shown`: its inputs; `needed`: those of them that are not optional; `keys`: characters typed.
    """

    title: str
    seconds: float
    shown: int
    needed: int
    keys: int


class Pages:
    """Whoever has a modal open in `page`. `steps` are the screens seen, `pages` the pages sent off.

    `by_hand`: keys of fields that are typed key by key; the pages that have them are `typed`.
    """

    def __init__(self, page: Page, camera: Camera, answers: Answers, by_hand: Collection[str] = ()) -> None:
        self.page, self.camera, self.answers, self.by_hand = page, camera, dict(answers), by_hand
        self.began = time.monotonic()
        self.steps: list[str] = []
        self.pages: list[str] = []
        self.typed: list[Typed] = []
        self.visited: set[str] = set()  # keys of the pages that `go_on` went to

    @property
    def seconds(self) -> float:
        """How long the walk took so far, without the time for its pictures."""
        return time.monotonic() - self.began - self.camera.seconds

    @property
    def modal(self) -> Locator:
        return self.page.get_by_test_id("modal")

    async def step(self, name: str) -> None:
        """Count a screen and take its picture."""
        self.steps.append(name)
        await self.camera.take(self.page, name)

    async def now(self) -> datetime:
        """The present moment where the person is."""
        raise NotImplementedError

    async def answer(self, **answers: Answer) -> None:
        """From here on these answers hold."""
        self.answers.update(answers)

    async def fill(self) -> int:
        """Answer what this page asks, as far as there is an answer; how many characters by hand."""
        keys = 0
        for key, answer in self.answers.items():
            block = self.modal.locator(f'[data-block-id="{key}"]')
            if not await block.count():
                continue
            if key in self.by_hand:
                await block.locator("textarea, input").first.press_sequentially(str(answer), delay=KEY_MS)
                keys += len(str(answer))
            else:
                await self._fill(block, answer)
        return keys

    async def _fill(self, block: Locator, answer: Answer) -> None:
        choices = block.locator('input:is([type="radio"], [type="checkbox"])')
        if isinstance(answer, tuple):
            for box in await choices.all():
                await box.set_checked(await box.get_attribute("value") in answer)
        elif await choices.count():
            await block.locator(f'input[value="{answer}"]').check()
        elif await block.locator("select").count():
            await block.locator("select").select_option(str(answer))
        else:
            control = block.locator("textarea, input").first
            await control.fill(await self._text(answer, await control.get_attribute("type") or "text"))

    async def _text(self, answer: Answer, kind: str) -> str:
        now = await self.now()
        at = now + answer if isinstance(answer, timedelta) else answer
        return at.astimezone(now.tzinfo).strftime(FORMATS[kind]) if isinstance(at, datetime) else str(at)

    async def next(self) -> None:
        """Press the submit button; another screen follows, with nothing said under a field."""
        before = await self.modal.get_attribute("id")
        await self.page.get_by_test_id("modal-submit").click()
        await expect(self.modal).not_to_have_attribute("id", before or "")
        await expect(self.page.get_by_test_id("modal-error")).to_have_count(0)

    async def send_off(self) -> None:
        """Fill the page that is open, and press Next."""
        title, began = await self.page.get_by_test_id("modal-title").inner_text(), self.seconds
        inputs = self.modal.locator(".block.input")
        shown = await inputs.count()
        needed = await inputs.filter(has_not_text="(optional)").count()
        keys = await self.fill()
        await self.step(f"page {title}")
        await self.next()
        self.pages.append(title)
        if keys:
            self.typed.append(Typed(title, self.seconds - began, shown, needed, keys))

    async def line(self, until: str = "") -> None:
        """One page after the other up to the hub, or up to the page with that field."""
        await expect(self.modal).to_be_visible()
        while await self.modal.get_attribute("data-callback") == "page":
            if until and await self._asks(until):
                return
            await self.send_off()
        await expect(self.modal).to_have_attribute("data-callback", "hub")
        await self.step("hub")

    async def close(self) -> None:
        """Close the modal, and those under it."""
        await self.page.get_by_test_id("modal-x").click()
        await expect(self.modal).to_have_count(0)

    async def button(self, label: str) -> None:
        """Press a button of the modal; another screen follows."""
        before = await self.modal.get_attribute("id")
        await self.modal.get_by_role("button", name=label, exact=True).click()
        await expect(self.modal).not_to_have_attribute("id", before or "")

    # --- the hub --------------------------------------------------------------------------------
    async def visit(self, place: str) -> None:
        """From the hub to that page ("stage:party"), and by Next back to the hub."""
        await self._enter(place)
        await self.line()

    async def look(self, place: str) -> None:
        """From the hub to that page, and by Back to the hub again."""
        await self._enter(place)
        await self.step(f"look {await self.page.get_by_test_id('modal-title').inner_text()}")
        await self.button("Back")
        await expect(self.modal).to_have_attribute("data-callback", "hub")

    async def arrive(self, place: str) -> None:
        """To that page, which a reminder may have opened already, and by Next to the hub."""
        if await self.modal.get_attribute("data-callback") == "page":
            stage = find(place.partition(":")[0])
            if stage and stage.fields and await self._asks(stage.fields[0].key):
                return await self.line()
            await self.button("Back")
        await self.visit(place)

    async def _asks(self, key: str) -> bool:
        return bool(await self.modal.locator(f'[data-block-id="{key}"]').count())

    async def _enter(self, place: str) -> None:
        radio = self.modal.locator(f'[data-block-id="next"] input[value="{place}"]')
        if await radio.count():
            await radio.check()
        else:
            await self.modal.locator('[data-block-id="other"] select').select_option(place)
        await self.next()

    async def go_on(self, until: str = "", everything: str = "") -> None:
        """What the hub recommends, until that page is saved or nothing is left.

        With `everything`, whatever else it offers is visited too, before something is ended.
        """
        while place := await self._next_place(bool(everything)):
            stage = place.partition(":")[0]
            self.visited.add(stage)
            await (self.look if stage in LOOKED_AT else self.visit)(place)
            if stage == until:
                return

    async def _next_place(self, everything: bool) -> str:
        recommended = self.modal.locator('[data-block-id="next"] input[checked]')
        place = await recommended.get_attribute("value") or "" if await recommended.count() else ""
        fresh = [one for one in await self._offered() if self._is_fresh(one)] if everything else []
        if place and (place.partition(":")[0] not in LAST or not fresh):
            return place
        return fresh[0] if fresh else ""

    async def _offered(self) -> list[str]:
        """Every page that was not sent off yet."""
        new = '[data-block-id="other"] option:not(:has-text("Again:"))'
        shown = self.modal.locator(f'[data-block-id="next"] input, {new}')
        return [value for one in await shown.all() if (value := await one.get_attribute("value"))]

    def _is_fresh(self, place: str) -> bool:
        stage = place.partition(":")[0]
        return stage not in self.visited and stage not in LAST
