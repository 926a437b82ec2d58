"""store: connections to Postgres that never wait for ever, whatever it is that stops answering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, event

from bot.store.deadlines import PATIENT_SECONDS, left

RV = TypeVar("RV")
INTERVAL = 0.1  # seconds between two looks at Ctrl-C, psycopg's own
CONNECTING: Mapping[str, int] = {
    # Of a connection whose other end is gone (postgresql.org/docs, libpq connection parameters).
    "connect_timeout": 2,  # seconds, the least libpq takes
    "tcp_user_timeout": 10_000,  # milliseconds until what was sent must have been taken
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
SESSION = (
    # Of a server that is there, in milliseconds (postgresql.org/docs, client connection defaults).
    ("lock_timeout", 2_000),
    ("statement_timeout", int(PATIENT_SECONDS * 1000)),
    ("idle_in_transaction_session_timeout", int(PATIENT_SECONDS * 1000)),  # a process frozen with a lock
)


class Timed(psycopg.Connection[Any]):
    """Gives up a server that doesn't answer in time. It is closed then: nobody knows what is under way."""

    def wait(self, gen: PQGen[RV], interval: float = INTERVAL, timeout: float | None = None) -> RV:
        """Raises: psycopg.OperationalError."""
        try:
            return super().wait(gen, interval, left() if timeout is None else min(left(), timeout))
        except psycopg.errors._WaitTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server does not answer") from error


def timed(engine: Engine) -> Engine:
    """The engine, whose connections are such."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: object, record: object, args: Any, named: dict[str, Any]) -> Timed:  # noqa: ANN401
        return Timed.connect(*args, **{**CONNECTING, **named})

    @event.listens_for(engine, "connect")
    def set_up(connection: Timed, record: object) -> None:
        connection.execute("; ".join(f"SET {name} = {value}" for name, value in SESSION).encode())
        connection.commit()

    return engine
