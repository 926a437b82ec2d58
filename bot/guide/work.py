"""guide: what every use case is given, and how it gets hold of an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import account_may, admits, may
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.rules import Policy
from bot.store import people
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction: the tenant's rows, the time it began, the rules in force.

    `level` is set by rehearsals only, whose scripts say how serious it is.
    """

    store: Store
    now: datetime
    policy: Policy
    level: Level | None = None

    def incident(self, key: str, user: str, *actions: str) -> Incident:
        """The incident, if that user may do one of these in it now.

        Raises: NotFound, for "no" and "none" alike.
        """
        incident = self.store.load(key, for_update=True)
        if (
            incident is None
            or not admits(incident, user)
            or not any(self.may(action, incident, user) for action in actions)
        ):
            raise NotFound(actions[0], user)
        self.account(user, "take_part", own=user == incident.reporter)
        return incident

    def may(self, action: str, incident: Incident, user: str) -> bool:
        return may(action, incident, user, self.policy.contacts.privacy)

    def kind(self, user: str) -> str:
        """What kind of account that is, as far as Slack has told us."""
        person = people.get(self.store, [user]).get(user)
        return person.kind if person else "unknown"

    def account(self, user: str, action: str, *, own: bool = True) -> None:
        """That kind of account may do that at all. Raises: NotFound."""
        if not account_may(action, self.kind(user), guests_may_open=self.policy.guests_may_open, own=own):
            raise NotFound(action, user)

    def reload(self, key: str) -> Incident:
        """The snapshot after what this transaction has written."""
        incident = self.store.load(key, for_update=True)
        if incident is None:
            raise NotFound("reload")
        return incident

    def names(self, users: Iterable[str]) -> Mapping[str, str]:
        """Display names of those users; whoever is not known yet is "somebody" nowhere: they are left out."""
        return {user: p.name for user, p in people.get(self.store, users).items() if p.name}

    def tz(self, user: str) -> str:
        """The user's IANA zone, "" when Slack has not told us yet."""
        person = people.get(self.store, [user]).get(user)
        return person.tz if person else ""
