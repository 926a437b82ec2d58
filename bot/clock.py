"""clock: the one place where time is read. Everything else is given it as an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Now, in UTC; with a file, moved by the seconds in it (only for a local Slack, see settings)."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """What the file says at this moment; an unreadable one counts as what it said last."""
        if self._file:
            try:
                self._offset = timedelta(seconds=float(self._file.read_text() or 0))
            except (OSError, ValueError):
                return self._offset
        return self._offset
