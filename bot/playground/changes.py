"""Playground: tells those who wait that something changed, so that nobody has to poll or sleep."""

import asyncio
from collections.abc import Callable

ANYTHING = ""


class Changes:
    """A bell for everything, and one for each topic (a user id: that person's modals).

    A topic keeps two hundred people who wait for their modals from waking each other. All use is from
    the server's event loop.
    """

    def __init__(self) -> None:
        self._bells: dict[str, asyncio.Event] = {}
        self._callbacks: list[Callable[[], None]] = []

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change, in the event loop; returns the function that ends this."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def notify(self, topic: str = ANYTHING) -> None:
        """Something changed."""
        for name in {topic, ANYTHING}:
            bell = self._bells.pop(name, None)
            if bell is not None:
                bell.set()
        for callback in tuple(self._callbacks):
            callback()

    async def wait(self, condition: Callable[[], object], timeout: float, topic: str = ANYTHING) -> None:
        """Return as soon as `condition()` is true; it is asked again after each change of the topic.

        Raises TimeoutError after `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while not holds(condition):
                await self._bells.setdefault(topic, asyncio.Event()).wait()


def holds(condition: Callable[[], object]) -> bool:
    """Whether it is true; what looks at something that is not there yet is not."""
    try:
        return bool(condition())
    except LookupError:
        return False
