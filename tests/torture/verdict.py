"""What became of everything: the bot's rows held against the messages that lie in the local Slack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.domain.rules import Policy
from bot.outbox.kinds import kind_of
from bot.outbox.owed import audited
from bot.playground.server import LocalSlack
from bot.store import nudges, posts
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import SHOWN, Post, State
from bot.store.store import Store
from bot.words.pages import words


def under_way(connection: Connection, by: datetime) -> datetime | None:
    """When the first of the posts that were due by then, and are not settled, can be gone on with."""
    p = t.posts.c
    return connection.execute(select(func.min(p.run_at)).where(t.TO_DO, p.due_at <= by)).scalar()


@dataclass
class Verdict:
    """`lost`: said to be out and not there, or never sent though due. `doubled`: kind -> messages too many,
    by whether the history of that conversation could be read. `shown`: states that a person is shown.
    """

    posts: int = 0
    messages: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: Counter[str] = field(default_factory=Counter)
    doubled_unreadable: Counter[str] = field(default_factory=Counter)
    forbidden: list[str] = field(default_factory=list)
    shown: Counter[str] = field(default_factory=Counter)
    shown_though_out: int = 0
    overtaken: int = 0

    def __iadd__(self, other: Verdict) -> Verdict:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.forbidden)


def judge(
    database: Database, slack: LocalSlack, incidents: Iterable[str], policy: Policy, hidden: Collection[str]
) -> Verdict:
    """`hidden`: conversations whose history the bot may not read."""
    alarm = words("surfaces/alarm", {})("intro")  # the auditor's own, which is no post
    lying = Counter(
        (m.metadata or {})["event_payload"]["n"]
        for channel in slack.workspace.channels.values()
        for m in channel.messages.values()
        if m.bot_id and m.metadata and not m.text.startswith(alarm)
    )
    verdict = Verdict(messages=lying.total())
    for incident in incidents:
        found = database.look(_incident, slack, incident, policy)
        verdict.lost += found[1]
        for post in found[0]:
            _weigh(verdict, post, lying.pop(post.id, 0), hidden)
    verdict.forbidden += [f"a message of no post: {n}" for n in lying]
    return verdict


def _incident(
    connection: Connection, slack: LocalSlack, incident: str, policy: Policy
) -> tuple[list[Post], list[str]]:
    """Its posts, and what the auditor, who looks by another way, says is missing.

    That nobody has reacted to what was shown to them, it says rightly: nobody does anything here.
    """
    store = Store(connection, slack.workspace.team_id)
    missing = audited(store, incident, policy, slack.clock.now())
    return posts.of_incident(store, incident), [f"{f.kind} {f.about}" for f in missing if f.kind != "unseen"]


def _weigh(verdict: Verdict, post: Post, messages: int, hidden: Collection[str]) -> None:
    verdict.posts += 1
    verdict.overtaken += post.reason == nudges.OVERTAKEN
    if post.state.value in SHOWN:
        verdict.shown[f"{post.state.value} {post.kind if post.place != 'thread' else 'twin'}"] += 1
        verdict.shown_though_out += messages > 0
    if post.state is State.SENT and not messages and not post.bundle:
        verdict.lost.append(f"{post.kind} {post.id}")
    if post.state is State.UNCERTAIN and post.channel not in hidden:
        verdict.forbidden.append(f"uncertain though it can be read: {post.kind} {post.id}")
    if messages < 2:
        return
    if post.channel not in hidden:
        verdict.doubled[post.kind] += messages - 1
    elif kind_of(post).repeatable:
        verdict.doubled_unreadable[post.kind] += messages - 1
    else:
        verdict.forbidden.append(f"twice, and not a kind to repeat: {post.kind} {post.id}")
