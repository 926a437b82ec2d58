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
    first = {name.split()[0] for name in names if len(name.split()) > 1}
    return {word for word in first - EVERYDAY if word[0].isupper()}


def replacer(word: str, *, people: Iterable[str] = (), firms: Iterable[str] = ()) -> Hide:
    """Text -> text with names replaced by `word`: in full in any case; people's given names as written."""
    people = [name for name in people if name]
    patterns = (
        _whole_words([*people, *firms], re.IGNORECASE),
        _whole_words(_given_names(people), 0),
    )

    def replace(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub(word, text) if pattern else text
        return text

    return replace


def firm_names(incident: Incident, key: str) -> set[str]:
    """The party's name, as given at first and as typed since."""
    named = {p.name for p in incident.parties if p.key == key}
    return (named | {str(incident.answer("contact", "party_name", key) or "")}) - {""}


def contact_names(incident: Incident, key: str) -> set[str]:
    """Whom we speak with there."""
    return {str(incident.answer("contact", "contact_name", key) or "")} - {""}


def for_party(incident: Incident, party: str, names: Mapping[str, str]) -> Hide:
    """Hide colleagues' names and the names of every other party; the party's own names stay."""
    keys = [p.key for p in incident.parties if p.key != party]
    own = firm_names(incident, party) | contact_names(incident, party)
    contacts = {name for key in keys for name in contact_names(incident, key)}
    firms = {name for key in keys for name in firm_names(incident, key)}
    colleagues = replacer(COLLEAGUE, people=set(names.values()) - own)
    others = replacer(OTHER_PARTY, people=contacts - own, firms=firms - own)
    return lambda text: others(colleagues(text))


def for_team(incident: Incident, names: Mapping[str, str], *, name_parties: bool) -> Hide:
    """Hide who reported it, and the parties' names unless the team may know them."""
    keys = () if name_parties else tuple(p.key for p in incident.parties)
    contacts = {name for key in keys for name in contact_names(incident, key)}
    firms = {name for key in keys for name in firm_names(incident, key)}
    reporter = replacer(COLLEAGUE, people=[names.get(incident.reporter, "")])
    parties = replacer(ANY_PARTY, people=contacts, firms=firms)
    return lambda text: parties(reporter(text))


def for_writeup(
    incident: Incident, names: Mapping[str, str], people: Mapping[str, str], parties: Mapping[str, str]
) -> Hide:
    """Replace every name by its role. `people`: user id -> role; `parties`: party key -> "client 2"."""
    replacers = [replacer(people.get(user, COLLEAGUE), people=[name]) for user, name in names.items()]
    replacers += [
        replacer(word, people=contact_names(incident, key), firms=firm_names(incident, key))
        for key, word in parties.items()
    ]

    def hide(text: str) -> str:
        for replace in replacers:
            text = replace(text)
        return text

    return hide
