"""words: what somebody is asked to agree to, in figures: what the plan costs, hours not charged, credits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.incident import Incident
from bot.words.draft_values import money
from bot.words.pages import party_words


def figures(incident: Incident, currency: str) -> dict[str, Any]:
    """`cost`: `"480.00 EUR"`, "" for none; `credits`: one line for each party that is given something."""
    cost = incident.answer("plan", "cost")
    return {
        "cost": _sum(cost, currency) if cost else "",
        "credits": [line for party in incident.parties if (line := _given(incident, party.key, currency))],
    }


def _given(incident: Incident, party: str, currency: str) -> str:
    given = "; ".join(_parts(incident, party, currency))
    return f"{party_words(incident, party)}: {given}" if given else ""


def _parts(incident: Incident, party: str, currency: str) -> Iterator[str]:
    if hours := incident.answer("debrief", "unbilled_hours", party):
        yield f"{hours:g} h not charged"
    if credit := incident.answer("debrief", "credit_amount", party):
        yield f"a credit of {_sum(credit, currency)}"


def _sum(minor: int, currency: str) -> str:
    return f"{money(minor)} {currency}".strip()
