"""What's too long for one message is divided, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from bot.outbox.ports import REST
from bot.playground.blockkit import check_message
from bot.slack import blocks, lengths, messages

WORDS = some.text("ab&<>é😀 \n.", max_size=12)
TEXTS = some.builds(lambda word, times: word * times, WORDS, some.integers(1, 900))


def bare(text: str) -> str:
    """Without what holds words apart: a message's end is as good as a space."""
    return "".join(text.split())


def texts(made: dict[str, Any]) -> str:
    return "".join(block["text"]["text"] for block in made["blocks"] if block["type"] == "section")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(TEXTS)
def test_every_piece_fits_and_together_they_are_the_text(text: str) -> None:
    pieces = list(lengths.pieces(text))
    assert all(len(piece) <= lengths.TEXT_MAX for piece in pieces)
    assert bare("".join(pieces)) == bare(text)
    assert bare(lengths.joined(pieces)) == bare(text)


@given(some.lists(TEXTS, max_size=6), some.booleans())
def test_every_message_fits_and_together_they_say_everything(given_texts: list[str], buttons: bool) -> None:
    made = [block for text in given_texts for block in blocks.paragraphs(text)]
    made += blocks.actions("go", [blocks.button("Continue", "open", "x")]) if buttons else []
    if not made:
        return
    parts = messages.parts(messages.body(made), 10_000)
    for part in parts:
        assert check_message(part) == []
        assert len(part["text"]) <= lengths.TEXT_MAX
        assert REST not in part
    assert bare("".join(map(texts, parts))) == bare("".join(given_texts))
    assert bare(unescaped("".join(part["text"] for part in parts))) == bare("".join(given_texts))
    assert ("actions" in {block["type"] for block in parts[0]["blocks"]}) == buttons
    assert all("next message" in str(part["blocks"]) for part in parts[:-1])
    assert "next message" not in str(parts[-1]["blocks"])


@given(some.lists(TEXTS, min_size=1, max_size=6))
def test_a_message_that_is_redrawn_is_one_and_says_where_all_of_it_is(given_texts: list[str]) -> None:
    made = [block for text in given_texts for block in blocks.paragraphs(text)]
    body = messages.body(made, redrawn=True)
    assert REST not in body
    if made:
        assert check_message(body) == []
        whole = bare(texts(body)) == bare("".join(given_texts))
        assert whole or "/screwedup status" in body["text"]


def test_a_hundred_short_texts_are_several_messages() -> None:
    said = [f"Reminder {number}" for number in range(100)]
    parts = messages.parts(messages.body([blocks.section(text) for text in said]), 10)
    assert [check_message(part) for part in parts] == [[]] * len(parts)
    shown = " ".join(text for part in parts for text in part["text"].split("\n"))
    assert all(f"{text} " in f"{shown} " for text in said)


def test_a_text_that_just_fits_is_one_message() -> None:
    for text in ("x" * 3000, "x" * 1500 + " " + "y" * 1499):
        assert messages.body([blocks.section(text)]).get(REST) is None
    assert messages.body(blocks.paragraphs("x" * 3001))[REST] == "x"


def test_where_no_more_is_taken_it_says_so() -> None:
    parts = messages.parts(messages.body(blocks.paragraphs("word " * 5000)), 5)
    assert len(parts) == 5
    assert "Slack won't let me show it here" in str(parts[-1]["blocks"])
    assert all(check_message(part) == [] for part in parts)


def test_a_menu_of_more_than_a_hundred_is_in_groups() -> None:
    options = [blocks.option(f"Client {n}", f"C{n}") for n in range(1, 251)]
    made = blocks.listed(options)
    assert [group["label"]["text"] for group in made["option_groups"]] == ["1–100", "101–200", "201–250"]
    assert [o for group in made["option_groups"] for o in group["options"]] == options
    assert blocks.listed(options[:100]) == {"options": options[:100]}
