"""Every page at every time of a way, with the emptiest and the longest answers, inside Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from bot.domain.field import Problem
from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.guide import flow, showing
from bot.guide.flow import Spot
from bot.guide.outcome import Hub, Shown
from bot.guide.work import Work
from bot.playground.blockkit import check_view
from bot.slack import views
from bot.slack.blocks import BUTTON_MAX, OPTION_MAX, TITLE_MAX
from bot.stages import STAGES, TEXTS
from bot.words.pages import problem
from tests.contract.records import MIXED, PHASES, WIDE, emptiest, fullest

MOST_INPUTS = 9
PAGES_AND_TEXTS = pytest.mark.parametrize("stage", [*STAGES, *TEXTS], ids=lambda s: s.key)
# R and H, the boss, the privacy contact, who it was offered to; who was part of it, who was asked to join.
WHO = ("UR", "UB", "UP", "UH", "UC", "UA")


def incidents() -> Iterator[Incident]:
    for phase in PHASES:
        yield emptiest(phase)
        yield fullest(phase, MIXED)
        yield fullest(phase, WIDE, kind="colleague")


def pages(work: Work, stage: Stage, found: Iterable[Incident]) -> Iterator[Shown]:
    """That page wherever and to whomever it exists."""
    for incident in found:
        keys = (
            [p.key for p in incident.parties[:2]] if stage.per_party else ["R2" if stage.per_person else ""]
        )
        for party, user in product(keys, WHO):
            here = flow.is_place(incident, stage, party, user)
            if here and flow.open_to(incident, stage, user, work.policy):
                screen = showing.shown(work, incident, user, Spot(stage.key, party))
                assert isinstance(screen, Shown)
                yield screen


@PAGES_AND_TEXTS
def test_inside_slacks_limits(work: Work, stage: Stage) -> None:
    shown = list(pages(work, stage, incidents()))
    assert shown, "no time of the way has this page"
    for screen in shown:
        view = views.page(screen)
        assert check_view(view, "modal") == []
        inputs = [b for b in view["blocks"] if b["type"] == "input"]
        assert len(inputs) <= MOST_INPUTS
        assert len({b["block_id"] for b in inputs}) == len(inputs)


@PAGES_AND_TEXTS
def test_every_problem_can_be_said_on_the_page_itself(work: Work, stage: Stage) -> None:
    problems = {field.key: Problem("not_an_option") for field in stage.fields}
    for screen in pages(work, stage, map(emptiest, PHASES)):
        view = views.page(replace(screen, problems=problems))
        assert check_view(view, "modal") == []
        assert str(view).count(problem(Problem("not_an_option"))) == len(problems)


@PAGES_AND_TEXTS
def test_nobody_is_known_and_nothing_is_set(bare: Work, stage: Stage) -> None:
    for screen in pages(bare, stage, map(emptiest, PHASES)):
        assert check_view(views.page(screen), "modal") == []


@PAGES_AND_TEXTS
def test_words_are_whole_where_no_name_is_in_them(work: Work, stage: Stage) -> None:
    """Titles, buttons and options of ours fit; only what people typed is ever cut."""
    for screen in pages(work, stage, map(emptiest, PHASES)):
        view = views.page(screen)
        ours = [view["title"]["text"], view["submit"]["text"]]
        assert all(len(text) <= TITLE_MAX and not text.endswith("…") for text in ours)
        for block in view["blocks"]:
            for element in (*block.get("elements", ()), block.get("element") or {}):
                texts = [element["text"]] if element.get("type") == "button" else []
                most = BUTTON_MAX if texts else OPTION_MAX
                texts += [o["text"] for o in element.get("options", ())]
                assert all(len(t["text"]) <= most and not t["text"].endswith("…") for t in texts)


def test_the_hub_and_what_it_lists(work: Work) -> None:
    for incident in incidents():
        for user in WHO[:2]:
            screen = showing.shown(work, incident, user, flow.HUB)
            assert isinstance(screen, Hub)
            assert check_view(views.view(screen), "modal") == []


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.key)
def test_keys_are_unique_and_a_field_that_may_hide_is_never_required(stage: Stage) -> None:
    keys = [f.key for f in stage.fields]
    assert len(set(keys)) == len(keys)
    assert len({s.key for s in STAGES}) == len(STAGES)
    hidden = [f for f in stage.fields if not all(f.applies(i, "C1") for i in incidents())]
    assert not [f.key for f in hidden if f.required]


def test_a_text_for_every_draft_that_a_page_offers_and_none_else() -> None:
    """A note that the bot itself sends along is shown, and not changed."""
    offered = {
        (stage.key, name)
        for stage in STAGES
        for incident in incidents()
        for party in incident.parties[:2]
        for name in stage.drafts(incident, party.key)
    }
    changed = {(page, name) for page, name in offered if name != "handover_note"}
    assert changed == {(text.of, text.key) for text in TEXTS}
