"""rehearsal: a Slack that takes everything at once, and a clock that jumps, around the real parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.incident import Incident
from bot.outbox.ports import Answer, Body, Moment, Verdict
from bot.slack.compose import compose
from bot.store import posts
from bot.store.people import Person
from bot.store.posts import Post
from bot.store.store import Store
from bot.store.surfaces import Surface


@dataclass
class JumpingClock:
    """The virtual time; a call reads it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()


@dataclass(frozen=True, slots=True)
class Sent:
    """One post that went out, alone or as part of a message."""

    at: datetime
    post: Post


@dataclass
class TakesEverything:
    """Implements `outbox.ports.Messenger`. What is sent is composed as for Slack, then only written down."""

    clock: JumpingClock
    sent: list[Sent] = field(default_factory=list)
    _bundles: dict[str, tuple[Post, ...]] = field(default_factory=dict)
    _count: int = 0

    def compose(
        self, store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment
    ) -> Body:
        self._bundles[bundle[0].id] = tuple(bundle)
        return compose(store, bundle, incident, moment)

    def compose_surface(self, store: Store, surface: Surface, post: Post | None, moment: Moment) -> Body:
        if post is None:
            raise LookupError("nobody opens App Home in a rehearsal")
        return compose(store, [post], store.load(post.incident), moment)

    def time(self) -> float:
        return self.clock.seconds()

    async def person(self, user: str) -> Person | Answer:
        return Person(user, user, "UTC", "member", "", self.clock())

    async def room(self, channel: str) -> tuple[str, Answer]:
        return "", Answer(Verdict.YES)

    async def open_dm(self, user: str) -> Answer:
        return Answer(Verdict.YES, value=f"D{user}")

    async def post(self, post: Post) -> Answer:
        self._count += 1
        self.sent += [Sent(self.clock(), part) for part in self._bundles.get(post.id, (post,))]
        return Answer(Verdict.YES, value=f"{self.clock.seconds():.0f}.{self._count:06d}")

    async def find(self, post: Post) -> Answer:
        return Answer(Verdict.NEVER)

    async def redraw(self, post: Post, body: Body) -> Answer:
        return Answer(Verdict.YES)

    async def publish(self, user: str, body: Body) -> Answer:
        return Answer(Verdict.YES)

    async def take_down(self, channel: str, ts: str) -> Answer:
        return Answer(Verdict.YES)


def message_of(store: Store, incident: str, user: str, *kinds: str) -> Post | None:
    """The newest message of these kinds, one that went to this person first."""
    out = [p for p in posts.of_incident(store, incident, *kinds) if p.sent_ts and not p.bundle]
    return next((p for p in reversed(out) if p.recipient == user), out[-1] if out else None)
