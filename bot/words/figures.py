"""words: what somebody is asked to agree to, in figures: what the plan costs, hours not charged, credits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.incident import Incident
from bot.domain.money import amount, currency_of
from bot.words.pages import party_words


def figures(incident: Incident, default: str) -> dict[str, Any]:
    """`cost`: `"480.00 EUR"`, "" for none; `credits`: one line for each party that is given something.

    `default`: the workspace's currency, for amounts of which nobody has said which it is.
    """
    cost = incident.answer("plan", "cost")
    return {
        "cost": amount(cost, currency_of(incident, "plan", "", default)) if cost else "",
        "credits": [line for party in incident.parties if (line := _given(incident, party.key, default))],
    }


def _given(incident: Incident, party: str, default: str) -> str:
    given = "; ".join(_parts(incident, party, default))
    return f"{party_words(incident, party)}: {given}" if given else ""


def _parts(incident: Incident, party: str, default: str) -> Iterator[str]:
    if hours := incident.answer("debrief", "unbilled_hours", party):
        yield f"{hours:g} h not charged"
    if credit := incident.answer("debrief", "credit_amount", party):
        yield f"a credit of {amount(credit, currency_of(incident, 'debrief', party, default))}"
