"""However people type, every draft stays whole sentences: no doubled mark, no hole, no small beginning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.field import Text
from bot.stages import find
from bot.words.context import IF_ANY
from bot.words.draft_specs import SPECS
from bot.words.drafts import DRAFTS, Draft, draft
from bot.words.phrases import prose, prose_if_any
from bot.words.writeup import writeup_markdown
from tests.words.cases import CASES, PRINT, Case
from tests.words.incidents import NAMES, ORG, TZ, incident
from tests.words.print_drafts import AFTERWARDS

Shape = Callable[[str], str]
SHAPES: Mapping[str, Shape] = {
    "as it is": lambda said: said,
    "closed": lambda said: said.rstrip(".") + ".",
    "open": lambda said: said.rstrip("."),
    "small": lambda said: said[:1].lower() + said[1:].rstrip("."),
    "large": lambda said: said[:1].upper() + said[1:],
    "two lines": lambda said: f"{said.rstrip('.')}.\nAnd one more thing",
    "question": lambda said: said.rstrip(".") + "?",
    "quoted": lambda said: f"They said: “{said.rstrip('.')}.”",
    "trailing": lambda said: said.rstrip(".") + ", ",
    "arabic": lambda said: "أرسلنا الملف إلى عميل آخر",
    "chinese": lambda said: "我们把文件发给了另一位客户。",
    "emoji": lambda said: said.rstrip(".") + " 🙂",
    "a noun": lambda said: "the March file",
    "a dash": lambda said: "-",
    "a no": lambda said: "No.",
    "nothing": lambda said: "",
}
BROKEN: Mapping[str, str] = {
    "a doubled mark": r"\.\.|[?!,;:]\.|\.[,;:]|,,|::|。\.|”\.”",
    "a doubled space": r"  ",
    "a space before a mark": r" [.,;:!?](?:\s|$)",
    "an empty bullet": r"(?m)^\s*(?:-|\d+\.)\s*$",
    "a label without words": r"(?m)^[A-Z][^\n]*: ?\n\n",
    "a hole": r"None|\{\{|\{%|\n\n\n|(?m: $)",
    "a lower-case beginning": r"[.!?] [a-z]",
}


def shaped(case: Case, shape: Shape) -> Case:
    """The case with every typed answer in that shape; names stay."""
    return replace(
        case, pages={stage: dict(_shaped(stage, page, shape)) for stage, page in case.pages.items()}
    )


def _shaped(stage: str, page: Mapping[str, Any], shape: Shape) -> Iterator[tuple[str, Any]]:
    known = find(stage)
    for key, value in page.items():
        typed = known is not None and isinstance(known.field(key), Text) and isinstance(value, str)
        named = key in ("party_name", "contact_name")
        yield key, shape(value)[:150] if typed and value and not named else value


def made(key: str, case: Case, several: bool, kind: str) -> Draft:
    minutes = case.end if key in AFTERWARDS else case.now
    return draft(
        key,
        incident(case, several=several, kind=kind, until=minutes),
        party="C1",
        names=NAMES,
        org=ORG,
        reader_tz=TZ,
        now=case.start + timedelta(minutes=minutes),
        extra=case.extra,
    )


def every(shape: str) -> Iterator[tuple[Case, bool, str]]:
    for case in CASES:
        odd = shaped(case, SHAPES[shape])
        yield from ((odd, several, kind) for several in (False, True) for kind in ("client", "colleague"))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("key", DRAFTS)
def test_stays_whole_sentences(key: str, shape: str) -> None:
    for case, several, kind in every(shape):
        text = made(key, case, several, kind).text
        for what, pattern in BROKEN.items():
            found = re.search(pattern, text)
            assert found is None, (what, case.key, text[max(found.start() - 60, 0) : found.end() + 30])


@pytest.mark.parametrize("shape", ["as it is", "small", "nothing"])
@pytest.mark.parametrize("key", [key for key in DRAFTS if SPECS[key].reader == "party"])
def test_says_nothing_twice(key: str, shape: str) -> None:
    for case, several, kind in every(shape):
        said = re.findall(r"[^.!?\n]{20,}[.!?]", made(key, case, several, kind).text)
        assert sorted(said) == sorted(set(said)), case.key


def test_a_label_with_nothing_behind_it_is_found() -> None:
    """The patterns find what they are for."""
    broken = "It is.. so  it is , and\n- \n\nWhat has changed: \n\nIt is None. and\n"
    assert [what for what, pattern in BROKEN.items() if not re.search(pattern, broken)] == []


@pytest.mark.parametrize("typed", ["no", "None.", " NOTHING! ", "nope", "n/a", "Nowhere…", "nobody", "-", ""])
def test_that_there_is_nothing_is_not_pasted_into_a_sentence(typed: str) -> None:
    assert prose_if_any(typed) == ""
    pages = {stage: {**PRINT.pages[stage]} for stage in PRINT.pages}
    for stage, key in IF_ANY:
        pages.setdefault(stage, {})[key] = typed
    case = replace(PRINT, pages=pages)
    notice = made("boss_notice", case, False, "client").text
    assert "do not know yet" not in notice
    assert "also" not in notice
    assert "How we checked" not in made("client_fixed", case, False, "client").text
    assert "nothing new since" in made("client_update", case, False, "client").text
    assert "nothing is written down" in made("legal_note", case, False, "client").text
    whole = incident(case, several=False, kind="client")
    written = writeup_markdown(whole, names=NAMES, tz=TZ, now=case.start, final=False)
    assert "It may also show here" not in written


def test_a_no_stays_where_it_is_an_answer_of_its_own() -> None:
    assert prose("Nobody") == "Nobody."
    assert prose_if_any("Nobody but the printer") == "Nobody but the printer."
    case = replace(PRINT, pages={**PRINT.pages, "assess": {**PRINT.pages["assess"], "affected": "nobody"}})
    assert "Who or what is affected: nobody." in made("boss_notice", case, False, "client").text


def test_nothing_to_put_right_is_no_promise_to_put_it_right() -> None:
    pages = {**PRINT.pages, "plan": {"nothing_because": "it only had to be told"}, "ways": {}}
    case = replace(PRINT, pages=pages)
    assert "Nothing more has to be put right" in made("client_email_first", case, False, "client").text
    assert (
        "Nothing has to be put right: it only had to be told."
        in made("boss_notice", case, False, "client").text
    )
