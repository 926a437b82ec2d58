"""Local Slack, pages: what Slack's clients remember. What was read, notices, problems under fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.playground.workspace import Channel, Message, View, Workspace


@dataclass(frozen=True)
class Notice:
    """A message of Slack's client itself to one person, until they dismiss it."""

    id: int
    text: str


@dataclass(frozen=True)
class Problems:
    """What was wrong with a submission: by block_id, or `trouble` for the form as a whole.

    They stay until the next submission or until the view shows something new (`view_hash`).
    """

    number: int
    view_hash: str
    by_block: dict[str, str]
    trouble: str = ""


@dataclass
class Desk:
    """The memory of all clients; people by user id."""

    workspace: Workspace
    violations_seen: int = 0
    _read: dict[tuple[str, str], str] = field(default_factory=dict)
    _notices: dict[str, list[Notice]] = field(default_factory=dict)
    _problems: dict[str, Problems] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def tell(self, user: str, text: str) -> None:
        """Show a notice."""
        self._notices.setdefault(user, []).append(Notice(next(self._numbers), text))

    def notices(self, user: str) -> list[Notice]:
        """The notices not yet dismissed, oldest first."""
        return self._notices.get(user, [])

    def dismiss(self, user: str, number: int) -> None:
        """Take a notice away."""
        self._notices[user] = [notice for notice in self.notices(user) if notice.id != number]

    def refuse(self, view: View, by_block: dict[str, str], trouble: str = "") -> None:
        """Show problems in a modal."""
        self._problems[view.id] = Problems(next(self._numbers), view.hash, by_block, trouble)

    def accept(self, view: View) -> None:
        """Forget the problems of a modal."""
        self._problems.pop(view.id, None)

    def problems(self, view: View) -> Problems:
        """What to show in a modal now."""
        known = self._problems.get(view.id)
        return known if known and known.view_hash == view.hash else Problems(0, view.hash, {})

    def visible(self, user: str, channel: Channel) -> list[Message]:
        """What a person sees in a conversation, threads and ephemeral messages included, oldest first."""
        posted = [message for message in channel.messages.values() if not message.deleted]
        own = [
            m for m in self.workspace.ephemerals.get(user, ()) if m.channel == channel.id and not m.deleted
        ]
        return sorted([*posted, *own], key=lambda message: message.ts)

    def unread(self, user: str, channel: Channel) -> list[Message]:
        """Messages of others that the person has not had before their eyes."""
        last = self._read.get((user, channel.id), "")
        return [m for m in self.visible(user, channel) if m.ts > last and m.user != user]

    def read(self, user: str, channel: Channel) -> None:
        """The person has the conversation before their eyes."""
        shown = self.visible(user, channel)
        if shown:
            self._read[user, channel.id] = shown[-1].ts

    def badge(self, user: str) -> int:
        """How many unread messages are meant for a person: in their DM with the app, or naming them."""
        total = 0
        for channel in self.workspace.channels.values():
            if user in channel.members:
                direct = channel.kind == "im"
                total += sum(direct or f"<@{user}" in m.text for m in self.unread(user, channel))
        return total
