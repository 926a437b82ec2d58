"""The scripts of `tests/scenarios` against the planner: every nudge that must come, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rehearsal.script import parse
from tests.rehearsal.player import play

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_no_differences(path: Path) -> None:
    script = parse(path.read_text())
    assert script.bot
    assert script.differences(play(script).lines) == []
