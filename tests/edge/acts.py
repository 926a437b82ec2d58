"""What several tests of the edge do: walk to a page, send what no client would, look at the rows."""

from __future__ import annotations

import copy
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from bot.playground import payloads
from bot.playground.delivery import INTERACTIVE, Delivery
from bot.playground.driver import Member
from bot.playground.server import LocalSlack
from tests.house import House

Json = dict[str, Any]
PAGES = ("open", "assess", "tell", "send", "hub")


class HasSlack(Protocol):
    """A house, or a rig: whatever has a local Slack."""

    slack: LocalSlack


NEEDED: dict[str, dict[str, Any]] = {
    "own": {"own_line": "I picked the wrong address, so B saw the invoice of A"},
    "open": {"reach": "one", "still_going": "no"},
    "assess": {"q1_mistake": "The invoice of client A went to client B", "undo": "partly"},
}
SAID = "I sent the March invoice to the wrong client"


def stage_of(view: Json | None) -> str:
    """Which page (or hub) a modal is."""
    assert view is not None
    return str(json.loads(view["private_metadata"])["s"])


async def to_page(house: House, page: str, person: Member | None = None, said: str = SAID) -> Json:
    """From the command to that page by filling in what is needed; the modal that shows it."""
    who = person or house.reporter
    await who.command("/screwedup", said)
    await who.wait_modal()
    return await walk_on(who, page)


async def walk_on(who: Member, page: str) -> Json:
    """From the page they are on to a later one."""
    while (here := stage_of(who.modal)) != page:
        for key, value in NEEDED.get(here, {}).items():
            await who.fill(key, value)
        result = await who.submit()
        assert result.action == "update", (here, result)
    assert who.modal is not None
    return who.modal


async def go_back(who: Member) -> Json:
    """Press Back; the modal of the page before."""
    here = stage_of(who.modal)
    await who.press("back")
    return await who.wait_modal(where=lambda view: stage_of(view) != here)


async def deliver(house: HasSlack, payload: Json, kind: str = INTERACTIVE) -> Delivery:
    """Hand the bot any payload, over whichever transport the house has."""
    return await house.slack.outbound.send(Delivery(kind, payload))


def submission(house: HasSlack, person: Member, **view: object) -> Json:
    """The payload of Next on the person's top modal, with parts of the view replaced."""
    made = copy.deepcopy(payloads.submission(house.slack.core, person.person, person.stack[-1]))
    made["view"] |= view
    return made


def typing(house: HasSlack, person: Member, block: str, value: str, **view: object) -> Json:
    """The payload of one more character in a text field of the person's top modal."""
    shown = person.modal
    assert shown is not None
    found = next(b for b in shown["blocks"] if b["block_id"] == block)
    action_id = found["element"]["action_id"]
    state = {"type": "plain_text_input", "value": value}
    made = copy.deepcopy(
        payloads.view_action(
            house.slack.core,
            person.person,
            person.stack[-1],
            {**state, "block_id": block, "action_id": action_id},
        )
    )
    made["view"]["state"]["values"][block] = {action_id: state}
    made["view"] |= view
    return made


FIRST = ("initial_value", "initial_user", "initial_date_time")


def values_of(view: Json) -> dict[str, Any]:
    """First values of a modal's inputs by block id: what a person sees in the fields before typing."""
    found: dict[str, Any] = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        chosen = element.get("initial_option") or {}
        found[block.get("block_id", "")] = next(
            (element[key] for key in FIRST if element.get(key)), None
        ) or chosen.get("value")
    return found


def text_of(view: Json | None) -> str:
    """All of a view as one string, for asking what it says."""
    return json.dumps(view, ensure_ascii=False)


def rows(folder: Path, query: str, *args: object) -> Sequence[Any]:
    """What the bot's database holds."""
    connection = sqlite3.connect(folder / "bot.db")
    try:
        return connection.execute(query, args).fetchall()
    finally:
        connection.close()


def fingerprint(folder: Path) -> dict[str, Sequence[Any]]:
    """Everything in the record that somebody else's act must not change (the outbox moves by itself)."""
    tables = ("incidents", "pages", "events", "drafts", "signals", "parties")
    found = {table: rows(folder, f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4") for table in tables}  # noqa: S608
    return found | {"notices": rows(folder, "SELECT id, data FROM posts WHERE kind = 'notice' ORDER BY 1")}
