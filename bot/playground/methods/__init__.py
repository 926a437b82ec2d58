"""Playground: the Web API methods, a module a family: (core, arguments) -> the answer.

`METHODS` maps a method's name to its function and to the bot scopes of which it needs one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.methods import chat, conversations, files, membership, people, reactions, views

Handler = Callable[[Core, Json], Json]


@dataclass(frozen=True)
class Method:
    """One Web API method. An empty `scopes` needs none; `app_level` ones take the app token."""

    handler: Handler
    scopes: frozenset[str] = frozenset()
    app_level: bool = False


METHODS: Mapping[str, Method] = {
    name: Method(handler, frozenset(scopes))
    for family in (chat, conversations, files, membership, people, reactions, views)
    for name, (handler, scopes) in family.METHODS.items()
}


def check_scopes(method: Method, granted: set[str]) -> None:
    """Raises SlackError("missing_scope") when none of the needed scopes is granted."""
    if method.scopes and not method.scopes & granted:
        needed, provided = ",".join(sorted(method.scopes)), ",".join(sorted(granted))
        raise SlackError("missing_scope", needed=needed, provided=provided)
