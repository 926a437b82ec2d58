"""words: labels of choices that people can tell apart: no two of one question are alike, even when cut."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from bot.domain.text import clean

# Letters of other alphabets that look like Latin ones, small or large (unicode.org/reports/tr39).
LATIN = str.maketrans("авекмнорстухіјѕһԁԛԝαβεζηικμνορτυχ", "abekmhopctyxijshdqwabezhikmnoptyx")
SHORTEST = 8  # characters of the name that are left, whatever stands beside it


def distinct(choices: Sequence[Sequence[str]], most: int, always: int = 0) -> list[str]:
    """One label a choice, of `most` characters at the most.

    A choice is its name, then what tells it from others of that name, the most telling first. The first
    `always` of these are always said, the others only where two would be alike; a number where nothing helps.
    What's too long is cut in the name, never in what tells it apart.
    """
    said = [list(choice[1 : 1 + always]) for choice in choices]
    names = [choice[0] for choice in choices]
    deepest = max(map(len, choices), default=0)
    for depth in range(1 + always, deepest):
        for alike in _alike(_labels(names, said, most)):
            more = {at: choices[at][depth] if depth < len(choices[at]) else "" for at in alike}
            if len({look(text) for text in more.values()}) > 1:
                for at, text in more.items():
                    said[at].append(text)
    numbered: set[int] = set()
    while left := {at for alike in _alike(_labels(names, said, most)) for at in alike} - numbered:
        for at in left:  # a name can look like another's with its number
            said[at].append(str(at + 1))
        numbered |= left
    return _labels(names, said, most)


def look(text: str) -> str:
    """What a text looks like at a glance: case, spaces, a letter's alphabet and what can't be seen tell
    nothing apart.
    """
    return " ".join(clean(unicodedata.normalize("NFKC", text)).casefold().translate(LATIN).split())


def _alike(labels: Sequence[str]) -> list[list[int]]:
    """Places of labels that look the same, two or more each."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, label in enumerate(labels):
        found[look(label)].append(at)
    return [places for places in found.values() if len(places) > 1]


def _labels(names: Sequence[str], said: Sequence[Sequence[str]], most: int) -> list[str]:
    return [
        _label(name, [text for text in more if text], most) for name, more in zip(names, said, strict=True)
    ]


def _label(name: str, more: Sequence[str], most: int) -> str:
    tail = f" ({', '.join(more)})" if more else ""
    if len(tail) > most - SHORTEST:  # the last detail is the one that was needed
        tail = f" ({more[-1][: most - SHORTEST - 3]})"
    room = most - len(tail)
    return (name if len(name) <= room else f"{name[: room - 1].rstrip()}…") + tail
