"""Playground: the local Slack's clock. Real time plus an offset that a person in the browser can move."""

import os
import threading
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


class Clock:
    """Real UTC time plus `offset` seconds; the offset is written to `file` for the bot to read.

    `file` is what the bot's `CLOCK_OFFSET_FILE` names: plain text, seconds as a decimal number.
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._file: Path | None = None
        self._last_ts = 0
        self._lock = threading.Lock()

    @property
    def offset(self) -> float:
        """Seconds ahead of real time."""
        return self._offset

    @property
    def file(self) -> Path | None:
        """Where the offset is written, or None when nobody shares this clock."""
        return self._file

    @file.setter
    def file(self, path: str | Path | None) -> None:
        self._file = None if path is None else Path(path)
        self._write()

    def now(self) -> datetime:
        """The present moment here, aware, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def advance(self, seconds: float) -> None:
        """Move the clock; negative seconds move it back (message timestamps still only grow)."""
        self._offset += seconds
        self._write()

    def next_morning(self, zone: str, hour: int = 9) -> None:
        """Move on to the next `hour`:00 in the IANA zone that lies in the future."""
        local = self.now().astimezone(ZoneInfo(zone))
        morning = datetime.combine(local.date(), time(hour), local.tzinfo)
        if morning <= local:
            morning = datetime.combine(local.date() + timedelta(days=1), time(hour), local.tzinfo)
        self.advance((morning.astimezone(UTC) - self.now()).total_seconds())

    def ts(self) -> str:
        """A message timestamp as Slack writes them, unique and growing: "1763730000.000123"."""
        with self._lock:
            now = self.now()
            micros = int(now.timestamp()) * 1_000_000 + now.microsecond
            self._last_ts = max(micros, self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def _write(self) -> None:
        if self._file is None:
            return
        part = self._file.with_name(self._file.name + ".part")
        part.write_text(f"{self._offset}\n", encoding="utf-8")
        os.replace(part, self._file)
