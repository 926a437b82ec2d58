"""Amounts: integers of the smallest unit inside, the currency's own decimals for the reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.field import Amount, Problem
from bot.domain.incident import Incident
from bot.domain.money import amount, currency_of, priced
from bot.domain.record import Page
from bot.stages import find

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (123450, "EUR", "1,234.50 EUR"),
        (5, "USD", "0.05 USD"),
        (1234567, "JPY", "1,234,567 JPY"),
        (1234567, "KWD", "1,234.567 KWD"),
        (-250, "EUR", "-2.50 EUR"),
        (250, "", "2.50"),
    ],
)
def test_is_said_with_the_decimals_of_its_currency(minor: int, currency: str, said: str) -> None:
    assert amount(minor, currency) == said


@pytest.mark.parametrize(("currency", "kept"), [("EUR", 125000), ("JPY", 1250), ("BHD", 1250000)])
def test_what_is_typed_is_kept_in_the_smallest_unit_and_shown_again_as_typed(
    currency: str, kept: int
) -> None:
    field = amount_field("debrief", "credit_amount", currency)
    assert field.clean("1250", NOW) == kept
    assert field.raw(kept) in ("1250", "1250.00", "1250.000")


def test_half_a_yen_is_no_amount() -> None:
    assert amount_field("plan", "cost", "JPY").clean("12.5", NOW) == Problem("not_a_number")


def test_hours_are_not_money() -> None:
    assert amount_field("debrief", "unbilled_hours", "EUR").clean("2", NOW) == 2


def test_each_party_its_own_currency_then_the_plans_then_the_workspaces() -> None:
    pages = {
        ("debrief", "C1"): page("debrief", "C1", {"currency": "JPY"}),
        ("debrief", "C2"): page("debrief", "C2", {"currency": None}),
    }
    said = Incident("T1", "1", "UR", "UR", NOW, pages=pages)
    planned = Incident(
        "T1", "1", "UR", "UR", NOW, pages={("plan", ""): page("plan", "", {"currency": "USD"})}
    )
    assert [currency_of(said, "debrief", party, "EUR") for party in ("C1", "C2")] == ["JPY", "EUR"]
    assert [currency_of(planned, stage, "", "EUR") for stage in ("plan", "ways")] == ["USD", "USD"]


def page(stage: str, party: str, answers: dict[str, str | None]) -> Page:
    return Page(stage, party, 1, answers, False, "UR", NOW)


def amount_field(stage: str, key: str, currency: str) -> Amount:
    found = find(stage)
    assert found is not None
    field = priced(found, currency).field(key)
    assert isinstance(field, Amount)
    return field
