"""Scripts against the planner: every nudge that must come, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.play import ROOT
from bot.rehearsal.script import parse
from tests.rehearsal.player import play

HERE = Path(__file__).parent
SCRIPTS = [*sorted((ROOT / "docs" / "scenarios").glob("*.yaml")), *sorted((HERE / "scripts").glob("*.yaml"))]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_no_differences(path: Path) -> None:
    script = parse(path.read_text())
    assert script.bot is not None
    assert script.differences(play(script).lines) == []
