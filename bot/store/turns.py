"""store: whose turn it is to call Slack, for all processes on one Postgres. Its clock counts, not theirs.

One row a method or conversation: when the next call would be due if they came evenly (the generic cell rate
algorithm: en.wikipedia.org/wiki/Generic_cell_rate_algorithm).
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

LONGEST = 3700.0  # seconds: no wait is longer, so the database's clock has been set back since
NOW = "extract(epoch FROM clock_timestamp())"
STANDS = f"CASE WHEN turns.free_at > {NOW} + :slack + {LONGEST} THEN 0 ELSE turns.free_at END"
TAKE = text(
    f"INSERT INTO turns (key, free_at) VALUES (:key, {NOW} + :every) ON CONFLICT (key) "  # noqa: S608 - our own words
    f"DO UPDATE SET free_at = greatest({STANDS}, {NOW}) + :every WHERE {STANDS} - :slack <= {NOW} "
    "RETURNING key"
)
WAITS = text(f"SELECT free_at - :slack - {NOW} FROM turns WHERE key = :key")  # noqa: S608 - our own words
HOLD = text(
    f"INSERT INTO turns (key, free_at) VALUES (:key, {NOW} + :seconds) "  # noqa: S608 - our own words
    "ON CONFLICT (key) DO UPDATE SET free_at = excluded.free_at"
)
OVER = text(f"DELETE FROM turns WHERE free_at < {NOW}")  # noqa: S608 - our own words


def take(connection: Connection, key: str, every: float, slack: float) -> float:
    """0.0: it is ours, and taken. Else in how many seconds to ask again; nothing is taken."""
    values = {"key": _hashed(key), "every": every, "slack": slack}
    if connection.execute(TAKE, values).first() is not None:
        return 0.0
    waits = connection.execute(WAITS, {"key": values["key"], "slack": slack}).scalar()
    return max(float(waits or 0.0), 0.01)


def hold(connection: Connection, key: str, seconds: float) -> None:
    """The next call is due in so many seconds, whatever was said before."""
    connection.execute(HOLD, {"key": _hashed(key), "seconds": seconds})


def tidy(connection: Connection) -> None:
    """What is free says nothing."""
    connection.execute(OVER)


def _hashed(key: str) -> str:
    """Some keys name a person; no one needs to read them."""
    return hashlib.sha256(key.encode()).hexdigest()
