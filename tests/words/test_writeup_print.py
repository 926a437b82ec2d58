"""The write-up on paper: A4, every page numbered and marked, table heads again where a table goes on."""

from __future__ import annotations

import re

import pytest

from tests.browser import chromium
from tests.words import pdf
from tests.words.print_writeup import incidents, printed

A4 = (595, 842)  # points
HEADS = {"timeline": "UTC What Who", "steps": "Step Strength Owner Due Done How one can tell"}


@pytest.mark.parametrize("name", incidents())
async def test_every_page_is_numbered_and_says_what_it_is(name: str) -> None:
    async with chromium() as browser:
        made = await printed(browser, incidents()[name])
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    assert box is not None
    assert (round(float(box[1])), round(float(box[2]))) == A4
    texts = [squeezed(text) for text in pdf.pages(made)]
    assert len(texts) > 1
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Draft" in text


async def test_a_table_that_goes_on_has_its_head_again() -> None:
    async with chromium() as browser:
        texts = [squeezed(text) for text in pdf.pages(await printed(browser, incidents()["full"]))]
    for what, head in HEADS.items():
        assert sum(head in text for text in texts) >= 2, what


async def test_final_is_said_on_every_page() -> None:
    async with chromium() as browser:
        made = await printed(browser, incidents()["usual"], final=True)
    for text in map(squeezed, pdf.pages(made)):
        assert "Final" in text
        assert "Draft" not in text


def squeezed(text: str) -> str:
    return " ".join(text.split())
