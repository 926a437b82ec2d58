"""Two choices are never alike: people, incidents, parties, steps, whatever they're called."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.words.choices import distinct, look

NAMES = st.one_of(
    st.sampled_from(["Rina", "rina", "Rina ", "Ri\u200bna", "Rina (1)", "Rina (2)", "Rina…", "", "x" * 90]),
    st.text(max_size=100),
)
CHOICES = st.lists(st.lists(NAMES, min_size=1, max_size=4), max_size=12)


@given(CHOICES, st.sampled_from([30, 75]), st.integers(0, 2))
@example([["Rina"], ["Rina"], ["Rina (1)"]], 30, 0)
@example([["x" * 90, "10:02"], ["x" * 91, "10:02"]], 30, 1)
@example([["a"], ["a"], ["a (1)"], ["a (2)"], ["a (1) (3)"]], 30, 0)
def test_no_two_are_alike_and_all_fit(choices: list[list[str]], most: int, always: int) -> None:
    labels = distinct(choices, most, always)
    assert len(labels) == len(choices)
    assert len({look(label) for label in labels}) == len(labels)
    assert all(len(label) <= most for label in labels)


@pytest.mark.parametrize(
    "name", ["\u0410nn\u0430", "\uff21nna", "ANNA", "\u0391\u039d\u039d\u0391", "An\u200bna", " anna"]
)
def test_a_name_that_only_looks_the_same_is_told_apart(name: str) -> None:
    """In Cyrillic, wide, in capitals, in Greek, with what can't be seen."""
    assert distinct([("Anna", "10:02"), (name, "10:04")], 30) == ["Anna (10:02)", f"{name} (10:04)"]


def test_names_in_one_other_alphabet_stay_as_they_are() -> None:
    assert distinct([("Анна", "10:02"), ("Инна", "10:04")], 30) == ["Анна", "Инна"]


def test_a_name_of_its_own_stays_as_it_is() -> None:
    assert distinct([("Rina", "10:02"), ("Bert", "10:02")], 30) == ["Rina", "Bert"]


def test_only_what_tells_apart_is_said() -> None:
    same_day = [("Rina", "Tue", "10:02"), ("Rina", "Tue", "10:04"), ("Bert", "Tue", "10:02")]
    assert distinct(same_day, 30) == ["Rina (10:02)", "Rina (10:04)", "Bert"]


def test_what_is_cut_is_the_name() -> None:
    long = "The spring catalogue of Morrow Books was printed wrong"
    first, second = distinct([(long, "10:02"), (long, "10:04")], 30, always=1)
    assert (first, second) == ("The spring catalogue… (10:02)", "The spring catalogue… (10:04)")
