"""store: where the people of an incident live, as the planner wants it: zone and days off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bot.domain import values
from bot.domain.incident import Incident
from bot.domain.rules import Policy
from bot.domain.worktime import Calendar, Directory
from bot.policy import PolicyError, load_policy, named
from bot.store import people
from bot.store.store import Store

YEARS_AHEAD = 3


def directory(store: Store, incident: Incident, policy: Policy) -> Directory:
    """Calendars of everybody a nudge of this incident could go to; whoever is not known lives like R."""
    users = {incident.reporter, incident.handler, incident.lead, incident.offered_to}
    users |= {*incident.ladder, policy.contacts.privacy, *(a.owner for a in incident.actions)}
    known = people.get(store, users)
    first = incident.created_at.year
    days = frozenset(
        day for region in policy.holiday_regions for day in holidays_of(region, first, YEARS_AHEAD)
    )

    def calendar(zones: Iterable[str]) -> Calendar:
        return Calendar(next((z for z in zones if z), "UTC"), days)

    at_home = values.zone(known[incident.reporter].tz) if incident.reporter in known else ""
    found = {user: calendar((values.zone(person.tz), at_home)) for user, person in known.items()}
    return {**found, "": calendar((at_home,))}


def usable_policy(text: str | None) -> Policy:
    """The policy that a text makes, where all of it can be used: the one way in for the start, `check` and
    `rehearse`. Raises: PolicyError, with one sentence a problem.
    """
    policy = load_policy(text)
    if problems := (*named.problems(policy), *unknown_regions(policy.holiday_regions)):
        raise PolicyError(problems)
    return policy


def unknown_regions(regions: Iterable[str]) -> tuple[str, ...]:
    """One sentence for each region whose public holidays no one has written down."""
    return tuple(
        f"holiday_regions = {region!r}: must be a country, or a part of one, like DE or DE-BE"
        for region in regions
        if not _known(region)
    )


def _known(region: str) -> bool:
    import holidays  # as below

    country, dash, part = region.partition("-")
    if country not in holidays.list_supported_countries() or (dash and not part):
        return False
    try:
        holidays_of(region, 2024, 1)
    except NotImplementedError:  # no such part of it
        return False
    return True


@lru_cache(maxsize=64)
def holidays_of(region: str, first: int, years: int) -> frozenset[date]:
    """Public holidays of "DE" or "DE-BE" from that year on (PyPI: holidays)."""
    import holidays  # 50 ms that only those pay who set a region

    country, _, part = region.partition("-")
    span = range(first, first + years)
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=span))
