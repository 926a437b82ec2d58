"""Local Slack, pages: messages as one reader sees them, with days, authors, reactions and threads."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from bot.playground.forms import start_values
from bot.playground.manifest import Json
from bot.playground.web_emoji import character
from bot.playground.web_text import Reader
from bot.playground.workspace import File, Message, Person

GROUPED_SECONDS = 300


@dataclass(frozen=True)
class Reaction:
    """One emoji under a message; `who` are the names of those who gave it."""

    name: str
    emoji: str
    count: int
    mine: bool
    who: str


@dataclass(frozen=True)
class Entry:
    """A message; `continued` follows its author's message directly before, `day` begins a new one."""

    message: Message
    author: Person
    is_app: bool
    time: str
    day: str
    continued: bool
    text: Markup
    reactions: list[Reaction]
    files: list[File]

    @property
    def parent(self) -> str:
        """The ts of the thread it belongs to or may begin."""
        return self.message.thread_ts or self.message.ts

    @property
    def values(self) -> dict[str, dict[str, Json]]:
        """What its inputs hold; messages keep nothing that was chosen in them."""
        return start_values(self.message.blocks, {})


def entries(reader: Reader, messages: list[Message]) -> Iterator[Entry]:
    """The messages, oldest first, as the reader sees them."""
    before: Message | None = None
    for message in messages:
        moment = _moment(reader, message)
        new_day = before is None or moment.date() != _moment(reader, before).date()
        continued = before is not None and not new_day and _continues(before, message)
        day = (reader.date_token("date_long_pretty", moment) or "") if new_day else ""
        yield Entry(
            message=message,
            author=reader.workspace.people[message.user],
            is_app=message.bot_id is not None,
            time=moment.strftime("%H:%M"),
            day=day[:1].upper() + day[1:],
            continued=continued,
            text=reader.mrkdwn(message.text, autolink=True),
            reactions=[_reaction(reader, name, users) for name, users in message.reactions.items()],
            files=[reader.workspace.files[file] for file in message.files],
        )
        before = message


def _moment(reader: Reader, message: Message) -> datetime:
    return datetime.fromtimestamp(float(message.ts), UTC).astimezone(reader.zone)


def _continues(before: Message, message: Message) -> bool:
    same = (before.user, before.ephemeral_to) == (message.user, message.ephemeral_to)
    return same and float(message.ts) - float(before.ts) < GROUPED_SECONDS


def _reaction(reader: Reader, name: str, users: list[str]) -> Reaction:
    names = [reader.workspace.people[user].real_name for user in users]
    return Reaction(name, character(name), len(users), reader.person.id in users, ", ".join(names))


def initials(person: Person) -> str:
    """One or two letters for somebody's picture."""
    words = person.real_name.split()
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()


def hue(person: Person) -> int:
    """A colour for somebody's picture, the same each time: a number from 0 to 7."""
    return zlib.crc32(person.id.encode()) % 8
