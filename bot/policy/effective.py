"""policy: the rules in force, key by key, as lines of TOML, and which of them the file has changed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.policy.shipped import SHIPPED


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in force: `cadence.ack.medium`, 45, and that the file says so."""

    key: str
    value: object
    changed: bool

    def __str__(self) -> str:
        return f"{self.key} = {toml(self.value)}"


def effective(text: str | None = None) -> Iterator[Setting]:
    """Every value in force under a policy text that `load_policy` has taken; None: as shipped."""
    return _settings(SHIPPED, tomllib.loads(text or ""), "")


def _settings(shipped: Mapping[str, Any], changes: Mapping[str, Any], path: str) -> Iterator[Setting]:
    for key in {**shipped, **changes}:
        here = f"{path}.{_quoted(key)}" if path else key
        base = shipped.get(key)
        if isinstance(base, Mapping):
            yield from _settings(base, changes.get(key, {}), here)
        else:
            yield Setting(here, changes.get(key, base), key in changes)


def _quoted(key: str) -> str:
    return f'"{key}"' if "." in key else key


def toml(value: object) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
