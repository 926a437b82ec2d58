"""words: keep out of a text to one party what belongs to colleagues or to another party."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from bot.domain.incident import Incident

COLLEAGUE = "a colleague"
SOMEBODY_ELSE = "another customer"
MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
SHORTEST = 3  # letters; a shorter word is no safe sign of a name
# Given names that are also everyday words: alone they stay, as part of the full name they go.
EVERYDAY = frozenset(
    {"Art", "April", "August", "Bill", "Case", "Chase", "Dawn", "Drew", "Faith", "Frank", "Grace", "Grant"}
    | {"Hope", "Joy", "June", "Mark", "Max", "May", "Miles", "Page", "Pat", "Price", "Ray", "Rich", "Rob"}
    | {"Rose", "Sales", "Sky", "Sue", "Summer", "Support", "Test", "The", "Victor", "Will", "Young"}
)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted({w for w in words if len(w) >= SHORTEST}, key=len, reverse=True)


def _whole_words(words: Iterable[str], flags: int) -> re.Pattern[str] | None:
    found = _longest_first(words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)", flags) if found else None


def _given_names(names: Iterable[str]) -> set[str]:
    """First words of names of two words or more, unless they are everyday words too."""
    return {name.split()[0] for name in names if len(name.split()) > 1} - EVERYDAY


def _replacer(names: Iterable[str], word: str) -> Callable[[str], str]:
    """Full names in any case, given names as they are written."""
    kept = list(names)
    patterns = (_whole_words(kept, re.IGNORECASE), _whole_words(_given_names(kept), 0))

    def replace(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(word, text) if pattern else text
        return text

    return replace


def for_party(incident: Incident, party: str, names: Mapping[str, str]) -> Callable[[str], str]:
    """Text -> the same text without mentions, colleagues' names and the names of every other party.

    A party's own name and contact are left alone, also where a colleague happens to share them.
    """
    own, others = set(), set()
    for p in incident.parties:
        known = {
            p.name,
            incident.answer("contact", "party_name", p.key),
            incident.answer("contact", "contact_name", p.key),
        }
        (own if p.key == party else others).update(str(n) for n in known if n)
    people = _replacer(set(names.values()) - own, COLLEAGUE)
    parties = _replacer(others - own, SOMEBODY_ELSE)
    return lambda text: parties(people(MENTION.sub(COLLEAGUE, text)))
