"""A script of docs/scenarios played in Chromium by everybody in it, with the clock moved on.

Each line of `do` is what a person presses; each line of `bot` has to be found in that person's messages. A
teammate, of whom the script says nothing, helps meanwhile (`BESIDES`): it changes none of these lines.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from playwright.async_api import expect

from bot.playground.play import ROOT
from bot.rehearsal.script import Line, Script, Step, parse
from tests.house import IDS
from tests.walk.pages import Answers
from tests.walk.paths import COMMAND
from tests.walk.walker import Walker

SCRIPTS = {"supplier": "supplier-paid-wrong-account"}
PEOPLE = {"R": "reporter", "B": "boss", "H2": "t1"}  # who plays whom; H is R until somebody takes over
HELPER, TEAM = "t2", "tab-delivery"  # a teammate, of whom the script knows nothing, and where they read of it
OTHERS = ("deputy", "lead", "privacy")  # the boss answered and nothing was flagged: they hear of nothing
AT_HOME = "boss"  # the script's times are the boss's: the deputy's and Zoë's clocks show the same
PAID = "We paid a supplier's invoice to the wrong account, and two of us had approved it"
ANSWERS: Answers = {
    "hands_off": ("paused", "left_alone"),
    "halt_status": "stopped",
    "channel": "C000ROOM2",
    "helpers_needed": "Somebody who can wait for the bank's call until six",
    "note": "I have the bank's call on my desk until six.",
    "halt_action": "I asked the bank to hold the transfer.",
    "own_line": "I changed the account number without ringing the supplier first.",
    "q1_mistake": "An invoice over 18,400 went to an account that is not the supplier's.",
    "affected": "One supplier; two approvals were given on the same screen",
    "need": ("decide", "spend"),
    "fix_text": "Pay the supplier from the reserve today, and recall the first transfer",
    "fix_kind": "deliver",
    "cost": "18400",
    "party_name": "Nordholm Paper",
    "contact_name": "Ms Falk",
    "impact_on_them": "you wait for your money, and your own payday is on Friday.",
    "what_happened_short": "We paid your invoice to a wrong account.",
    "result": "reached",
    "said_sorry": ("yes",),
    "contingencies": "If the bank says no by ten, ring Bert.",
    "read_back": "The supplier hears from me at nine; the bank has the recall.",
    "means_for_them": "The money reaches you this afternoon.",
    "changed": "The bank has confirmed the second transfer.",
    "doing_now": "We recall the first one.",
    "fixed_how": "The supplier has the money, and the first transfer came back.",
    "verified_by": IDS["boss"],
    "verified_how": "Bert has seen both entries.",
    "working_ok": "yes",
    "satisfied": "yes",
    "factors": "Both approvals are given on one screen, which shows no account number.",
    "outcome": "sent",
}
NUDGES: Mapping[str, str] = {  # words of each reminder, by its id
    "int.due": "A note for your colleagues is due",
    "upd.pre": "is due soon",
    "upd.due": "is due now",
    "upd.over": "none is on record",
    "hand.wait": "waits for your answer",
    "sat.due": "one question",
    "prev.due": "about what has changed since is due",
    "letgo": "you can let go of it now",
    "checkin": "now that some days have passed",
}
TWINS = {"int.due": "A note on where things stand", "upd.over": "The update for the client was due"}
MINUTE = timedelta(minutes=1)
NOT_YET_MS = 2_500


class Cast:
    """Everybody in one script, which begins at `begin`, by the clock of those at home."""

    def __init__(self, walker: Walker, script: Script, begin: datetime) -> None:
        self.walker, self.script, self.begin = walker, script, begin
        self.handler = "R"

    async def do(self, step: Step) -> None:
        await VERBS[step.verb](self, step)

    def when(self, at: datetime) -> datetime:
        """A moment of the script in the local Slack."""
        return self.begin + (at - self.script.start)

    async def be(self, who: str) -> None:
        await self.walker.be(PEOPLE[self.handler if who == "H" else who])

    async def expect(self, line: Line) -> None:
        """That person has that reminder, by the hands of their own clock."""
        await self.be(line.who)
        found, now = self.walker.message(NUDGES[line.name]), await self.walker.now()
        there = self.when(line.at).replace(tzinfo=now.tzinfo)
        for at in (now, now + MINUTE, now + 2 * MINUTE, there):
            await self.walker.until(at)
            with suppress(AssertionError):  # not yet
                await expect(found).to_be_visible(timeout=NOT_YET_MS)
                break
        await self.walker.see(NUDGES[line.name], f"{self.script.when(line.at)} {line.name} {line.who}")

    async def page(self, step: Step, *places: str, **answers: str | tuple[str, ...] | datetime) -> None:
        """The handler goes on from their newest message, to these pages one after the other."""
        await self.walker.answer(**answers)
        await self.be("H")
        await self.walker.open("Continue")
        await self.walker.step(f"{self.script.when(step.at)} {step.verb}")
        for place in places:
            await self.walker.arrive(place)
        await self.walker.close()

    # --- what a teammate does besides ------------------------------------------------------------
    async def tell_the_team(self) -> None:
        await self.be("R")
        await self.walker.open("Continue")
        await self.walker.arrive("team:")
        await self.walker.close()

    async def help_out(self) -> None:
        """The teammate reads the card, offers help, is brought in, and leaves a note."""
        await self.walker.be(HELPER, TEAM)
        await self.walker.react("eyes", "How you can help")
        await self.walker.react("raising_hand", "How you can help")
        await self.walker.see("Helping:", "the team's card, with somebody who helps")
        await self.walker.be(HELPER)
        await self.walker.see("Thank you for offering to help", "the helper is brought in")
        await self.walker.open("Continue")
        await self.walker.step("what the helper sees")
        await self.walker.arrive("note:")
        await self.walker.close()
        await self.be("R")
        await self.walker.see("offers to help", "the handler is asked to bring them in")

    async def take_up(self, nudge: str) -> None:
        """The teammate takes a reminder up in the team's thread, where it names nobody."""
        await self.walker.be(HELPER, TEAM)
        await self.walker.thread("How you can help")
        await self.walker.react("eyes", TWINS[nudge])
        await self.walker.step(f"{nudge} in the thread, taken up")

    async def stand_down(self) -> None:
        await self.walker.be(HELPER, TEAM)
        await self.walker.see("Thank you for standing by", "the team's card at the end")
        await self.walker.be(HELPER)
        await expect(self.walker.page.get_by_test_id("message")).to_have_count(1)

    # --- verbs ----------------------------------------------------------------------------------
    async def open(self, step: Step) -> None:
        await self.be("R")
        await self.walker.say(f"{COMMAND} {PAID}")
        await self.walker.line("halt_status")
        await self.walker.close()

    async def halt(self, step: Step) -> None:
        await self._resume("text")

    async def tell(self, step: Step) -> None:
        await self._resume()

    async def _resume(self, until: str = "") -> None:
        await self.be("R")
        await self.walker.say(COMMAND)
        await self.walker.line(until)
        await self.walker.close()

    async def ack(self, step: Step) -> None:
        await self.be(step.who)
        await self.walker.react("eyes", "Hello Bert")
        await self.walker.see("Seen by", "the boss has seen it")

    async def plan(self, step: Step) -> None:
        await self.page(step, "plan:")

    async def ok(self, step: Step) -> None:
        await self.be(step.who)
        await self.walker.press("Yes, go ahead")
        await self.walker.see("answered yes", "the boss agrees")

    async def contact(self, step: Step) -> None:
        places = (f"contact:{step.who}", f"spoke:{step.who}")
        await self.page(step, *places, promised_next=self._promised(step))

    async def update(self, step: Step) -> None:
        place = f"update:{step.who}"
        if step.promised:
            await self.page(step, place, next_at=self._promised(step))
        else:
            await self.page(step, place, next_at="", last=("yes",))

    async def offer(self, step: Step) -> None:
        await self.page(step, "handover:", to=IDS[PEOPLE[step.who]])
        await self.be(step.who)
        await self.walker.see("asks you to take this over", "offered")

    async def accept(self, step: Step) -> None:
        await self.be(step.who)
        await self.walker.open("Read back and accept")
        await self.walker.send_off()
        await self.walker.step("hub of the new handler")
        await self.walker.close()
        self.handler = step.who

    async def one_page(self, step: Step) -> None:
        """The page of the verb's name."""
        await self.page(step, PLACES[step.verb])

    def _promised(self, step: Step) -> datetime:
        if step.promised is None:
            raise LookupError(f"{step.verb}: no time was promised")
        return self.when(step.promised)


PLACES = {
    "fixed": "fixed:",
    "debrief": "debrief:C1",
    "review": "review:",
    "sat": "sat:",
    "letter": "letter:",
    "close": "close:",
}
VERBS: Mapping[str, Callable[[Cast, Step], Awaitable[None]]] = {
    **{
        verb: getattr(Cast, verb)
        for verb in ("open", "halt", "tell", "ack", "plan", "ok", "contact", "update")
    },
    **{verb: getattr(Cast, verb) for verb in ("offer", "accept")},
    **dict.fromkeys(PLACES, Cast.one_page),
}


BESIDES: tuple[tuple[timedelta, Callable[[Cast], Awaitable[None]]], ...] = (
    (9 * MINUTE, Cast.tell_the_team),
    (10 * MINUTE, Cast.help_out),
    (113 * MINUTE, partial(Cast.take_up, nudge="int.due")),
    (188 * MINUTE, partial(Cast.take_up, nudge="upd.over")),
)  # when after the script's beginning, and what the teammate's part in it is


async def perform(walker: Walker, name: str) -> None:
    """The whole script. Raises: AssertionError for a reminder that is missing, or a message too many."""
    text = (ROOT / "docs" / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
    script = parse(text)
    answers = script.answers
    await walker.answer(
        **ANSWERS, reach=answers["reach"], still_going=answers["going"],
        undo=answers["undo"], money=answers["money"],
    )  # fmt: skip
    await walker.be(AT_HOME)
    begin = await _begin(walker, script)
    await walker.until(begin)
    cast = Cast(walker, script, begin)
    acts = [(step.at, 0, partial(cast.do, step)) for step in script.steps]
    acts += [(line.at, 1, partial(cast.expect, line)) for line in script.bot or ()]
    acts += [(script.start + after, 2, partial(act, cast)) for after, act in BESIDES]
    for at, _, act in sorted(acts, key=lambda one: one[:2]):
        await walker.until(cast.when(at))
        await act()
    await cast.stand_down()
    for person in OTHERS:
        await walker.be(person)
        await walker.step(f"{person} has heard nothing")
        await expect(walker.page.get_by_test_id("message")).to_have_count(0)


async def _begin(walker: Walker, script: Script) -> datetime:
    """When the script begins: its weekday and its time of day, next time they come."""
    now = await walker.now()
    at = now.replace(hour=script.start.hour, minute=script.start.minute)
    while at < now or at.weekday() != script.start.weekday():
        at += timedelta(days=1)
    return at
