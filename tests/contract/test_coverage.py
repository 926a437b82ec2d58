"""`docs/coverage.md` holds: 62 rows, none missing, and whatever a row names exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.domain.wording import ADVICE
from bot.playground.play import ROOT
from bot.policy.shipped import NUDGES
from bot.stages import STAGES, find
from bot.words.drafts import DRAFTS

TABLE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([AB]\d+[a-g,-]*) \| ([^|]+) \| ([^|]+) \|[^|]*\|$", re.MULTILINE)
MARK = re.compile(r"`(?:(page|field|draft|nudge|hint):([\w.-]+)|later)`")
IN_ORDER = (
    "A0a A0b A0c A1a A1b A1c A1d A2a A2b A3a A3b A4a A4b A4c A4d A5a A5b A5c A5d A5e A5f A6 A7a A7b A7c A7d "
    "A7e A7f A7g A8a A8b A9a A9b A9c A9d A10 B0a B0b B1a B1b B1c B1d B1e B2a,g B2b-f B3a-b B3c B4a B4b B4c "
    "B4d B4e B4f B5a-b B5c B5d B5e B6a B6b B6c B7a-b B7c"
)


def has_field(name: str) -> bool:
    key, _, field = name.partition(".")
    stage = find(key)
    return stage is not None and stage.field(field) is not None


EXISTS: Mapping[str, Callable[[str], bool]] = {
    "page": lambda name: find(name) is not None,
    "field": has_field,
    "draft": lambda name: name in DRAFTS,
    "nudge": lambda name: name in NUDGES,
    "hint": lambda name: name in ADVICE,
}


def test_every_instruction_has_its_row() -> None:
    found = [row[0] for row in ROW.findall(TABLE)]
    assert " ".join(found) == IN_ORDER
    assert len(found) == 62


def test_whatever_a_row_names_exists() -> None:
    for row_id, asked, carried in ROW.findall(TABLE):
        marks = MARK.findall(carried)
        assert asked.strip()
        assert marks, row_id
        assert MARK.sub("", carried).strip() == "", row_id
        assert [f"{kind}:{name}" for kind, name in marks if kind and not EXISTS[kind](name)] == [], row_id


def test_every_page_is_listed_in_the_order_of_the_way() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", TABLE, re.MULTILINE)
    assert listed == [stage.key for stage in STAGES]
