"""store: what one transaction has read, and what it has written there since, so that it reads once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Keyed by what is kept (a table's name, or part of one) and the incident it belongs to."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], list[Any]] = {}

    def get(self, what: str, incident: str, read: Callable[[], Iterable[T]]) -> list[T]:
        """What stands there, read the first time only."""
        if (what, incident) not in self._kept:
            self._kept[what, incident] = list(read())
        return self._kept[what, incident]

    def know(self, what: str, incident: str, stands: Iterable[Any]) -> None:
        """What stands there, without reading it."""
        self._kept[what, incident] = list(stands)

    def learn(self, what: str, incident: str, written: Callable[[list[T]], Iterable[T]]) -> None:
        """What was just written, into what is kept; where nothing is, the next reading finds it."""
        if (what, incident) in self._kept:
            self._kept[what, incident] = list(written(self._kept[what, incident]))

    def forget(self, *, what: str = "", incident: str = "") -> None:
        """All that is kept of it (of that incident, where one is named) is read anew."""
        self._kept = {
            key: kept
            for key, kept in self._kept.items()
            if (what and key[0] != what) or (incident and key[1] != incident)
        }
