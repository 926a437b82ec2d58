"""guide: the ways in: the command, the shortcuts, App Home, and the answers only one person sees."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.errors import NotFound, Refused
from bot.domain.text import clean
from bot.guide import erasing, own_data, showing, sight
from bot.guide.outcome import Choose, Hub, Reply, Shown
from bot.guide.reader import alone, reader
from bot.guide.work import Work
from bot.stages.audience import seen_by
from bot.store import posts, surfaces
from bot.store.drafts import keep_draft
from bot.store.lists import Asked, Listing, listing
from bot.store.posts import HOME
from bot.store.rows import SAID, Draft

# Letters and digits that nobody mixes up when reading an id aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
COMMANDS = ("list", "status", "help", "practice", "export", "forget")
WITH_ID = ("status", "export")
READING = ("list", "status", "help")
ROUND = re.compile(r"^[\W_]+|[\W_]+$")  # quotes, full stops, formatting, `/` and the like around a word
ID = re.compile(f"(inc-)?[{ALPHABET}]{{6}}")
LISTED = 15  # lines of a list: below the 3,000 characters of one text, however long each of them is
CHOICES = 9  # and a new one: the ten that a radio takes (docs.slack.dev, radio button group element)
ONE_WORD = 2000  # characters that the button of the question holds; whatever is longer is no slip


def new_id() -> str:
    """Six signs out of 31: short enough to say, far too many to guess, and no count of anything."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


def command(work: Work, user: str, text: str, act: str = "") -> Shown | Hub | Choose | Reply:
    """`/screwedup [text]`: only a text that is exactly a command, or one with an id, is a command.

    `act`: as of `begin`.
    """
    said = clean(text).strip()
    word, key = _command(said)
    if word:
        return ANSWERS[word](work, user, key)
    slip = len(said.split()) == 1 and len(said) <= ONE_WORD
    if slip and said.isascii():  # where words have no spaces between them, one can be a sentence
        return Reply(code="one_word", reader=alone(work, user), values={"said": said})
    return begin(work, user, said, act=act)


def only_reads(text: str) -> bool:
    """Whether what that text asks for changes nothing, however much it shows."""
    return _command(clean(text).strip())[0] in READING


def _command(said: str) -> tuple[str, str]:
    """(command, id or ""); ("", "") for a text that's none."""
    words = _bare(said)
    if len(words) == 1 and words[0] in COMMANDS:
        return words[0], ""
    if len(words) == 2 and words[0] in WITH_ID and ID.fullmatch(words[1]):  # "export failed" is what happened
        return words[0], words[1]
    return "", ""


def _bare(said: str) -> list[str]:
    """Its words as a command is looked for: phones put curly quotes, a copied word brings its formatting."""
    plain = (ROUND.sub("", word) for word in unicodedata.normalize("NFKC", said).lower().split())
    return [word for word in plain if word]


def begin(
    work: Work, user: str, said: str, source: str = "", *, act: str = "", practice: bool = False
) -> Shown | Hub | Choose:
    """Start, or go on: the text is kept before anything else can happen (product.md 0.1).

    `act` names the human act (a trigger, a button of one message): delivered or pressed once more while
    what it began is open, it leads there and opens nothing. Raises: Refused for a guest where guests may
    not; NotFound for other accounts that are no member's.
    """
    work.store.one_by_one(work.now, "begin", user)
    mine = listing(work.store, user, Asked(CHOICES, practice=practice))
    if work.kind(user) == "guest" and not work.policy.guests_may_open:
        if said or source or not mine.ids:
            raise Refused("guest")
        return _choose(work, user, "", "", mine)  # what they have here, they can bring to an end
    work.account(user, "begin")
    begun = next((key for key in mine.ids if act and work.store.seen("begin", user, act, key)), "")
    if begun:
        others = replace(mine, incidents=tuple(i for i in mine.incidents if i.id != begun))
        opened = work.reload(begun).opened_at
        return showing.show(work, begun, user) if opened else _choose(work, user, begun, said, others)
    if said or source or not mine.ids:
        fresh = new_id()
        work.store.create(fresh, user, work.now, source=source, practice=practice)
        work.store.first_time(work.now, "begin", user, act, fresh)
        if said:
            draft = Draft(fresh, SAID, "", {"text": said}, 0, work.now.timestamp(), work.now)
            keep_draft(work.store, user, draft)
        return _choose(work, user, fresh, said, mine)
    return _choose(work, user, "", "", mine)


def _choose(work: Work, user: str, fresh: str, said: str, mine: Listing) -> Shown | Hub | Choose:
    """The one there is; where there are several, which of them? `fresh` is the new one, "" for none."""
    keys = [*([fresh] if fresh else []), *mine.ids]
    if len(keys) == 1:
        return showing.show(work, keys[0], user)
    found = tuple(seen_by(incident, user) for incident in mine.incidents)
    return Choose(reader=alone(work, user), fresh=fresh, said=said, open=found, more=mine.older)


def _help(work: Work, user: str, key: str) -> Reply:
    return Reply(code="help", reader=alone(work, user), values={"contacts": work.policy.contacts})


def _list(work: Work, user: str, key: str) -> Reply:
    return turn(work, user, "")


def turn(work: Work, user: str, beyond: str, *, newer: bool = False) -> Reply:
    """A page of what that person has open: the newest, or what's older or newer than that incident.

    Raises: NotFound.
    """
    work.account(user, "own_data")
    found = listing(work.store, user, Asked(LISTED, beyond=beyond, newer=newer))
    mine = tuple(seen_by(incident, user) for incident in found.incidents)
    values = {"incidents": mine, "page": replace(found, incidents=mine)}
    return Reply(code="list", reader=alone(work, user), values=values)


def _status(work: Work, user: str, key: str) -> Reply:
    """One incident by its id, or the newest open one. Raises: NotFound."""
    wanted = key.removeprefix("inc-") or next(iter(listing(work.store, user, Asked(1)).ids), "")
    if not wanted:
        return turn(work, user, "")
    incident = sight.look(work, work.incident(wanted, user, "see_summary"), user, "status")
    sent = posts.of_incident(work.store, incident.id)
    who = reader(work, incident, user)
    return Reply(code="status", reader=who, values={"incident": incident, "posts": sent})


def practise(work: Work, user: str, key: str = "") -> Shown | Hub | Choose:
    """The whole flow with every message turned back to this person; gone after a day."""
    return begin(work, user, "", practice=True)


def _export(work: Work, user: str, key: str) -> Reply:
    """Everything about oneself, or the write-up of one incident. Raises: NotFound."""
    return own_data.writeup(work, user, key.removeprefix("inc-")) if key else own_data.about_me(work, user)


def _forget(work: Work, user: str, key: str) -> Reply:
    """What erasing would do, and a button that does it. Raises: NotFound."""
    return Reply(code="forget", reader=alone(work, user), values={"found": erasing.sort(work, user)})


ANSWERS: Mapping[str, Callable[[Work, str, str], Shown | Hub | Choose | Reply]] = {
    "help": _help,
    "list": _list,
    "status": _status,
    "practice": practise,
    "export": _export,
    "forget": _forget,
}


def home(work: Work, user: str) -> None:
    """App Home was opened: it is drawn whenever something of theirs changes. Raises: NotFound."""
    work.account(user, "own_data")
    surfaces.mark(work.store, HOME, "", user, work.now)


def pick(work: Work, user: str, key: str) -> Shown | Hub:
    """One of the open incidents was chosen. Raises: NotFound."""
    if not key:
        raise NotFound("pick", user)
    return showing.show(work, key, user)
