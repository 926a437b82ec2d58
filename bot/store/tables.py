"""store: the tables. Every row is keyed by `tenant`; times are UTC; JSON only where nothing is searched."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    text,
)

from bot.store.columns import ID, Utc, tenant

# The partial indexes are partial on Postgres, too: its word for that stands in the migrations alone, since
# naming it here would load its dialect at each start.
metadata = MetaData()
# Conditions of partial indexes. Queries use the same words: a database cannot tell from bound values that
# such an index holds what is asked for.
TO_DO = text("state IN ('pending', 'sending', 'checking')")
SENDING = text("state = 'sending'")
BUNDLED = text("bundle <> ''")
DIRTY = text("wanted > drawn")
JOINED = text("what = 'joined'")
MARK = 24  # characters that name a message: its ts, or while nobody knows that, the first of its post's id


incidents = Table(
    "incidents",
    metadata,
    tenant(),
    Column("id", ID, primary_key=True),
    Column("reporter", ID, nullable=False),
    Column("handler", ID, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("status", String(12), nullable=False),  # derived from the events at each save, kept for lists
    Column("level", Integer, nullable=False),
    Column("practice", Boolean, nullable=False, server_default=text("false")),
    Column("source", String(300), nullable=False, server_default=""),  # link of the message it began with
    Index("ix_incidents_reporter", "tenant", "reporter", "created_at", "id"),
    Index("ix_incidents_handler", "tenant", "handler", "created_at", "id"),
    Index("ix_incidents_created", "tenant", "created_at", "id"),
)

pages = Table(
    "pages",
    metadata,
    tenant(),
    Column("incident", ID, primary_key=True),
    Column("stage", String(20), primary_key=True),
    Column("party", String(8), primary_key=True),  # "" for none
    Column("version", Integer, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("skipped", Boolean, nullable=False),
    Column("saved_by", ID, nullable=False),
    Column("saved_at", Utc, nullable=False),
    Column("view", ID, nullable=False),  # the Slack view it was saved from: the same view may correct itself
    Index("ix_pages_saved_by", "tenant", "saved_by", "incident"),
)

drafts = Table(
    "drafts",
    metadata,
    tenant(),
    Column("user", ID, primary_key=True),
    Column("incident", ID, primary_key=True),
    Column("stage", String(24), primary_key=True),  # a page or a text
    Column("party", String(8), primary_key=True),
    Column("values", JSON, nullable=False),
    Column("page_version", Integer, nullable=False),
    Column("typed_at", Float(53), nullable=False),  # Slack's action_ts, seconds: which of two came later
    Column("saved_at", Utc, nullable=False),
    Index("ix_drafts_incident", "tenant", "incident"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("tenant", ID, nullable=False),
    Column("incident", ID, nullable=False),
    Column("at", Utc, nullable=False),
    Column("what", String(20), nullable=False),
    Column("actor", ID, nullable=False),
    Column("party", String(8), nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_events_incident", "tenant", "incident"),
    Index("ix_events_actor", "tenant", "actor", "incident"),
    Index("ix_events_joined", "tenant", "actor", sqlite_where=JOINED),
)

parties = Table(
    "parties",
    metadata,
    tenant(),
    Column("incident", ID, primary_key=True),
    Column("key", String(8), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(80), nullable=False),
    Column("tz", String(60), nullable=False),
    Column("told_us", Boolean, nullable=False),
)

actions = Table(
    "actions",
    metadata,
    tenant(),
    Column("incident", ID, primary_key=True),
    Column("key", String(8), primary_key=True),
    Column("text", String(200), nullable=False),
    Column("owner", ID, nullable=False),
    Column("due", Date, nullable=False),
    Column("strength", String(12), nullable=False),
    Column("tell_client", Boolean, nullable=False),
    Column("proof", String(300), nullable=False),
    Column("done_at", Utc),
    Column("dropped", Boolean, nullable=False),
)

signals = Table(
    "signals",
    metadata,
    tenant(),
    Column("channel", ID, primary_key=True),
    Column("ts", String(MARK), primary_key=True),
    Column("user", ID, primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("standing", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_signals_user", "tenant", "user"),
)

people = Table(
    "people",
    metadata,
    tenant(),
    Column("user", ID, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("tz", String(60), nullable=False),
    Column("kind", String(12), nullable=False),  # member | guest | bot | gone | outside | unknown
    Column("dm", ID, nullable=False),  # the bot's DM with them, "" until opened
    Column("same_as", ID, nullable=False, server_default=""),  # the id they're known by, "" for this one
    Column("fetched_at", Utc, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("tenant", ID, nullable=False),
    Column("incident", ID, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("party", String(24), nullable=False),  # a party's key, or what else a nudge is about
    Column("ordinal", Integer, nullable=False),
    Column("recipient", ID, nullable=False),  # a user, or a channel
    Column("place", String(8), nullable=False),  # dm | channel | thread
    Column("due_at", Utc, nullable=False),  # what was promised; never moved
    Column("run_at", Utc, nullable=False),  # when it may be claimed; moved by leases and retries
    Column("priority", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("reads", Integer, nullable=False),  # of the history, that failed since the last try
    Column("first_try_at", Utc),
    Column("channel", ID, nullable=False),
    Column("thread", String(24), nullable=False),
    Column("body", JSON),  # what was sent, to the letter, so that a second try sends the same
    Column("data", JSON, nullable=False),  # what the text needs beyond the record
    Column("sent_ts", String(24), nullable=False),
    Column("sent_at", Utc),
    Column("reason", String(80), nullable=False),
    Column("bundle", ID, nullable=False),  # the post whose message this one is part of, "" for its own
    Column("holder", String(12), nullable=False, server_default=""),  # the process that is sending it
    Column("since", Float(53)),  # Slack's own time of the last try, seconds
    UniqueConstraint(
        "tenant", "incident", "kind", "party", "ordinal", "recipient", "place", name="uq_posts_once"
    ),
    Index("ix_posts_message", "tenant", "channel", "sent_ts"),
    Index("ix_posts_incident", "tenant", "incident"),
    Index("ix_posts_recipient", "tenant", "recipient", "sent_at"),
    Index("ix_posts_bundle", "bundle", sqlite_where=BUNDLED),
    Index("ix_posts_sending", "holder", sqlite_where=SENDING),
    Index("ix_posts_run_first", "priority", "run_at", "id", sqlite_where=TO_DO),
    Index("ix_posts_run", "run_at", sqlite_where=TO_DO),
)

surfaces = Table(
    "surfaces",
    metadata,
    tenant(),
    Column("kind", String(12), primary_key=True),  # rcard | notice | card | home
    Column("incident", ID, primary_key=True),  # "" for Home
    Column("subject", ID, primary_key=True),  # the post it redraws, or the user whose Home it is
    Column("wanted", Integer, nullable=False),
    Column("drawn", Integer, nullable=False),
    Column("run_at", Utc, nullable=False),
    Index("ix_surfaces_run", "run_at", sqlite_where=DIRTY),
)

inbox = Table(
    "inbox",
    metadata,
    tenant(),
    Column("key", String(64), primary_key=True),  # SHA-256 of what names one human act
    Column("received_at", Utc, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("tenant", ID, nullable=False),
    Column("at", Utc, nullable=False),
    Column("actor", ID, nullable=False),
    Column("verb", String(40), nullable=False),
    Column("incident", ID, nullable=False),
    Column("detail", Text, nullable=False),  # ids and words of the code, never what people typed
    Index("ix_audit_incident", "tenant", "incident"),
    Index("ix_audit_actor", "tenant", "actor"),
)

chores = Table(
    "chores",
    metadata,
    tenant(),
    Column("id", ID, primary_key=True),
    Column("user", ID, nullable=False),  # who asked for it, and whose data it's about
    Column("kind", String(12), nullable=False),  # export | forget
    Column("begun_at", Utc, nullable=False),
    Column("held_until", Utc, nullable=False),  # no other process works on it until then
    Column("after_at", Utc),  # the incident it has come to: created then, of that id
    Column("after", ID, nullable=False),
    Column("seen", Integer, nullable=False),  # incidents looked through
    Column("total", Integer, nullable=False),  # of so many
    Column("made", JSON, nullable=False),  # what was done so far: numbers and ids
)

parts = Table(
    "parts",
    metadata,
    tenant(),
    Column("chore", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("section", String(40), nullable=False),
    Column("text", Text, nullable=False),  # a piece of the file that the chore makes
)

turns = Table(
    "turns",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of what names a method or a conversation
    Column("free_at", Float(53), nullable=False),  # seconds of the database's clock
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("beat", Integer, nullable=False),  # counted up while that process works
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", String(120), nullable=False),
)

ON_MESSAGE = and_(
    signals.c.tenant == posts.c.tenant,
    signals.c.channel == posts.c.channel,
    signals.c.ts.in_([posts.c.sent_ts, func.substr(posts.c.id, 1, MARK)]),
)
"""The signal is on that post's message (`whereabouts.mark_of`)."""
