"""The sender and the painter between a real database and a scripted Slack, on a clock that the test moves."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Event, Page, What
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.outbox.pace import Pace
from bot.outbox.painter import Painter
from bot.outbox.ports import Answer, Body, Moment, Verdict
from bot.outbox.sender import Sender
from bot.policy import load_policy
from bot.slack.compose import compose
from bot.store import posts, whereabouts
from bot.store.database import Database
from bot.store.people import Kind, Person
from bot.store.posts import Post
from bot.store.store import Store
from bot.store.surfaces import Surface
from bot.store.tables import metadata

T0 = datetime(2024, 1, 1, 10, tzinfo=UTC)  # a Monday
TENANT = "T1"
POLICY = load_policy(
    '[ladder]\nperson = "B"\ndeputy = "F1"\nduty_lead = "F2"\n[contacts]\nadmins_channel = "CADMIN"\n'
)
YES = Answer(Verdict.YES)
RESET = Answer(Verdict.UNKNOWN, reason="reset")
REFUSED = Answer(Verdict.RETRY, reason="refused")


@dataclass
class Clock:
    now: datetime = T0

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()


@dataclass(frozen=True, slots=True)
class Message:
    """What lies in a channel. `n` is the id in its metadata."""

    channel: str
    n: str
    ts: str
    at: datetime
    body: Body
    thread: str


@dataclass(frozen=True, slots=True)
class Step:
    """How one call goes: what it answers, and whether it took effect."""

    answer: Answer
    executed: bool


@dataclass
class ScriptedSlack:
    """Implements `outbox.ports.Messenger`: posts lie in channels, answers go wrong as scripted.

    `script` holds the next answers by recipient; `lag` hides young messages from `find`.
    """

    clock: Clock
    messages: list[Message] = field(default_factory=list)
    script: dict[str, deque[Step]] = field(default_factory=dict)
    always: Step | None = None
    kinds: dict[str, Kind] = field(default_factory=dict)
    unfindable: Answer | None = None
    lag: timedelta = timedelta()
    broken: set[str] = field(default_factory=set)  # kinds that cannot be composed
    undrawable: set[str] = field(default_factory=set)
    before_post: Callable[[Post], None] = lambda post: None
    opened: Answer | None = None
    drawn: list[tuple[str, Body]] = field(default_factory=list)

    def then(self, recipient: str, *answers: Answer, executed: bool = False) -> None:
        """The next calls for that recipient go so."""
        line = self.script.setdefault(recipient, deque())
        line.extend(Step(answer, executed) for answer in answers)

    def to(self, channel: str) -> list[Message]:
        return [m for m in self.messages if m.channel == channel]

    # --- the port -------------------------------------------------------------------------------
    def compose(
        self, store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment
    ) -> Body:
        if bundle[0].kind in self.broken:
            raise LookupError("this one has a fault")
        return compose(store, bundle, incident, moment)

    def compose_surface(self, store: Store, surface: Surface, post: Post | None, moment: Moment) -> Body:
        if surface.kind in self.undrawable:
            raise LookupError("this one has a fault")
        if post is None:
            return {"type": "home", "blocks": []}
        return compose(store, whereabouts.of_message(store, post), store.load(post.incident), moment)

    def time(self) -> float:
        return self.clock.seconds()

    async def person(self, user: str) -> Person | Answer:
        return Person(user, user, "UTC", self.kinds.get(user, "member"), "", self.clock())

    async def room(self, channel: str) -> tuple[str, Answer]:
        return "", YES

    async def open_dm(self, user: str) -> Answer:
        return self.opened or Answer(Verdict.YES, value=f"D{user}")

    async def post(self, post: Post) -> Answer:
        self.before_post(post)
        line = self.script.get(post.recipient)
        step = line.popleft() if line else self.always
        if step and not step.executed:
            return step.answer
        ts = f"{self.clock.now.timestamp():.0f}.{len(self.messages):06d}"
        at = self.clock.now
        self.messages.append(Message(post.channel, post.id, ts, at, dict(post.body or {}), post.thread))
        return step.answer if step else Answer(Verdict.YES, value=ts)

    async def find(self, post: Post) -> Answer:
        if self.unfindable:
            return self.unfindable
        seen = [m for m in self.to(post.channel) if m.n == post.id and m.at + self.lag <= self.clock.now]
        return Answer(Verdict.YES, value=seen[0].ts) if seen else Answer(Verdict.NEVER)

    async def redraw(self, post: Post, body: Body) -> Answer:
        self.drawn.append((post.kind, body))
        return YES

    async def publish(self, user: str, body: Body) -> Answer:
        self.drawn.append(("home", body))
        return YES


class Desk:
    """All of it together."""

    def __init__(self, database: Database, pace: Pace | None = None) -> None:
        self.database, self.clock, self.policy, self.tenant = database, Clock(), POLICY, TENANT
        self.slack = ScriptedSlack(self.clock)
        self.sender = self.worker(pace)
        self.painter = Painter(database, self.slack, self.clock, self.policy, self.clock.seconds)

    def worker(self, pace: Pace | None = None) -> Sender:
        """One more sender on the same database."""
        pace = pace or Pace(spacing=0.0)
        return Sender(self.database, self.slack, self.clock, self.policy, pace, self.clock.seconds)

    def do(self, fn: Callable[..., object], *args: object) -> object:
        """A use case of the guide, now."""

        def run(connection: Connection) -> object:
            return fn(Work(Store(connection, self.tenant), self.clock(), self.policy), *args)

        return self.database.transact(run)

    def look(self, fn: Callable[..., object], *args: object) -> object:
        return self.database.look(lambda connection: fn(Store(connection, self.tenant), *args))

    def incident(
        self, key: str, *events: Event, reporter: str = "R", level: Level = Level.LARGE, going: str = "no"
    ) -> None:
        """An incident opened now, with these events, its nudges planned as any use case plans them."""

        def begin(work: Work) -> None:
            work.store.create(key, reporter, work.now)
            work.store.set_level(key, level)
            page = Page("open", "", 1, {"still_going": going, "reach": "one"}, False, reporter, work.now)
            work.store.save_page(key, page)
            work.store.append(key, [Event(work.now, What.OPENED, reporter), *events])
            settle(work, key)

        self.do(begin)

    def happens(self, key: str, *events: Event) -> None:
        def add(work: Work) -> None:
            work.store.append(key, events)
            settle(work, key)

        self.do(add)

    def told(self, *ladder: str, reporter: str = "R") -> Event:
        """The boss has been told now; the ladder follows if they do not answer."""
        said = {"how": "send", "boss": ladder[0], "ladder": list(ladder), "notified": [ladder[0]]}
        return Event(self.clock(), What.TOLD, reporter, data=said)

    async def tick(self, sender: Sender | None = None) -> None:
        await (sender or self.sender).tick()

    async def at(self, minutes: float, *, seconds: float = 0) -> None:
        """Time passes, then the sender works on what is due."""
        self.clock.now = T0 + timedelta(minutes=minutes, seconds=seconds)
        await self.tick()

    async def later(self, **passed: float) -> None:
        self.clock.now += timedelta(**passed)
        await self.tick()

    def rows(self, *kinds: str, incident: str = "") -> list[Post]:
        def read(connection: Connection) -> list[Post]:
            store = Store(connection, self.tenant)
            keys = [incident] if incident else all_incidents(connection)
            return [p for key in keys for p in posts.of_incident(store, key, *kinds)]

        return self.database.look(read)

    def row(self, kind: str, recipient: str = "", place: str = "dm") -> Post:
        found = [p for p in self.rows(kind) if recipient in ("", p.recipient) and p.place == place]
        assert len(found) == 1, found
        return found[0]

    def nudges(self, *who: str) -> list[Message]:
        """Messages that lie in these people's DMs."""
        return [m for m in self.slack.messages if m.channel in {f"D{w}" for w in who}]

    def kinds(self, messages: Iterable[Message]) -> list[str]:
        by_id = {p.id: p.kind for p in self.rows()}
        return [by_id[m.n] for m in messages]


def in_memory() -> Desk:
    """For what takes many minutes of the clock, and isn't the database's matter."""
    database = Database("sqlite://")
    metadata.create_all(database.engine)
    return Desk(database)


def all_incidents(connection: Connection) -> list[str]:
    from sqlalchemy import select

    from bot.store import tables as t

    return list(connection.execute(select(t.incidents.c.id).order_by(t.incidents.c.id)).scalars())
