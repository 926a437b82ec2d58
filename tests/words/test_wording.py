"""The wording check: what it notices, what it leaves in peace, and that the project itself follows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import wording
from bot.domain.wording import ADVICE, WORDS, Sink, check
from bot.words.environment import TEMPLATES as ROOT

TEMPLATES = sorted(p for p in ROOT.rglob("*") if p.suffix in (".j2", ".html", ".md", ".txt"))
OWN_NAMES = re.compile(r"/screwedup\b|\bI screwed up\b|\bscrewedup\b", re.IGNORECASE)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
OF_SENTENCES = ("long", "sorry")  # for templates these are judged on the filled text


def families(text: str, sink: Sink, names: tuple[str, ...] = ()) -> list[str]:
    return [hint.family for hint in check(text, sink, names=names)]


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_listed_word_in_a_template(path: Path) -> None:
    text = OWN_NAMES.sub("", COMMENT.sub("", path.read_text(encoding="utf-8")))
    assert [h for h in check(text, "template") if h.family not in OF_SENTENCES] == []


def test_there_are_templates_to_check() -> None:
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize(("family", "entry"), [(f, e) for f, listed in WORDS.items() for e in listed])
def test_every_listed_word_is_noticed(family: str, entry: str) -> None:
    word = entry.rstrip("*")
    sink: Sink = "issue" if family == "deflecting" else "client"
    for text in (f"Well {word} then", word.upper(), f"Well, {word}.", word.replace("'", "’"), f"“{word}”"):
        assert family in families(text, sink), text


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("We could\n  have looked", "hindsight"),
        ("This was negligence", "blame"),
        ("It is 100% certain", "liability"),
        ("It is 100 % certain", "liability"),
        ("Help!!", "panic"),
        ("An idiotic slip", "character"),
    ],
)
def test_forms_of_a_word(text: str, family: str) -> None:
    assert family in families(text, "client")


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "The blamanche arrived", "They oughtn't worry", "We lazed in the sun",
        "A reliable isolation", "The hiccups stopped", "We admitted them at nine", "It cost 1000 %",
        "We guaranteed nothing",
    ],
)  # fmt: skip
def test_words_inside_words_are_left_in_peace(text: str) -> None:
    assert check(text, "client") == ()


def test_a_hint_names_the_words_once_and_offers_a_phrase() -> None:
    (hint,) = check("Blame me. To blame is easy. BLAME me.", "boss")
    assert hint.matched == ("Blame", "To blame", "BLAME")
    assert hint.better == ADVICE["blame"]


def test_the_private_page_is_never_commented() -> None:
    assert check("I should have checked. Stupid me, what a disaster!!", "private") == ()


@pytest.mark.parametrize("typed", ["🙏", "❤️", "😅🙏", "👩‍💻", "1️⃣", "🇩🇪", ":pray:", ":+1:", ":man-bowing:"])
def test_an_emoji_is_noticed_in_texts_to_clients_only(typed: str) -> None:
    for sink in wording.TO_CLIENT:
        (hint,) = check(f"Thank you {typed} for waiting.", sink)
        assert (hint.family, hint.matched) == ("emoji", (typed,))
    assert check(f"Thank you {typed} for waiting.", "boss") == ()
    assert check(f"Thank you {typed} for waiting.", "team") == ()


def test_one_remark_is_enough_for_an_emoji_of_panic() -> None:
    assert families("The shop is 🔥 today", "client") == ["panic"]
    assert families("The shop is 🔥 today 🙏", "client") == ["panic", "emoji"]


@pytest.mark.parametrize(
    "text",
    ["At 10:30:45 sharp", "ratio 1:2:3", "see https://shop.example:8080/a:b:c", "© Harbour™ – 20 °C → ok"],
)
def test_times_addresses_and_signs_are_no_emoji(text: str) -> None:
    assert check(text, "client") == ()


def test_self_talk_is_for_texts_to_clients_only() -> None:
    assert "self-focus" in families("I feel terrible", "client")
    assert "self-focus" in families("I feel terrible", "update")
    assert families("I feel terrible", "boss") == []


def test_one_sorry_in_an_update_two_in_a_first_contact_none_afterwards() -> None:
    once, twice = "I am sorry.", "I am sorry. We apologise for it."
    assert families(once, "update") == []
    assert families(twice, "update") == ["sorry"]
    assert families(twice, "client") == []
    assert families(f"{twice} Sorry again.", "client") == ["sorry"]
    assert families(once, "after") == ["sorry-after"]


@pytest.mark.parametrize(
    "text",
    ["The file was sent.", "Two invoices were charged", "The record was accidentally deleted on Monday"],
)
def test_passive_without_an_actor_in_the_issue_line(text: str) -> None:
    assert families(text, "issue") == ["passive"]
    assert families(text, "client") == []


@pytest.mark.parametrize("text", ["We sent the file.", "The file was sent by our tool.", "It was late."])
def test_somebody_acts_in_the_issue_line(text: str) -> None:
    assert families(text, "issue") == []


def test_long_sentences() -> None:
    assert families(" ".join(["word"] * 25) + ".", "client") == []
    (hint,) = check(" ".join(["word"] * 26) + ".", "client")
    assert hint.matched == ("word word word word word word …",)
    assert families(" ".join(["word"] * 20) + ".\n" + " ".join(["word"] * 20), "client") == []


def test_a_person_beside_a_negative_verb_in_a_write_up() -> None:
    names = ("Robin Reyes",)
    assert families("Then Robin Reyes accidentally deleted it", "writeup", names) == ["person"]
    assert families("Robin Reyes rang the printer", "writeup", names) == []
    assert families("Robin Reyes deleted it", "boss", names) == []


def test_an_organisation_can_bring_its_own_words() -> None:
    (hint,) = check("Let us circle back", "client", words={"jargon": ("circle back",)})
    assert hint.matched == ("circle back",)
    assert hint.better


def test_advice_is_there_for_all_kind_and_short() -> None:
    assert set(ADVICE) >= set(WORDS)
    for family, advice in ADVICE.items():
        assert len(advice) <= 110
        assert families(advice, "template") == [], family
        assert not re.search(r"\b(?:must|never|wrong|don't|error)\b", advice)


@given(
    text=st.text(max_size=400),
    sink=st.sampled_from(("boss", "client", "issue", "update", "after", "writeup")),
)
def test_any_text_is_fine(text: str, sink: Sink) -> None:
    for hint in check(text, sink, names=("", "A*")):
        assert hint.matched
        assert hint.better


def test_sentences_are_found_across_lines() -> None:
    assert list(wording.sentences("One. Two!\nThree\n\n Four? ")) == ["One.", "Two!", "Three", "Four?"]
