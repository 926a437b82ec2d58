"""Local Slack, pages: the raw payloads in both directions, for the inspector."""

import json
from dataclasses import dataclass
from datetime import timedelta

from bot.playground.api import Call
from bot.playground.delivery import Delivery
from bot.playground.manifest import Json
from bot.playground.server import LocalSlack
from bot.playground.web_text import Reader

SHOWN = 60


@dataclass(frozen=True)
class Exchange:
    """One payload with its answer. `inbound` is from Slack to the app; `failed` names what went wrong."""

    id: str
    inbound: bool
    title: str
    at: str
    failed: str
    payload: str
    answer: str


def exchanges(slack: LocalSlack, reader: Reader) -> list[Exchange]:
    """The last payloads, newest first."""
    both: list[Call | Delivery] = [*slack.calls[-SHOWN:], *slack.deliveries[-SHOWN:]]
    newest = sorted(both, key=lambda one: one.at_monotonic, reverse=True)[:SHOWN]
    return [_call(reader, one) if isinstance(one, Call) else _delivery(one) for one in newest]


def _call(reader: Reader, call: Call) -> Exchange:
    return Exchange(
        id=f"call-{call.at_monotonic}",
        inbound=False,
        title=call.method,
        at=reader.clock_time(call.at),
        failed="" if call.ok else str(call.error),
        payload=_pretty(call.args),
        answer="ok" if call.ok else str(call.error),
    )


def _delivery(one: Delivery) -> Exchange:
    event = one.payload.get("event", {}).get("type")
    took = timedelta(seconds=one.seconds) / timedelta(milliseconds=1)
    return Exchange(
        id=f"delivery-{one.at_monotonic}",
        inbound=True,
        title=str(event or one.payload.get("command") or one.payload.get("type")),
        at="waiting" if one.error == "pending" else f"{took:.0f} ms",
        failed="" if one.ok or one.error == "pending" else str(one.error),
        payload=_pretty(one.payload),
        answer=_pretty(one.body) if one.body else one.error or "acknowledged",
    )


def _pretty(payload: Json | str) -> str:
    return payload if isinstance(payload, str) else json.dumps(payload, indent=2, ensure_ascii=False)
