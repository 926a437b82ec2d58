"""Every kind of payload that people's hands make: a whole incident is played, and what Slack sent is kept."""

from __future__ import annotations

import copy
from contextlib import suppress

from bot.playground.delivery import INTERACTIVE, Delivery
from bot.playground.driver import Member
from bot.playground.errors import ClientRefused
from bot.playground.manifest import Json
from bot.playground.server import LocalSlack
from tests.edge.acts import stage_of, walk_on

SAID = "I sent the March invoice to the wrong client"
COMMANDS = ("list", "status", "help", "practice", "forget", "list", "status", "help")
Sample = tuple[str, Json]  # Delivery.kind and payload


async def played(slack: LocalSlack) -> list[Sample]:
    """What was sent while Rina told Bert and both used whatever they were shown."""
    rina, bert = slack.person("reporter"), slack.person("boss")
    await rina.command("/screwedup", SAID)
    await rina.wait_modal()
    await on_every_page(rina)
    await slack.wait(lambda: bert.dm and rina.dm)
    for text in COMMANDS:
        await rina.command("/screwedup", text)
    await rina.shortcut("screwedup_global")
    await rina.message_shortcut("screwedup_message", rina.dm[0].channel, rina.dm[0].ts)
    await rina.open_home()
    await bert.react(bert.dm[0], "eyes")
    await bert.unreact(bert.dm[0], "eyes")
    reply = await bert.say(bert.dm[0].channel, "Yes, call them now.", thread_ts=bert.dm[0].ts)
    await bert.edit(reply, "Yes, call them.")
    await slack.settle()
    for who, message in ((bert, bert.dm[0]), (rina, rina.dm[0])):
        for block in message.blocks:
            for element in block.get("elements", []):
                with suppress(ClientRefused):
                    await who.click(message, element.get("action_id", ""))
    await slack.settle()
    return [(d.kind, copy.deepcopy(d.payload)) for d in slack.deliveries] + rewritten(slack)


async def on_every_page(rina: Member) -> None:
    """To the hub, with a keystroke in every input and every button of a page pressed on the way."""
    while (here := stage_of(rina.modal)) != "hub":
        await touched(rina)
        if stage_of(rina.modal) == here:
            (following,) = ({"own": "assess", "open": "assess", "assess": "tell"}.get(here, "hub"),)
            await walk_on(rina, following if following != here else "hub")
    await touched(rina)


async def touched(rina: Member) -> None:
    """Something is typed or picked wherever that's possible."""
    people = {"users_select": "U000BERT", "multi_users_select": ["U000BERT"], "datetimepicker": 1_700_000_000}
    for block in (rina.modal or {}).get("blocks", []):
        element = block.get("element", {})
        value = people.get(element.get("type"), "Something is typed here, and it is long enough.")
        if element.get("type") in (*people, "plain_text_input"):
            with suppress(ClientRefused):
                await rina.fill(block["block_id"], value)


def rewritten(slack: LocalSlack) -> list[Sample]:
    """The clicks of a page as what its other buttons send, since pressing them would leave the page."""
    acts = (
        "back",
        "skip",
        "go.note",
        "refresh",
        "withdraw",
        "copy",
        "anew",
        "timeline",
        "ledger",
        "ask.contact",
    )
    acts += (
        "accept",
        "snooze.30",
        "leave_out",
        "card.help",
        "answer.yes",
        "which.x",
        "again",
        "begin_with",
        "open",
    )
    clicks = [
        d for d in slack.deliveries if d.payload.get("type") == "block_actions" and d.payload.get("view")
    ]
    made = []
    for act, click in zip(acts * 2, clicks * 4, strict=False):
        payload = copy.deepcopy(click.payload)
        payload["actions"] = [
            {"type": "button", "action_id": act, "block_id": "nav", "value": "x", "action_ts": "9.1"}
        ]
        made.append((INTERACTIVE, payload))
    return made


def delivery(sample: Sample) -> Delivery:
    return Delivery(*sample)
