"""Hands that can fill in any page by the kinds of its inputs, for tests that go through all of them."""

from __future__ import annotations

import json
from typing import Any

from bot.playground.driver import Member
from bot.playground.forms import elements
from tests.house import IDS, House

TYPED = "Zoë: 王小明, محمد & <b>"
CHOICES = {
    "reach": "one",
    "still_going": "yes",
    "undo": "partly",
    "money": "under",
    "how": "send",
    "halt_status": "stopped",
    "result": "voicemail",  # a first contact that is reached waits for its gate
    "minutes": "1",
    "fix_kind": "deliver",
    "chosen": "1",
    "level": "critical",
}
LEFT_ALONE = ("done_proof", "special", "tell_client", "last", "later", "boss", "channel")


def page_of(person: Member) -> tuple[str, str]:
    """(stage, party) of the open modal; ("hub", "") for the hub."""
    modal = person.modal
    assert modal is not None
    kept = json.loads(modal["private_metadata"])
    return kept["s"], kept["p"]


def inputs(person: Member) -> dict[str, dict[str, Any]]:
    """The elements of the open modal by field key."""
    modal = person.modal
    assert modal is not None
    return {b["block_id"]: e for b, e in elements(modal["blocks"]) if b["type"] == "input"}


def answer(house: House, key: str, element: dict[str, Any]) -> Any:  # noqa: ANN401 - what `fill` takes
    """Something that this input takes."""
    values = [option["value"] for option in element.get("options", ())]
    now = int(house.slack.clock.now().timestamp())
    return {
        "plain_text_input": TYPED[: element.get("max_length", 3000)],
        "number_input": "3",
        "users_select": IDS["deputy"],
        "multi_users_select": [IDS["reporter"], IDS["deputy"]],
        "conversations_select": "C000ROOM2",
        "datepicker": "2030-01-02",
        "datetimepicker": now - 60
        if key.endswith(("ed_at", "sent_at", "since", "until", "aware_at"))
        else now + 9000,
        "radio_buttons": CHOICES.get(key, values[0] if values else ""),
        "static_select": CHOICES.get(key, values[0] if values else ""),
        "checkboxes": ["confidential"] if key == "flags" else values[:1],
        "multi_static_select": values[:1],
    }[element["type"]]


async def fill(house: House, person: Member) -> dict[str, Any]:
    """Put something into every input of the page; what was put in, by field key."""
    put: dict[str, Any] = {}
    for key, element in inputs(person).items():
        if key not in LEFT_ALONE or key == "channel":
            put[key] = answer(house, key, element)
            await person.fill(key, put[key])
    return put


def shown(person: Member, key: str) -> Any:  # noqa: ANN401
    """What an input starts with, as `fill` takes it."""
    element = inputs(person)[key]
    first = next((v for k, v in element.items() if k.startswith("initial_")), None)
    if isinstance(first, dict):
        return first["value"]
    if isinstance(first, list) and first and isinstance(first[0], dict):
        return [o["value"] for o in first]
    return first


def on_hub(person: Member) -> list[str]:
    """What the hub leads to, as `stage:party`."""
    return [o["value"] for e in inputs(person).values() for o in e.get("options", ())]


async def take(person: Member, value: str) -> None:
    """From the hub to that page."""
    where = next(k for k, e in inputs(person).items() if value in [o["value"] for o in e["options"]])
    await person.fill(where, value)
    went = await person.submit()
    assert went.errors == {}, went.errors
