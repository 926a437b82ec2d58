"""Every call of Slack goes through the one pace; what can't wait is named here, with why."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.pace import BY_PLACE, RATES, OwnTurns, Pace, Rate
from bot.slack import scopes
from bot.slack.client import Client, NotYet

BOT = Path(__file__).resolve().parents[2] / "bot"
NOW_OR_NEVER = {
    "apps.connections.open": "without it the bot hears no one",
    "auth.test": "has a limit of its own, hundreds a minute, and says whether we're let in at all",
    "views.open": "a person waits, and may for three seconds",
    "views.push": "the same",
    "views.update": "the same",
}
GIVEN: dict[str, Any] = {"channel": "D1", "text": "x", "files": [], "view": {}}


def dotted(name: str) -> str:
    return name.replace("_", ".", 2) if name.startswith("apps_") else name.replace("_", ".", 1)


def kept(name: str) -> Any:  # noqa: ANN401 - a value of any of Slack's arguments
    return GIVEN.get(name, "X")


class Refusing(Pace):
    """Lets no one through; what was asked for."""

    asked: tuple[str, str] = "", ""

    async def call(self, method: str, place: str = "") -> float:
        self.asked = method, place
        return 5.0


def test_each_method_has_a_pace_or_a_reason() -> None:
    assert {dotted(name) for name in scopes.METHODS} == RATES.keys() | NOW_OR_NEVER.keys()
    assert RATES.keys().isdisjoint(NOW_OR_NEVER)


@pytest.mark.parametrize("name", sorted(scopes.METHODS))
async def test_no_call_leaves_without_asking_for_its_turn(name: str) -> None:
    client = Client(token="xoxb-none", base_url="http://127.0.0.1:1/")
    client.pace = pace = Refusing()
    method = getattr(client, name)
    wanted = [p.name for p in inspect.signature(method).parameters.values() if p.default is p.empty]
    given = {key: kept(key) for key in [*wanted, "channel", "text"] if key != "kwargs"}
    if name.startswith("views_") and name != "views_publish":
        given |= {"trigger_id": "T", "view_id": "V", "view": {}}
    with pytest.raises(NotYet):
        await method(**given)
    assert pace.asked[0] == dotted(name)
    assert pace.asked[1] == "D1" or pace.asked[0] not in BY_PLACE


async def test_a_message_waits_for_its_own_conversation_alone() -> None:
    elapsed = [0.0]
    pace = Pace(monotonic=lambda: elapsed[0])
    posts = [await pace.call("chat.postMessage", place) for place in ("D1", "D1", "D1", "D2")]
    assert posts == [0.0, 0.0, 1.0, 0.0]
    await pace.told_to_wait("chat.postMessage", 30.0, "D2")
    assert await pace.call("chat.postMessage", "D2") == 30.0
    elapsed[0] = 1.0
    assert await pace.call("chat.postMessage", "D1") == 0.0
    assert await OwnTurns(lambda: 0.0).take("k", Rate(1.0)) == 0.0


def test_only_one_client_is_made_and_it_is_ours() -> None:
    """Any other, or a call past it to Slack's address, would keep no pace."""
    made = {
        f"{file.relative_to(BOT)}: {ast.unparse(node.func)}"
        for file in BOT.rglob("*.py")
        if "playground" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Client")
    }
    assert made == {"slack/client.py: Client"}
