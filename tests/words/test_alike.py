"""Wherever people choose, no two choices look the same: options and buttons of every screen and message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.record import Action, Page, Party
from bot.guide import flow, showing
from bot.guide.flow import Spot
from bot.guide.outcome import Choose, Reader
from bot.guide.work import Work
from bot.slack import home, messages, views
from bot.slack.blocks import Block
from bot.stages import STAGES
from bot.store.lists import Listing
from bot.store.posts import Post, State
from bot.words.choices import look
from bot.words.pages import facts
from tests.contract.conftest import store, work
from tests.contract.records import NOW, fullest

__all__ = ["store", "work"]

LONG = "Morrow Books, the branch in the old printing house beside the river in Leeds, second floor"
ALIKE = ("Morrow Books", "Morrow Books", "morrow  books", f"{LONG} A", f"{LONG} B", LONG)


def choices(found: Any) -> Iterator[list[str]]:  # noqa: ANN401 - blocks
    """The labels of each list of options, and of the buttons of a message taken together."""
    if isinstance(found, dict):
        options = found.get("options") or [o for g in found.get("option_groups", ()) for o in g["options"]]
        if options:
            yield [option["text"]["text"] for option in options]
        for value in found.values():
            yield from choices(value)
    elif isinstance(found, list):
        for item in found:
            yield from choices(item)


def buttons(blocks: list[Block]) -> list[str]:
    rows = [block["elements"] for block in blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


def alike(labels: list[str]) -> list[str]:
    seen = [look(label) for label in labels]
    return [label for label, said in zip(labels, seen, strict=True) if seen.count(said) > 1]


@pytest.mark.parametrize("phase", ["told", "fixed", "reopened"])
def test_no_page_offers_two_alike(phase: str, work: Work) -> None:
    parties = tuple(Party(f"C{n}", "client", name) for n, name in enumerate(ALIKE, 1))
    text, day = "Two people approve each file " * 3, NOW.date()
    steps = tuple(Action(str(n), "UF", day + timedelta(days=n // 2), text=text) for n in range(4))
    incident = replace(fullest(phase, "W"), parties=parties, actions=steps)
    spots = [Spot(stage.key, "C2" if stage.per_party else "") for stage in STAGES]
    for spot in (flow.HUB, *spots):
        view = views.view(showing.shown(work, incident, "UR", spot))
        for labels in (*choices(view["blocks"]), buttons(view["blocks"])):
            assert alike(labels) == [], spot


@pytest.mark.parametrize("summary", ["", "The list", LONG * 2])
def test_open_incidents_are_told_apart(summary: str, work: Work) -> None:
    """Begun in the same minute with the same words, or with words that are the same as far as shown."""
    first = fullest("new", "W")
    page = Page("open", "", 1, {"summary": summary}, False, "UR", NOW)
    same = tuple(replace(first, id=f"abcde{n}", pages={("open", ""): page}) for n in range(2, 9))
    reader = Reader(user="UR", tz="UTC", now=NOW, names={})
    choose = views.choose(Choose(reader=reader, fresh="fresh1", said=summary, open=same))
    (labels,) = choices(choose["blocks"])
    assert len(labels) == 8
    assert alike(labels) == []
    stands = {i.id: {"next_step": "", "next_due": None} for i in same}
    values = {"user": "UR", "tz": "UTC", "names": {}, "now": NOW, "contacts": work.policy.contacts}
    made = home.view(same, stands, Listing(same), values)["blocks"]
    assert alike(buttons(made)) == []
    texts = [block["text"]["text"] for block in made if block["type"] == "section"]
    assert alike(texts) == []


def test_whose_it_is_for_is_told_apart() -> None:
    at = NOW.isoformat()
    values = {"now": NOW, "tz": "UTC"}
    question = Post(
        tenant="T", incident="", kind="which", recipient="UB", due_at=NOW, data={"text": "Yes"}, id="q"
    )
    for named in (
        [("p1", "Rina", at, "I sent the lis", "abcde2"), ("p2", "Rina", at, "I paid twice", "abcde3")],
        [("p1", "Rina", at, "I sent the lis", "abcde2"), ("p2", "rina ", at, "I sent the lis", "abcde3")],
        [
            ("p1", LONG, at, "", ""),
            ("p2", f"{LONG}!", at, "", ""),
            ("p3", "", at, "", ""),
            ("p4", "", at, "", ""),
        ],
    ):
        assert alike(buttons(messages.which(question, named, values)["blocks"])) == []


def test_notices_in_doubt_are_told_apart() -> None:
    incident = fullest("told", "W")
    told = incident.told
    assert told is not None
    doubts = [
        Post(
            tenant="T", incident="i", kind="notice", recipient=user, due_at=told.at, data={"text": "x"},
            id=f"{n}" * 32, state=State.UNCERTAIN,
        )
        for n, user in enumerate(("UB", "UF", "UB"))
    ]  # fmt: skip
    names = {"UB": "Bea", "UF": "Bea", "UR": "Rina"}
    values = {
        **facts(incident, names),
        "user": "UR",
        "tz": "UTC",
        "now": NOW,
        "next_step": "",
        "next_due": None,
    }

    def card(posts: list[Post]) -> list[str]:
        return buttons(messages.rcard(incident, posts, {**values, "posts": posts})["blocks"])

    assert len(card(doubts)) == 7
    assert alike(card(doubts)) == []
    assert card(doubts[:1])[:2] == ["Send again", "They have it"]
