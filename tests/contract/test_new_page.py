"""A page is added with one file, one line and one template; nothing else knows of it beforehand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bot.playground.play import ROOT

STAGE = """
from bot.domain.field import Choice, Text
from bot.domain.stage import Stage, anyone

STAGE = Stage(
    key="weather",
    line=anyone,
    fields=(
        Choice(key="sky", required=True, options=("blue", "grey")),
        Text(key="clouds", most=80),
    ),
    skippable=True,
)
"""
TEMPLATE = """
{% block title %}The weather{% endblock %}
{% block guidance %}Look out of the window. One word is enough.{% endblock %}
{% block submit %}Next{% endblock %}
{% block step %}The weather{% endblock %}
{% block sky %}What is it like?{% endblock %}
{% block sky__blue %}Blue{% endblock %}
{% block sky__grey %}Grey{% endblock %}
{% block clouds %}And the clouds?{% endblock %}
"""
USE = """
from datetime import UTC, datetime

from sqlalchemy import create_engine

from bot.guide import showing, stepper
from bot.guide.flow import Spot
from bot.guide.outcome import Invalid, Shown
from bot.guide.stepper import Ref
from bot.guide.work import Work
from bot.playground.blockkit import check_view
from bot.policy import load_policy
from bot.slack import views
from bot.store import tables
from bot.store.store import Store

engine = create_engine("sqlite://")
tables.metadata.create_all(engine)
with engine.begin() as connection:
    work = Work(Store(connection, "T1"), datetime.now(UTC), load_policy())
    work.store.create("abc", "UR", work.now)

    def press(stage, **raw):
        return stepper.submit(work, Ref("abc", stage, "", 0, "V1"), raw, "UR")

    press("open", summary="It rained on the files", reach="none", still_going="no")
    screen = press("assess", q1_mistake="It rained", undo="fully")
    assert isinstance(screen, Shown) and screen.stage.key == "weather", screen
    assert screen.progress == (3, 5), screen.progress
    view = views.view(screen)
    assert check_view(view, "modal") == []
    assert "Look out of the window" in str(view) and "Skip" in str(view)
    refused = press("weather", sky="green")
    assert isinstance(refused, Invalid), refused
    stepper.keep(work, Ref("abc", "weather", "", 0, "V1"), {"sky": "grey", "clouds": "many"}, "UR", 9e9)
    resumed = showing.show(work, "abc", "UR")
    assert isinstance(resumed, Shown) and resumed.values["clouds"] == "many", resumed
    after = press("weather", sky="grey", clouds="many")
    assert isinstance(after, Shown) and after.stage.key == "tell"
    assert work.reload("abc").answer("weather", "clouds") == "many"
    assert showing.show(work, "abc", "UR", Spot("weather")).values["sky"] == "grey"
print("walked")
"""


def test_one_file_one_line_one_template(tmp_path: Path) -> None:
    for folder in ("bot", "templates"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "static")
        )
    (tmp_path / "bot" / "stages" / "weather.py").write_text(STAGE)
    (tmp_path / "templates" / "stages" / "weather.j2").write_text(TEMPLATE)
    listed = tmp_path / "bot" / "stages" / "__init__.py"
    listed.write_text(listed.read_text().replace('    "tell",\n', '    "weather",\n    "tell",\n'))
    done = subprocess.run(  # noqa: S603 - this interpreter, and the code above
        [sys.executable, "-c", USE], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "walked"), done.stderr
