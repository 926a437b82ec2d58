"""Playground: what one person sees of the app. Their modals, Home tab, direct messages and ephemerals."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from bot.playground.core import Core
from bot.playground.delivery import INTERACTIVE, Deliveries, Delivery
from bot.playground.errors import ClientRefused
from bot.playground.manifest import Json
from bot.playground.workspace import Message, Person, View


class Screen:
    """One person's client, to look at."""

    def __init__(self, core: Core, deliveries: Deliveries, person: Person) -> None:
        self.person = person
        self._core = core
        self._deliveries = deliveries

    @property
    def id(self) -> str:
        """The user id."""
        return self.person.id

    @property
    def stack(self) -> list[View]:
        """Their open modals, the top one last."""
        return self._core.workspace.stacks.get(self.id, [])

    @property
    def modal(self) -> Json | None:
        """The top modal with id, hash and state, or None."""
        return self._core.view_payload(self.stack[-1]) if self.stack else None

    @property
    def home(self) -> Json | None:
        """Their published Home tab, or None."""
        view = self._core.workspace.homes.get(self.id)
        return self._core.view_payload(view) if view else None

    @property
    def dm(self) -> list[Message]:
        """The conversation with the app, oldest first, deleted messages too (flagged)."""
        known = self._core.workspace.dms.get(self.id)
        return list(self._core.workspace.channels[known].messages.values()) if known else []

    @property
    def ephemerals(self) -> list[Message]:
        """Messages only they can see, oldest first."""
        return self._core.workspace.ephemerals.setdefault(self.id, [])

    async def wait_modal(
        self, timeout: float = 30, where: Callable[[Json], object] = lambda view: True
    ) -> Json:
        """The top modal, as soon as there is one for which `where` is true. Raises TimeoutError."""
        seen = self._core.changes.wait
        await seen(lambda: self.modal is not None and where(self.modal), timeout, topic=self.id)
        return self._core.view_payload(self._top())

    def look(self) -> View:
        """The top modal as it is now, for someone who goes on looking at it."""
        top = self._top()
        return replace(top, values=deepcopy(top.values))

    def _top(self) -> View:
        if not self.stack:
            raise ClientRefused("no modal is open")
        return self.stack[-1]

    def _check_sees(self, message: Message) -> None:
        members = self._core.workspace.channels[message.channel].members
        if message.ephemeral_to not in (None, self.id) or self.id not in members:
            raise ClientRefused("they cannot see that message")

    async def _interact(self, payload: Json) -> Delivery:
        return await self._deliveries.send(Delivery(INTERACTIVE, payload))
