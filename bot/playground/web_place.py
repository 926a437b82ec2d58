"""Local Slack, pages: where somebody is. As whom, in which conversation; kept in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

APP, HOME = "app", "home"


@dataclass(frozen=True)
class Place:
    """`person`: a key of ROLES. `channel`: an id, or APP for the DM with the app, or HOME for its Home tab.

    `thread`: the parent message's ts, empty when no thread is open beside the conversation.
    """

    person: str = "reporter"
    channel: str = APP
    thread: str = ""
    inspect: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """The place an address names; what it leaves out is the default."""
        return cls(
            person=query.get("as", "reporter"),
            channel=query.get("c", APP),
            thread=query.get("thread", ""),
            inspect=query.get("inspect") == "1",
        )

    @property
    def query(self) -> str:
        """The query string that leads here."""
        panels = {"thread": self.thread, "inspect": "1" if self.inspect else ""}
        return urlencode({"as": self.person, "c": self.channel, **{k: v for k, v in panels.items() if v}})

    @property
    def url(self) -> str:
        """The address of the whole page."""
        return f"/?{self.query}"

    def become(self, person: str) -> Self:
        """The same conversation as somebody else."""
        return replace(self, person=person, thread="")

    def go(self, channel: str) -> Self:
        """Another conversation."""
        return replace(self, channel=channel, thread="")

    def open_thread(self, ts: str) -> Self:
        """With that thread beside the conversation; empty closes it."""
        return replace(self, thread=ts)

    def toggle_inspector(self) -> Self:
        """With the inspector open, or closed if it was."""
        return replace(self, inspect=not self.inspect)
