"""store: what the columns of several tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator

ID = String(40)


class Utc(TypeDecorator[datetime]):
    """Aware UTC datetimes; SQLite keeps no zones: cut off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value and value.tzinfo else value and value.replace(tzinfo=UTC)


def tenant() -> Column[str]:
    return Column("tenant", ID, primary_key=True)
