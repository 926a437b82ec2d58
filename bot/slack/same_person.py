"""slack: one person, one id. In Enterprise Grid someone has one id of the workspace (U…) and one of the
organisation (W…), and meets us under either: picked in a menu, in an event, copied into a policy
(docs.slack.dev/reference/objects/user-object; github.com/app-sre/qontract-reconcile/pull/3926).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Busy
from bot.store import people

if TYPE_CHECKING:
    from bot.guide.work import Work
    from bot.slack.edge import Edge

Body = dict[str, Any]
WHO = ("user", "user_id", "item_user", "parent_user_id", "selected_user", "selected_users")


class SamePerson:
    """One for the process. Outside Enterprise Grid it does nothing."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._ids: dict[str, str] = {}
        self._in_org: set[str] = set()

    async def in_body(self, body: Body, actor: str, *, grid: bool) -> Body:
        """The payload with the one id of everyone in it; `actor` is the person acting.

        Raises: Busy where Slack doesn't say in time who that is: under the wrong id it'd be kept for no one.
        """
        found = [user for user in dict.fromkeys(_people(body)) if user != self._edge.identity.bot_user]
        if not (grid or self._edge.identity.enterprise or any(user.startswith("W") for user in found)):
            return body
        await self.learn(user for user in found if user not in self._ids)
        unknown = [user for user in found if user not in self._ids]
        if unknown:
            await self._edge.people.know_in_time(unknown)
            await self.learn(unknown)
        if actor and actor not in self._ids:
            raise Busy("slow")
        names = {user: same for user in found if (same := self._ids.get(user, user)) != user}
        return _renamed(body, names) if names else body

    async def met(self, user: str, other: str) -> None:
        """Slack has just said that they are of an organisation, and by which id."""
        self._in_org.add(user)
        await self.learn({user, other})

    def in_organisation(self, user: str) -> bool:
        """Whether Slack has said so: outside one, a payload that names another workspace is an outsider's."""
        return user in self._in_org

    async def learn(self, users: Iterable[str]) -> None:
        """Whatever is on record of these."""
        if asked := list(users):
            self._ids |= await self._edge.look(_known_by, asked)


def _known_by(work: Work, users: Sequence[str]) -> dict[str, str]:
    return people.known_by(work.store, users)


def _people(value: object, key: str = "") -> Iterator[str]:
    """The ids of people in a payload."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _people(part, _place(key, name))
    elif isinstance(value, list):
        for part in value:
            yield from _people(part, key)
    elif key in WHO and isinstance(value, str) and value:
        yield value


def _place(key: str, name: str) -> str:
    """Where a value stands: a person is an id in some places, and an object with one in others."""
    return "user" if key == "user" and name == "id" else name


def _renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:  # noqa: ANN401 - what JSON can hold
    """The same with the one id of each person, where `_people` finds one; what's typed stays as it is."""
    if isinstance(value, dict):
        return {name: _renamed(part, names, _place(key, name)) for name, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names, key) for part in value]
    return names.get(value, value) if key in WHO and isinstance(value, str) else value
