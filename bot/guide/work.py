"""guide: what every use case is given, and how it gets hold of an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.access import account_may, admits, may
from bot.domain.errors import NotFound, NotKnown, Refused
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.rules import Policy
from bot.store import people
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction: the tenant's rows, the time it began, the rules in force.

    `level` is set by rehearsals only, whose scripts say how serious it is. `asked`: Slack was asked who acts,
    so that an account that is still unknown stays so for this act. `ahead`: our clock of Slack's.
    """

    store: Store
    now: datetime
    policy: Policy
    level: Level | None = None
    asked: bool = True
    ahead: timedelta = timedelta()

    def at_slack(self, ours: datetime) -> datetime:
        """What Slack's clock shows when ours shows that: keystrokes and reactions come with Slack's time."""
        return ours - self.ahead

    def incident(self, key: str, user: str, *actions: str) -> Incident:
        """The incident, if that user may do one of these in it now.

        Raises: NotFound, for "no" and "none" alike; Refused for an account that is not known yet, likewise.
        """
        incident = self.store.load(key, for_update=True)
        own = incident is not None and user == incident.reporter
        if not own and self.kind(user) == "unknown":
            raise Refused("not_known_yet")  # whether there is such an incident or not
        if (
            incident is None
            or not admits(incident, user)
            or not any(self.may(action, incident, user) for action in actions)
        ):
            raise NotFound(actions[0], user)
        self.account(user, "take_part", own=own)
        return incident

    def may(self, action: str, incident: Incident, user: str) -> bool:
        return may(action, incident, user, self.policy)

    def kind(self, user: str) -> str:
        """What kind of account that is, as far as Slack has told us. Raises: NotKnown, if it can be asked."""
        person = people.get(self.store, [user]).get(user)
        kind = person.kind if person else "unknown"
        if kind == "unknown" and user and not self.asked:
            raise NotKnown(user)
        return kind

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
