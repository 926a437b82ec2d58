"""guide: the ways in: the command, the shortcuts, App Home, and the answers only one person sees."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from bot.domain.access import may
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.guide import sight, stepper
from bot.guide.outcome import Choose, Hub, Reader, Reply, Shown
from bot.guide.reader import alone, reader
from bot.guide.work import Work
from bot.store import posts, surfaces
from bot.store.posts import HOME
from bot.store.store import SAID, Draft

# Letters and digits that nobody mixes up when reading an id aloud.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
COMMANDS = ("list", "status", "help", "practice")
WITH_ID = ("status",)


def new_id() -> str:
    """Six signs out of 31: short enough to say, far too many to guess, and no count of anything."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))


def command(work: Work, user: str, text: str, act: str = "") -> Shown | Hub | Choose | Reply:
    """`/screwedup [text]`: only a text that is exactly a command, or one with an id, is a command.

    `act` names the act (its trigger id): delivered a second time, its text is kept already.
    """
    said = text.strip()
    words = said.lower().split()
    if (len(words) == 1 and words[0] in COMMANDS) or (len(words) == 2 and words[0] in WITH_ID):
        return ANSWERS[words[0]](work, user, words[1] if len(words) == 2 else "")
    if len(words) == 1:
        return Reply(code="one_word", reader=alone(work, user), values={"said": said})
    again = bool(act) and not work.store.first_time(work.now, "command", user, act)
    return begin(work, user, "" if again else said)


def begin(
    work: Work, user: str, said: str, source: str = "", *, practice: bool = False
) -> Shown | Hub | Choose:
    """Start, or go on: the text is kept before anything else can happen (product.md 0.1)."""
    mine = work.store.open_of(user, practice=practice)
    if said or source or not mine:
        fresh = new_id()
        work.store.create(fresh, user, work.now, source=source, practice=practice)
        if said:
            draft = Draft(fresh, SAID, "", {"text": said}, 0, work.now.timestamp(), work.now)
            work.store.keep_draft(user, draft)
        if not mine:
            return stepper.show(work, fresh, user)
        return _choose(work, user, fresh, said, mine)
    if len(mine) == 1:
        return stepper.show(work, mine[0], user)
    return _choose(work, user, "", "", mine)


def _choose(work: Work, user: str, fresh: str, said: str, mine: list[str]) -> Choose:
    return Choose(
        reader=alone(work, user), fresh=fresh, said=said, open=tuple(work.reload(key) for key in mine[:9])
    )


def _help(work: Work, user: str, key: str) -> Reply:
    return Reply(code="help", reader=alone(work, user), values={"contacts": work.policy.contacts})


def _list(work: Work, user: str, key: str) -> Reply:
    mine = [work.reload(k) for k in work.store.open_of(user)]
    return Reply(code="list", reader=alone(work, user), values={"incidents": mine})


def _status(work: Work, user: str, key: str) -> Reply:
    """One incident by its id, or the newest open one. Raises: NotFound."""
    wanted = key.removeprefix("inc-") or next(iter(work.store.open_of(user)), "")
    if not wanted:
        return Reply(code="list", reader=alone(work, user), values={"incidents": []})
    incident = sight.look(work, work.incident(wanted, user, "see_summary"), user, "status")
    sent = posts.of_incident(work.store, incident.id)
    who = reader(work, incident, user)
    return Reply(code="status", reader=who, values={"incident": incident, "posts": sent})


def practise(work: Work, user: str, key: str = "") -> Shown | Hub | Choose:
    """The whole flow with every message turned back to this person; gone after a day."""
    return begin(work, user, "", practice=True)


ANSWERS: Mapping[str, Callable[[Work, str, str], Shown | Hub | Choose | Reply]] = {
    "help": _help,
    "list": _list,
    "status": _status,
    "practice": practise,
}


def home(work: Work, user: str) -> None:
    """App Home was opened: from here on it is drawn whenever something of theirs changes."""
    surfaces.mark(work.store, HOME, "", user, work.now)


def mine(work: Work, user: str) -> tuple[Reader, tuple[Incident, ...]]:
    """What App Home shows: one's own incidents, newest first."""
    found = tuple(work.reload(key) for key in work.store.all_of(user))
    return alone(work, user), tuple(i for i in found if may("see_facts", i, user))


def pick(work: Work, user: str, key: str) -> Shown | Hub:
    """One of the open incidents was chosen. Raises: NotFound."""
    if not key:
        raise NotFound("pick", user)
    return stepper.show(work, key, user)
