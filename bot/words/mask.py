"""words: keep out of a text the names that its reader is not meant to see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from bot.domain.incident import Incident

Hide = Callable[[str], str]
COLLEAGUE = "a colleague"
OTHER_PARTY = "another customer"
ANY_PARTY = "a client"
SHORTEST = 3  # letters; a shorter word is no safe sign of a name
# Given names that are also everyday words: alone they stay, as part of the full name they go.
EVERYDAY = frozenset(
    {"Art", "April", "August", "Bill", "Case", "Chase", "Dawn", "Drew", "Faith", "Frank", "Grace", "Grant"}
    | {"Hope", "Joy", "June", "Mark", "Max", "May", "Miles", "Page", "Pat", "Price", "Ray", "Rich", "Rob"}
    | {"Rose", "Sales", "Sky", "Sue", "Summer", "Support", "Test", "The", "Victor", "Will", "Young"}
)


def as_typed(text: str) -> str:
    """Nothing hidden."""
    return text


def _whole_words(words: Iterable[str], flags: int) -> re.Pattern[str] | None:
    found = sorted({w for w in words if len(w) >= SHORTEST}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)", flags) if found else None


def _given_names(names: Iterable[str]) -> set[str]:
    """First words of names of two words or more, unless they are everyday words too."""
    return {name.split()[0] for name in names if len(name.split()) > 1} - EVERYDAY


def replacer(names: Iterable[str], word: str) -> Hide:
    """Text -> text with full names (any case) and given names (as written) replaced by `word`."""
    kept = [name for name in names if name]
    patterns = (_whole_words(kept, re.IGNORECASE), _whole_words(_given_names(kept), 0))

    def replace(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(word, text) if pattern else text
        return text

    return replace


def party_names(incident: Incident, key: str) -> set[str]:
    """The party's name and its contact's name, as known from the record."""
    named = {p.name for p in incident.parties if p.key == key}
    named |= {str(incident.answer("contact", k, key) or "") for k in ("party_name", "contact_name")}
    return named - {""}


def for_party(incident: Incident, party: str, names: Mapping[str, str]) -> Hide:
    """Hide colleagues' names and the names of every other party; the party's own names stay."""
    own = party_names(incident, party)
    every = {name for p in incident.parties for name in party_names(incident, p.key)}
    people = replacer(set(names.values()) - own, COLLEAGUE)
    others = replacer(every - own, OTHER_PARTY)
    return lambda text: others(people(text))


def for_team(incident: Incident, names: Mapping[str, str], *, name_parties: bool) -> Hide:
    """Hide who reported it, and the parties' names unless the team may know them."""
    every = () if name_parties else {n for p in incident.parties for n in party_names(incident, p.key)}
    reporter = replacer([names.get(incident.reporter, "")], COLLEAGUE)
    parties = replacer(every, ANY_PARTY)
    return lambda text: parties(reporter(text))


def for_writeup(names: Mapping[str, str], roles: Mapping[str, str]) -> Hide:
    """Replace every known name by that person's role word."""
    replacers = [replacer([name], roles.get(user, COLLEAGUE)) for user, name in names.items()]

    def hide(text: str) -> str:
        for replace in replacers:
            text = replace(text)
        return text

    return hide
