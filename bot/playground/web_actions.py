"""Local Slack, pages: what a person does in the browser, done through their `Member`.

An action gets the person's `Hands` and the posted form. Whatever waits for the app's answer runs in the
background, so that typing never waits; only a submission holds the form until it was answered.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.playground import forms, modal
from bot.playground.delivery import Delivery
from bot.playground.driver import Member
from bot.playground.errors import ClientRefused
from bot.playground.forms import Value
from bot.playground.manifest import Json
from bot.playground.server import LocalSlack
from bot.playground.web_desk import Desk
from bot.playground.web_forms import Posted, control_name, dispatches_on, given
from bot.playground.web_place import APP
from bot.playground.workspace import Message, View

NO_ANSWER = "The app did not answer in time, so nothing may have happened. Try again?"
NOT_IN_THREADS = "Slash commands do not work in threads. Type it in the conversation itself."
BAD_MOMENT = "Please give a day and a time."
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"}
STEPS = {"1m": 60, "15m": 15 * 60, "1h": 60 * 60}


@dataclass(frozen=True)
class Hands:
    """Somebody at a browser."""

    slack: LocalSlack
    desk: Desk
    member: Member

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of their device."""
        return ZoneInfo(self.member.person.tz)

    def channel(self, posted: Posted) -> str:
        """The id of the conversation a form names; APP is their DM with the app."""
        named = one(posted, "channel")
        return self.slack.core.dm(self.member.id).id if named == APP else named

    def message(self, posted: Posted) -> Message | None:
        """The message a form names, ephemeral ones too; None when it is gone."""
        ts = one(posted, "ts")
        own = next((m for m in self.member.ephemerals if m.ts == ts and not m.deleted), None)
        return own or self.slack.workspace.message(self.channel(posted), ts)

    def view(self, posted: Posted) -> View | None:
        """The view a form belongs to, if it is still before the person's eyes."""
        home = self.slack.workspace.homes.get(self.member.id)
        shown = [*self.member.stack[-1:], *([home] if home else [])]
        return next((view for view in shown if view.id == one(posted, "view")), None)

    def later(self, work: Awaitable[Delivery | None]) -> None:
        """Do something in the background; the person is told when the app did not answer."""
        self.slack.outbound.spawn(self._watched(work))

    async def _watched(self, work: Awaitable[Delivery | None]) -> None:
        try:
            delivery = await work
        except ClientRefused as refusal:
            self.tell(f"Slack would not do that: {refusal}.")
            return
        if delivery is not None and not delivery.ok:
            self.tell(NO_ANSWER)

    def tell(self, text: str) -> None:
        """Show the person a notice of Slack's client."""
        self.desk.tell(self.member.id, text)
        self.slack.changes.notify()


Action = Callable[[Hands, Posted], Awaitable[None]]


def one(posted: Posted, name: str) -> str:
    """The first value of a field; empty when it is missing."""
    return posted.get(name, [""])[0]


async def say(hands: Hands, posted: Posted) -> None:
    """Send what the composer holds: a slash command or a message."""
    text = one(posted, "text").replace("\r\n", "\n").strip()
    thread, channel = one(posted, "thread") or None, hands.channel(posted)
    if text.startswith("/") and thread:
        hands.tell(NOT_IN_THREADS)
    elif text.startswith("/"):
        name, _, rest = text.partition(" ")
        hands.later(_command(hands, name, rest.strip(), channel))
    elif text:
        await hands.member.say(channel, text, thread_ts=thread)


async def _command(hands: Hands, name: str, text: str, channel: str) -> None:
    await hands.member.command(
        name, text, channel=channel
    )  # Slack itself says in the channel what went wrong


async def shortcut(hands: Hands, posted: Posted) -> None:
    """Use a shortcut: of a message when one is named, else a global one."""
    callback_id = one(posted, "callback_id")
    if one(posted, "ts"):
        hands.later(hands.member.message_shortcut(callback_id, hands.channel(posted), one(posted, "ts")))
    else:
        hands.later(hands.member.shortcut(callback_id))


async def react(hands: Hands, posted: Posted) -> None:
    """Give a reaction, or take one's own back."""
    message, name = hands.message(posted), one(posted, "name").strip(": ")
    if message is None or not name:
        return
    mine = hands.member.id in message.reactions.get(name, [])
    await (hands.member.unreact if mine else hands.member.react)(message, name)


async def use(hands: Hands, posted: Posted) -> None:
    """Press a button, choose something or type, in a modal, on the Home tab or in a message."""
    view, message = hands.view(posted), hands.message(posted)
    if view is not None:
        _use_in_view(hands, view, posted)
    elif message is not None:
        block, element = _named(message.blocks, posted)
        value = _value(hands, element, posted)
        ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
        hands.later(hands.member.click(message, **ids, value=value))


def _use_in_view(hands: Hands, view: View, posted: Posted) -> None:
    fresh = is_fresh(view, posted)
    problems = hold(hands, view, posted) if fresh else {}
    try:
        block, element = _named(view.body["blocks"], posted)
    except ClientRefused:
        if fresh:
            raise
        return  # the app has drawn something else there since
    if block["block_id"] in problems or not _dispatches(block, element, posted):
        return
    ids = {"action_id": element["action_id"], "block_id": block["block_id"]}
    on = "home" if view.body["type"] == "home" else "modal"
    hands.later(hands.member.press(**ids, value=_value(hands, element, posted), on=on))


def _dispatches(block: Json, element: Json, posted: Posted) -> bool:
    if element["type"] not in TYPED:
        return forms.wants_dispatch(block)
    return dispatches_on(block, element) == (one(posted, "pressed") or "character")


def is_fresh(view: View, posted: Posted) -> bool:
    """Whether the form shows the view as it is; one that is older must not empty what it does not know."""
    return view.hash == one(posted, "hash")


def _named(blocks: list[Json], posted: Posted) -> tuple[Json, Json]:
    return modal.find_in(blocks, block_id=one(posted, "block_id"), action_id=one(posted, "action_id"))


def _value(hands: Hands, element: Json, posted: Posted) -> Value:
    if element["type"] not in forms.STATE_KEYS:
        return one(posted, "value") or None
    name = control_name(one(posted, "block_id"), one(posted, "action_id"))
    return given(element, posted.get(name, []), hands.zone)


def hold(hands: Hands, view: View, posted: Posted) -> dict[str, str]:
    """Keep what a view's inputs hold, as the client does; what it would not take comes back, by block_id."""
    problems = {}
    for block, element in forms.elements(view.body["blocks"]):
        if element["type"] not in forms.STATE_KEYS:
            continue
        name = control_name(block["block_id"], element["action_id"])
        try:
            state = forms.accept(element, given(element, posted.get(name, []), hands.zone))
            view.values[block["block_id"]][element["action_id"]] = state
        except ClientRefused as refusal:
            problems[block["block_id"]] = f"{refusal}."
        except ValueError:
            problems[block["block_id"]] = BAD_MOMENT
    return problems


async def submit(hands: Hands, posted: Posted) -> None:
    """Send a modal off; a form that shows an older state of the view is not sent."""
    view = hands.view(posted)
    if view is None or not is_fresh(view, posted):
        return
    if problems := hold(hands, view, posted):
        hands.desk.refuse(view, problems)
        hands.slack.changes.notify()
        return
    hands.desk.accept(view)
    result = await hands.member.submit()
    if result.action == "errors":
        hands.desk.refuse(view, result.errors)
    elif result.action == "trouble":
        hands.desk.refuse(view, {}, modal.TROUBLE)
    hands.slack.changes.notify()


async def close(hands: Hands, posted: Posted) -> None:
    """Close the modal on top, or all of them."""
    view = hands.view(posted)
    if view is not None:
        hands.later(hands.member.close_modal(clear=bool(one(posted, "all"))))


async def dismiss(hands: Hands, posted: Posted) -> None:
    """Take an ephemeral message, a notice, or the list of broken rules off the screen."""
    message = hands.message(posted)
    if message is not None and message.ephemeral_to == hands.member.id:
        message.deleted = True
    if one(posted, "notice"):
        hands.desk.dismiss(hands.member.id, int(one(posted, "notice")))
    if one(posted, "violations"):
        hands.desk.violations_seen = int(one(posted, "violations"))
    hands.slack.changes.notify()


async def clock(hands: Hands, posted: Posted) -> None:
    """Move the clock on."""
    by = one(posted, "by")
    if by == "morning":
        hands.slack.clock.next_morning(hands.member.person.tz)
    else:
        hands.slack.clock.advance(STEPS[by])
    hands.slack.changes.notify()


ACTIONS: dict[str, Action] = {
    "say": say,
    "shortcut": shortcut,
    "react": react,
    "use": use,
    "submit": submit,
    "close": close,
    "dismiss": dismiss,
    "clock": clock,
}
