"""The queries of every tick use their indexes: nothing grows with what only waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, event, text

from bot.store import chores, export, mentions, overdue, posts, queue, several, surfaces, whereabouts
from bot.store.chores import Chore
from bot.store.database import Database
from bot.store.lists import Asked, listing
from bot.store.posts import State
from bot.store.store import Store

NOW = datetime(2024, 1, 1, tzinfo=UTC)
SERIES = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)",
    "postgresql": "WITH n(n) AS (SELECT * FROM generate_series(1, 20000))",
}
POSTS = """
INSERT INTO posts (id, tenant, incident, kind, party, ordinal, recipient, place, due_at, run_at, priority,
  attempt, reads, state, thread, data, reason, bundle, channel, sent_ts)
{series} SELECT 'p' || n, 'T', 'i' || (n / 5), 'ack.1', '', n, 'U' || (n % 500), 'dm', '2025-01-01',
  '2025-01-01', n % 6, 0, 0, CASE n % 2 WHEN 0 THEN 'pending' ELSE 'sent' END, '', '{{}}', '', '',
  CASE n % 2 WHEN 0 THEN '' ELSE 'D' || n END, CASE n % 2 WHEN 0 THEN '' ELSE '1.' || n END FROM n
"""
INCIDENTS = """
INSERT INTO incidents (tenant, id, reporter, handler, created_at, status, level)
{series} SELECT 'T', 'i' || n, 'U' || (n % 500), 'U' || (n % 499), '2025-01-01', 'open', 1 FROM n
"""
PAGES = """
INSERT INTO pages (tenant, incident, stage, party, version, answers, skipped, saved_by, saved_at, view)
{series} SELECT 'T', 'i' || n, 'open', '', 1, '{{}}', FALSE, 'U' || (n % 500), '2025-01-01', 'V' FROM n
"""
EVENTS = """
INSERT INTO events (tenant, incident, at, what, actor, party, data)
{series} SELECT 'T', 'i' || (n / 5), '2025-01-01', CASE n % 9 WHEN 0 THEN 'joined' ELSE 'noted' END,
  'U' || (n % 500), '', '{{}}' FROM n
"""
SIGNALS = """
INSERT INTO signals (tenant, channel, ts, "user", name, standing, at)
{series} SELECT 'T', 'D' || n, '1.' || n, 'U' || (n % 500), 'eyes', TRUE, '2025-01-01' FROM n
"""
DRAFTS = """
INSERT INTO drafts (tenant, "user", incident, stage, party, "values", page_version, typed_at, saved_at)
{series} SELECT 'T', 'U' || (n % 500), 'i' || n, 'open', '', '{{}}', 0, 1.0, '2025-01-01' FROM n
"""
ACTIONS = """
INSERT INTO actions (tenant, incident, key, text, owner, due, strength, tell_client, proof, dropped)
{series} SELECT 'T', 'i' || n, '1', '', 'U' || (n % 500), '2025-01-01', '', FALSE, '', FALSE FROM n
"""
AUDIT = """
INSERT INTO audit (tenant, at, actor, verb, incident, detail)
{series} SELECT 'T', '2025-01-01', 'U' || (n % 500), 'viewed', 'i' || n, '' FROM n
"""
SURFACES = """
INSERT INTO surfaces (tenant, kind, incident, subject, wanted, drawn, run_at)
{series} SELECT 'T', 'rcard', 'i' || n, 'p' || n, 1, 1, '2025-01-01' FROM n
"""
QUERIES: dict[str, tuple[Callable[..., object], str]] = {
    "due": (lambda c: queue.due(c, NOW, 50, State.PENDING), "ix_posts_run"),
    "due, some busy": (lambda c: queue.due(c, NOW, 50, State.PENDING, ["U1", "U2"]), "ix_posts_run"),
    "being sent": (queue.being_sent, "ix_posts_sending"),
    "next": (queue.next_run, "ix_posts_run"),
    "overdue": (lambda c: overdue.posts(c, NOW), "ix_posts_run"),
    "next surface": (surfaces.next_run, "ix_surfaces_run"),
    "dirty": (lambda c: surfaces.dirty(c, NOW, 50), "ix_surfaces_run"),
    "by id": (lambda c: posts.by_id(c, "p7"), "posts_pkey"),
    "of an incident": (lambda c: posts.of_incident(Store(c, "T"), "i7"), "ix_posts_incident"),
    "by message": (lambda c: whereabouts.by_message(Store(c, "T"), "C", "1.2"), "ix_posts_message"),
    "cap": (lambda c: queue.sent_to(Store(c, "T"), "U7", NOW, "ack.1"), "ix_posts_recipient"),
}

KEYS = [f"i{n}" for n in range(50)]
CHORE = Chore("T", "c", "U9", "export", NOW + timedelta(days=900), NOW, "i7", 0, 9, {})
OF_ONE_PERSON: dict[str, tuple[Callable[[Store], object], str]] = {
    "next incidents": (lambda s: chores.ahead(s.connection, CHORE, 10), "ix_incidents_created"),
    "acts": (lambda s: export.acts(s, "U9", KEYS), "ix_events_"),
    "messages": (lambda s: export.messages(s, "U9", KEYS), "ix_posts_"),
    "marks": (lambda s: export.marks(s, "U9", KEYS), "ix_posts_"),
    "reached": (lambda s: several.reached(s, ["i7"], "U9"), "posts_"),
    "drafts": (lambda s: export.drafts(s, "U9", KEYS), ""),
    "noted": (lambda s: export.noted(s, "U9", KEYS), "ix_audit_"),
    "named in a few": (lambda s: mentions.naming(s, "U9", KEYS), "ix_events_incident"),
    "acted in": (lambda s: mentions.acted_in(s, "U9", 20), "ix_events_actor"),
    "messages to": (lambda s: mentions.messages_to(s, "U9", ["i7"]), "ix_posts_incident"),
}


def fill(connection: Connection) -> None:
    for statement in (POSTS, SURFACES, INCIDENTS, PAGES, EVENTS, SIGNALS, DRAFTS, ACTIONS, AUDIT):
        connection.execute(text(statement.format(series=SERIES[connection.dialect.name])))
    connection.execute(text("ANALYZE"))


def plans(database: Database, query: Callable[[Connection], object]) -> str:
    """How the database goes about each statement of that query."""
    seen: list[tuple[str, object]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, parameters: object, *rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append((statement, parameters))

    database.transact(query)
    event.remove(database.engine, "before_cursor_execute", note)
    word = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
    lines = []
    for statement, parameters in seen:
        rows = database.transact(
            lambda c, s=statement, p=parameters: c.exec_driver_sql(f"{word} {s}", p).all()  # type: ignore[misc]
        )
        lines += [" ".join(str(part) for part in row) for row in rows]
    return "\n".join(lines).replace("sqlite_autoindex_posts_1", "posts_pkey")


def test_whose_incidents_it_is_found_by_an_index_for_each_part_somebody_can_have(database: Database) -> None:
    database.transact(fill)
    for beyond, newer in (("", False), ("i509", False), ("i509", True)):
        asked = Asked(15, beyond=beyond, newer=newer)
        said = plans(database, lambda c, asked=asked: listing(Store(c, "T"), "U9", asked))  # type: ignore[misc]
        for index in ("ix_incidents_reporter", "ix_incidents_handler", "ix_events_joined"):
            assert index in said, said
        assert "Seq Scan" not in said, said
        assert "SCAN incidents" not in said, said


def test_each_query_of_a_tick_uses_its_index(database: Database) -> None:
    database.transact(fill)
    for name, (query, index) in QUERIES.items():
        said = plans(database, query)
        assert index in said, (name, said)
        assert "Seq Scan" not in said, (name, said)
        assert "SCAN posts\n" not in said + "\n", (name, said)


def test_what_one_person_has_and_did_is_found_by_index(database: Database) -> None:
    """Asked once for each piece of long work, and while someone waits for what `forget` would do."""
    database.transact(fill)
    for name, (query, index) in OF_ONE_PERSON.items():
        said = plans(database, lambda c, q=query: q(Store(c, "T")))  # type: ignore[misc]
        assert index in said, (name, said)
        for table in ("posts", "events", "incidents", "signals", "pages", "drafts", "audit", "actions"):
            assert f"SCAN {table}\n" not in said + "\n", (name, said)
            assert f"Seq Scan on {table} " not in said, (name, said)
