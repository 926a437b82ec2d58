"""domain: amounts of money: integers of a currency's smallest unit, and how many decimals a reader sees.

A page asks for at most one currency, in its field `CURRENCY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.field import Amount
from bot.domain.incident import Incident
from bot.domain.stage import Stage

CURRENCY = "currency"
# ISO 4217, table A.1, minor unit; every other currency in use has two decimals.
WITHOUT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"}
    | {"XAF", "XOF", "XPF"}
)
WITH_THREE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def decimals(currency: str) -> int:
    """How many decimals that currency is written with."""
    return 0 if currency in WITHOUT else 3 if currency in WITH_THREE else 2


def amount(minor: int, currency: str) -> str:
    """`123450, "EUR"` -> `"1,234.50 EUR"`; `1234, "JPY"` -> `"1,234 JPY"`. Never through a float."""
    places = decimals(currency)
    whole, part = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole:,}{f'.{part:0{places}d}' if places else ''} {currency}".strip()


def currency_of(incident: Incident, page: str, party: str, default: str) -> str:
    """In which currency the amounts of that page are: as it was answered there, else as in the plan."""
    own = incident.answer(page, CURRENCY, party)
    return str(own or incident.answer("plan", CURRENCY) or default)


def priced(stage: Stage, currency: str) -> Stage:
    """The page with its amounts of money in that currency."""
    places = decimals(currency)
    fields = (replace(f, decimals=places) if isinstance(f, Amount) and f.money else f for f in stage.fields)
    return replace(stage, fields=tuple(fields))


def meant(incident: Incident, stage: Stage, party: str, said: Mapping[str, Any], default: str) -> str:
    """The currency that somebody has just picked on a page, else `currency_of`."""
    picked = said.get(CURRENCY) if stage.field(CURRENCY) else None
    return picked if isinstance(picked, str) and picked else currency_of(incident, stage.key, party, default)
