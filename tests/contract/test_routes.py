"""Every id that a page shows leads to a listener; every listener takes what its table hands it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from bot.guide import flow, showing
from bot.guide.entry import ANSWERS, COMMANDS
from bot.guide.work import Work
from bot.playground.forms import elements
from bot.playground.play import ROOT
from bot.slack import ids, routes, views
from tests.contract.records import PHASES, emptiest, fullest

MANIFEST = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
VIEW = ("edge", "body", "received")
ACTION = ("edge", "body", "action", "received")
EVENT = ("edge", "event")


@pytest.fixture(scope="module")
def screens(work: Work) -> list[dict[str, Any]]:
    """Every page, and the hub, at every time of a way."""
    return [
        views.view(showing.shown(work, incident, user, spot))
        for phase in PHASES
        for incident in (emptiest(phase), fullest(phase, "W"))
        for user in ("UR", "UB")
        for spot in (flow.HUB, *flow.spots(incident, user, work.policy))
        if spot.party in ("", "C1")
    ]


def test_every_id_on_a_screen_is_routed(screens: list[dict[str, Any]]) -> None:
    for view in screens:
        assert view["callback_id"] in routes.VIEWS
        for _, element in elements(view["blocks"]):
            assert ids.kind_of(element["action_id"]) in routes.ACTIONS


def test_an_input_is_called_the_same_everywhere_and_differently_on_each_page(
    screens: list[dict[str, Any]],
) -> None:
    seen: dict[str, str] = {}
    for view in screens:
        page = view["private_metadata"].split('"s":"')[1].split('"')[0]
        for _, element in elements(view["blocks"]):
            if ids.kind_of(element["action_id"]) == ids.INPUT:
                assert seen.setdefault(element["action_id"], page) == page


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (routes.VIEWS, VIEW),
        (routes.SHORTCUTS, VIEW),
        (routes.ACTIONS, ACTION),
        (routes.EVENTS, EVENT),
    ],
    ids=["views", "shortcuts", "actions", "events"],
)
def test_every_listener_takes_exactly_its_arguments(
    table: Mapping[str, Callable[..., Any]], expected: tuple[str, ...]
) -> None:
    for name, listener in table.items():
        assert inspect.iscoroutinefunction(listener), name
        assert tuple(inspect.signature(listener).parameters) == expected, name


def test_what_the_manifest_declares_is_heard() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    assert {s["callback_id"] for s in features["shortcuts"]} == set(routes.SHORTCUTS)
    assert set(settings["event_subscriptions"]["bot_events"]) >= set(routes.EVENTS) - {"message"}
    assert any(e.startswith("message.") for e in settings["event_subscriptions"]["bot_events"])


def test_every_command_has_its_answer() -> None:
    assert set(COMMANDS) == set(ANSWERS)
