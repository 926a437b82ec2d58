"""One walk: a house, five people, a seed. After each act everything comes to rest and is looked at."""

from __future__ import annotations

import gc
import re
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from bot.playground.errors import ClientRefused
from bot.playground.modal import SubmitResult
from bot.slack.hub_view import NEXT, OTHER
from bot.stages import TEXTS
from tests.contract.hands import inputs
from tests.house import House, open_house
from tests.walkers.again import LATER, Again
from tests.walkers.hands import CHANNEL, Doing, Hands
from tests.walkers.looking import Ear, Fault, incidents, look, none
from tests.walkers.themes import STARTS, THEMES
from tests.walkers.values import Pen

PEOPLE = ("reporter", "boss", "deputy", "privacy", "t1")
ACTS = 160
APART = timedelta(seconds=30)  # from one act to the next by the walk's clock, however slow the machine is
JUMPS = (*(timedelta(minutes=n) for n in (3, 16, 31, 61, 125, 400)), timedelta(hours=14), timedelta(days=1),
         timedelta(days=4), timedelta(days=15), timedelta(minutes=-4))  # fmt: skip
POST, HISTORY, REFUSED = "chat.postMessage", "conversations.history", "error:invalid_arguments"
Rule = tuple[str, str, str]  # a method, what goes wrong, and before or after Slack has done it
UNKNOWABLE: tuple[Rule, ...] = ((POST, "reset", "after"), (HISTORY, "error:missing_scope", "before"))
FAULTS: tuple[tuple[Rule, ...], ...] = (  # each row strikes together
    ((POST, "500", "before"),), ((POST, "500", "after"),), ((POST, "429", "before"),),
    ((POST, "reset", "after"),), ((POST, "truncated", "after"),),
    ((POST, "error:cannot_dm_bot", "before"),), ((POST, "error:user_disabled", "before"),),
    (("views.open", REFUSED, "before"),),
    (("views.open", REFUSED, "before"),) * 2,  # the page left blank isn't taken either
    UNKNOWABLE,
)  # fmt: skip
DOORS = ("click open", "click accept", "click blank")  # buttons that lead to a page
OWN = frozenset(  # ways to begin something
    f"/screwedup {said}" for said in ("", "practice", "I sent the list to the wrong people")
) | {"global shortcut", "message shortcut", "at Home, press start", "at Home, press practise"}
TEXTS_OFFERED = frozenset(f"press go.{text.key}" for text in TEXTS)
PATIENCE = 10.0  # seconds Slack waits for an answer here: how fast the machine is isn't what's looked at
ROUNDS = 40  # of the outbox; by then it must have come to rest
THOROUGHLY = 10  # acts between two looks of the auditor
BEGINNING = "We sent the file to the wrong client"
PRESSED = re.compile(r"\b(?:press|presses|click) ([a-z_]+)")
Act = Callable[[], Awaitable[object]]


@dataclass
class Walk:
    """`trail`: each act in words. `touched`: pages, buttons, commands and the like, and how often."""

    seed: int
    acts: int = ACTS
    trail: list[str] = field(default_factory=list)
    touched: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - chance that can be had again, no secret
        self.theme = THEMES[self.seed % len(THEMES)]
        self.transport = ("socket", "http")[(self.seed + self.seed // len(THEMES)) % 2]
        self.wanted, self.likes = list(self.theme.pages), list(self.theme.likes)
        self.now = STARTS[self.seed // 3 % len(STARTS)]
        self.ear, self.again = Ear(), Again()

    async def run(self) -> None:
        """All of it. Raises Fault with what went wrong."""
        began = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="walk-") as folder, self.ear.listening():
                async with open_house(Path(folder), self.transport) as house:
                    house.slack.ack_timeout = PATIENCE
                    await self._walk(house)
                    await self._bring_the_last(house)
                    await look(house, self.ear, thoroughly=True)
                gc.collect()  # a task that failed and was forgotten says so now
                none(self.ear.heard, "an error in the log or in a task")
        finally:
            self.seconds = time.monotonic() - began

    async def _walk(self, house: House) -> None:
        pen = Pen(house, self.dice, self.theme.meant)
        self.hands = {key: Hands(house, key, self.dice, pen) for key in PEOPLE}
        self.keep(house)
        await house.slack.person("t1").say(CHANNEL, "The invoice went to the wrong client")
        for key in self.theme.begin:
            begin = self._command(house, key)
            await self.does(house, key, Doing("/screwedup (what happened)", begin))
        while len(self.trail) < self.acts:
            await self._act(house)

    async def _bring_the_last(self, house: House) -> None:
        for _ in LATER:
            self.now += timedelta(minutes=max(LATER))
            self.keep(house)
            await self.again.bring(house.slack, self.now)
            await self.rest(house)

    def _command(self, house: House, key: str) -> Act:
        return lambda: house.slack.person(key).command("/screwedup", BEGINNING)

    def keep(self, house: House) -> None:
        """Time stands still between acts, so that a slow machine walks as a fast one does."""
        house.slack.clock.advance((self.now - house.slack.clock.now()).total_seconds())

    # --- one act ----------------------------------------------------------------------------------
    async def _act(self, house: House) -> None:
        chance = self.dice.random()
        if chance < self.theme.bad_line:
            await self.does(house, "", self._from_outside(house, chance))
            return
        busy = [key for key in PEOPLE if self.hands[key].page]
        weights = (70, 15, 15) if self.theme.straight else (45, 30, 25)
        among = self.dice.choices((self.theme.leads, busy or PEOPLE, PEOPLE), weights)[0]
        key = self.dice.choice(among)
        hands = self.hands[key]
        if hands.page and self.dice.random() < 0.85:
            await self._in_window(house, hands)
            return
        if liked := self._liked(key, [*hands.in_messages(buttons=True), *hands.in_messages(buttons=False)]):
            await self.does(house, key, liked)
            return
        found = hands.in_messages(self.dice.random() < 0.5) if self.dice.random() < 0.65 else []
        found = found or list(hands.elsewhere(await incidents(house)))
        if self.theme.straight and key not in self.theme.begin:  # they're here for what others began
            found = [doing for doing in found if doing.name not in OWN]
        doors = [doing for doing in found if doing.name.startswith(DOORS)]
        await self.does(house, key, self._rarest(doors if doors and self.dice.random() < 0.4 else found))

    def _from_outside(self, house: House, chance: float) -> Doing:
        """Time passes; the bot is restarted; Slack answers badly once."""
        if chance < 0.05:
            jump = self.dice.choice(JUMPS)
            return Doing(f"the clock moves by {jump}", self._jump(jump))
        if chance < 0.06:
            return Doing("the bot is restarted", house.restart)
        return self._strikes(house, self.dice.choice(FAULTS))

    def _strikes(self, house: House, rules: tuple[Rule, ...]) -> Doing:
        async def strikes() -> None:
            for method, kind, when in rules:
                house.slack.faults.add(kind=kind, method=method, when=when)

        said = ", ".join(f"to {method} is {kind} ({when})" for method, kind, when in rules)
        return Doing(f"Slack's next answer {said}", strikes)

    def _liked(self, key: str, found: list[Doing]) -> Doing | None:
        """What this walk would like to have done, as often as it's named; mostly, where it can be."""
        likes = [like for like in self.likes if _fits(like, key, found)]
        if not likes or self.dice.random() < 0.2:
            return None
        like = self.dice.choice(likes)
        self.likes.remove(like)
        return self.dice.choice([one for one in found if _fits(like, key, [one])])

    def _jump(self, by: timedelta) -> Act:
        async def jump() -> None:
            self.now += by

        return jump

    def _rarest(self, found: list[Doing]) -> Doing:
        """One of those done least often so far, or just any."""
        if self.dice.random() < 0.3:
            return self.dice.choice(found)
        return min(found, key=lambda doing: (self.touched[doing.name], self.dice.random()))

    # --- in a window ------------------------------------------------------------------------------
    async def _in_window(self, house: House, hands: Hands) -> None:
        buttons, submit = hands.buttons(), hands.me.modal is not None and hands.me.modal.get("submit")
        if liked := self._liked(hands.key, buttons):
            await self.does(house, hands.key, Doing(f"on {hands.page}, {liked.name}", liked.do))
            return
        chance, wander = self.dice.random(), 0.06 if self.theme.straight else 0.22
        new = [
            one
            for one in buttons
            if one.name in TEXTS_OFFERED and not self.touched[f"on {hands.page}, {one.name}"]
        ]
        if buttons and (chance < (0.5 if new else wander) or not submit):
            doing = self._rarest(new or buttons)
            await self.does(house, hands.key, Doing(f"on {hands.page}, {doing.name}", doing.do))
        elif wander < chance < wander * 1.2 or not submit:
            await self.does(house, hands.key, Doing(f"close {hands.page}", hands.me.close_modal))
        elif hands.page in ("hub", "choose"):
            await self.does(house, hands.key, self._choice(hands))
        else:
            await self._fill_in(house, hands)

    def _choice(self, hands: Hands) -> Doing:
        """Where to from here: what this walk is about, else what was seen least."""
        shown = inputs(hands.me)
        fields = (key for key in (NEXT, OTHER, "which") if key in shown)
        offered = [(key, option["value"]) for key in fields for option in shown[key]["options"]]
        first = next((w for w in self.wanted if any(v.startswith(f"{w}:") for _, v in offered)), "")
        if first:
            self.wanted.remove(first)
        fits = [one for one in offered if one[1].startswith(f"{first}:")] if first else offered
        seen = {one: self.touched[f"page {one[1].split(':')[0]}"] for one in fits}
        key, value = min(fits, key=lambda one: (seen[one], self.dice.random()))

        async def choose() -> SubmitResult:
            if key == NEXT and OTHER in shown:  # a radio that was chosen can't be emptied, a menu can
                await hands.me.fill(OTHER, None)
            await hands.me.fill(key, value)
            return await hands.me.submit()

        return Doing(f"from {hands.page} to {value if ':' in value else 'one of them'}", choose)

    async def _fill_in(self, house: House, hands: Hands) -> None:
        """Fill in the page and press Next: once, twice at once, or as another page is on its way."""
        if hands.page == "send" and self.dice.random() < 3 * self.theme.bad_line:  # did the boss get it?
            await self.does(house, "", self._strikes(house, UNKNOWABLE))
        page, put = (
            hands.page,
            await hands.fill(odd=self.dice.random() < (0.04 if self.theme.straight else 0.15)),
        )
        if hands.lacks():
            self.trail.append(f"{hands.key}: fills {page} with {put}, which Slack's client doesn't send")
            await self.rest(house)
            return
        how, buttons = self.dice.choices(("next", "twice", "late"), (90, 5, 5))[0], hands.buttons()
        act, name = hands.me.submit, "Next"
        if how == "late" and buttons:
            other = self._rarest(buttons)
            act, name = self._late(house, hands, other), f"{other.name.removeprefix('press ')} and then Next"
        elif how == "twice":
            act, name = self._twice(hands), "Next twice"
        await self.does(house, hands.key, Doing(f"presses {name} on {page} with {put}", act))

    def _twice(self, hands: Hands) -> Act:
        async def twice() -> SubmitResult:
            seen = hands.me.look()
            await hands.me.submit(seen)
            return await hands.me.submit(seen) if hands.me.stack else SubmitResult("close")

        return twice

    def _late(self, house: House, hands: Hands, other: Doing) -> Act:
        async def late() -> SubmitResult:
            seen = hands.me.look()
            await other.do()
            await self.rest(house)
            return await hands.me.submit(seen) if hands.me.stack else SubmitResult("close")

        return late

    # --- and what comes of it ---------------------------------------------------------------------
    async def does(self, house: House, key: str, doing: Doing) -> None:
        """Do it, let everything come to rest, and look."""
        self.now += APART
        self.keep(house)
        await self.again.bring(house.slack, self.now)
        self.trail.append(f"{key}: {doing.name}" if key else doing.name)
        self.touched[doing.name] += 1
        self.touched.update(f"button {pressed}" for pressed in PRESSED.findall(doing.name))
        try:
            result = await doing.do()
        except ClientRefused as refused:
            result = self.trail[-1] = f"{self.trail[-1]} (Slack's client: {refused})"
        if isinstance(result, SubmitResult):
            self.trail[-1] += f" -> {result.action} {result.errors or ''}"
            if result.action == "trouble":
                raise Fault(f"the window shows trouble: {result.delivery}")
        await self.rest(house)
        self.touched.update(f"page {hands.page}" for hands in self.hands.values() if hands.page)
        await look(house, self.ear, thoroughly=len(self.trail) % THOROUGHLY == 0)

    async def rest(self, house: House) -> None:
        """Until the outbox has nothing more to do."""
        self.keep(house)
        for _ in range(ROUNDS):
            before = len(house.slack.calls)
            await house.bot.drain()
            await house.slack.settle()
            await house.bot.tick()
            await house.bot.drain()
            await house.slack.settle()
            self.again.collect(house.slack, self.now)
            if len(house.slack.calls) == before:
                return
        raise Fault("the outbox doesn't come to rest")


def _fits(like: str, key: str, found: list[Doing]) -> bool:
    """`press copy`, or `boss: press copy`: whether one of these begins so."""
    return any(name.startswith(like) for one in found for name in (one.name, f"{key}: {one.name}"))
