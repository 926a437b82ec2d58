"""What can be set, typed or opened is named for people: in the README or in docs/."""

from __future__ import annotations

import re
from dataclasses import fields

from bot.guide.entry import COMMANDS
from bot.playground.play import ROOT
from bot.settings import Settings
from bot.stages import STAGES

PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def papers() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in PAPERS)


def missing(*marks: str) -> list[str]:
    text = papers()
    return [mark for mark in marks if not re.search(rf"(?<!\w){re.escape(mark)}(?!\w)", text)]


def test_every_setting_is_explained() -> None:
    assert missing(*(f.name.upper() for f in fields(Settings))) == []


def test_every_command_is_named() -> None:
    assert missing(*(f"/screwedup {command}" for command in COMMANDS)) == []


def test_the_readme_and_the_makefile_name_the_same_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    made = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) - {"help", "env"}
    named = re.findall(r"`make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert {*named, "play"} == {*made, "play"}


def test_every_page_is_named() -> None:
    assert missing(*(f"`{stage.key}`" for stage in STAGES)) == []
