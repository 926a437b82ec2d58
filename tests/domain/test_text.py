"""What can't be seen isn't text, and doesn't turn the sentences around it; what writing needs stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.field import Text
from bot.domain.text import clean
from tests.domain.test_money import NOW

UNSEEN = [
    *("\u200b", "\u2060", "\u3164", "\u2800", "\ufe0f", "\ufeff", "\u200d", "\u200e\u200f", "\xad", "\u034f"),
    *("\u115f\u1160", "\uffa0", "\u180e", "\u2063", "\u202e", "\u2066\u2069", "\u2028", "\xa0", "\u3000"),
    *("\u0301", "\U000e0041", "\U000e0100", "\x00\x07", "\x85", "\ud800", "\ufff9", "\U0001d173", "\ufffe"),
    *("\ufffc", "\U0001d159"),
]
SEEN = [
    *("👨‍👩‍👧", "🏳️‍🌈", "☎️", "1️⃣", "👍🏽", "می‌خواهم", "क्‍ष", "葛\U000e0100", "naïve", "PDF\u200cها"),
    *("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "שלום\u200f עולם", "e\u0301t\u00e9"),
    *("R&D <b> “quoted”", "\U0001fae8", "one\ntwo\tthree", "\uf8ff", "…"),
]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_no_answer(unseen: str) -> None:
    field = Text(key="summary", most=150, required=True, least=3)
    for typed in (unseen, f" {unseen}\n{unseen} ", unseen * 20):
        assert clean(typed) == ""
        assert field.clean(typed, NOW) is None


@pytest.mark.parametrize("seen", SEEN, ids=ascii)
def test_what_writing_needs_stays(seen: str) -> None:
    assert clean(seen) == seen


@pytest.mark.parametrize(
    "hidden", ["he\u200blp", "help\u200d", "\ufeffhelp", "h\u202eelp\u202c", "help\ufe0f"]
)
def test_nothing_hides_inside_a_word(hidden: str) -> None:
    assert clean(hidden) == "help"


@pytest.mark.parametrize("opens", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
def test_no_direction_is_left_open(opens: str) -> None:
    assert clean(f"sent to {opens}A instead") == "sent to A instead"


def test_line_breaks_are_line_feeds() -> None:
    assert clean("a\r\nb\rc\u2028d\u2029e\x0bf\x85g") == "a\nb\nc\nd\ne\nf\ng"


@given(st.text())
def test_it_is_done_once_and_loses_no_letter(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == "" or any(unicodedata.category(c)[0] not in "ZCM" or c > "\ud7ff" for c in cleaned)
    ours = [c for c in text if c.isalpha() and c not in "\u115f\u1160\u3164\uffa0\u17b4\u17b5"]
    assert [c for c in cleaned if c.isalpha()] == ours
    cleaned.encode()


@given(st.lists(st.sampled_from([*UNSEEN, " ", "\n"])).map("".join))
def test_no_mixture_of_them_is_an_answer(typed: str) -> None:
    assert clean(typed) == ""
