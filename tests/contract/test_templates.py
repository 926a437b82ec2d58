"""The words of the pages: whole, used, plain; and every reason to refuse an answer has its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.field import Checks, Choice
from bot.domain.stage import Stage
from bot.domain.wording import check
from bot.guide import flow, showing
from bot.guide.flow import Spot
from bot.guide.outcome import Shown
from bot.guide.work import Work
from bot.playground.play import ROOT
from bot.slack import views
from bot.stages import STAGES
from bot.words.drafts import DRAFTS
from bot.words.environment import TEMPLATES, blocks
from tests.contract.records import PHASES, emptiest

OFFERED = {key for stage in STAGES for key in stage.offers}
PARTS = {"title", "guidance", "submit", "step"}
PROBLEM = re.compile(r'Problem\(\s*f?"([a-z_]+)')
PEOPLE = {"person_bot", "person_guest", "person_gone", "person_outside"}  # "person_" and what they are


def needed(stage: Stage) -> set[str]:
    options = {
        f"{f.key}__{option}" for f in stage.fields if isinstance(f, Choice | Checks) for option in f.options
    }
    return PARTS | {f.key for f in stage.fields} | options | ({"offer"} if stage.key in OFFERED else set())


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.key)
def test_every_block_is_there_and_every_block_is_used(stage: Stage) -> None:
    found = set(blocks(f"stages/{stage.key}.j2", "plain"))
    beside = {f"{f.key}__{kind}" for f in stage.fields for kind in ("hint", "placeholder")}
    assert needed(stage) - found == set()
    assert found - needed(stage) - beside == set()


def test_no_template_without_a_page() -> None:
    assert {p.stem for p in (TEMPLATES / "stages").iterdir()} == {s.key for s in STAGES}


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.key)
def test_no_label_says_optional_beside_slack_which_says_so_itself(stage: Stage) -> None:
    source = (TEMPLATES / "stages" / f"{stage.key}.j2").read_text(encoding="utf-8")
    for field in stage.fields:
        label = source.partition("{% block " + field.key + " %}")[2].partition("{% endblock %}")[0]
        assert label
        assert not re.search("optional|if you like", label, re.IGNORECASE)


@pytest.mark.parametrize("stage", STAGES, ids=lambda s: s.key)
def test_pages_speak_in_short_kind_sentences(stage: Stage, work: Work) -> None:
    """Hints of the wording check, long sentences too; the names people have are left out."""
    for phase in PHASES:
        incident = emptiest(phase)
        party = incident.parties[0].key if stage.per_party and incident.parties else ""
        if not flow.open_to(incident, stage, "UR", work.policy) or (stage.per_party and not party):
            continue
        screen = showing.shown(work, incident, "UR", Spot(stage.key, party))
        assert isinstance(screen, Shown)
        own = [t for t in texts(views.page(screen)) if t not in said(screen)]
        names = sorted(screen.reader.names.values(), key=len, reverse=True)
        for text in own:
            for name in names:
                text = text.replace(name, "Dana")
            assert check(text, "template") == (), text


def said(screen: Shown) -> set[str]:
    """Drafts have their own tests."""
    return {text for _, text in screen.drafts} | {str(v) for v in screen.values.values()}


def texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (v for k, v in node.items() if k == "text" and isinstance(v, str))
        node = [v for k, v in node.items() if k != "initial_value"]
    if isinstance(node, list):
        for child in node:
            yield from texts(child)


def test_every_problem_has_its_sentence_and_every_sentence_its_problem() -> None:
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "bot").rglob("*.py")]
    raised = {code for text in sources for code in PROBLEM.findall(text)} - {"person_"}
    assert set(blocks("errors/fields.j2", "plain")) == raised | PEOPLE


def test_every_draft_that_a_page_offers_has_a_name(work: Work) -> None:
    offered = {draft for stage in STAGES for phase in PHASES for draft in stage.drafts(emptiest(phase), "C1")}
    assert offered <= set(DRAFTS)
    named = {name.removeprefix("draft__") for name in blocks("surfaces/drafts.j2", "plain")} - {"open_one"}
    assert offered <= named <= set(DRAFTS)


def test_guidance_stays_short() -> None:
    """At most about four short lines of prose before the first question, whatever is set up."""
    for path in sorted(Path(TEMPLATES / "stages").glob("*.j2")):
        guidance = re.search(r"{% block guidance %}(.*?){% endblock %}", path.read_text(), re.DOTALL)
        assert guidance is not None
        assert len(re.sub(r"{%.*?%}|{{.*?}}", "", guidance[1])) <= 900, path.name
