"""Playground: tells those who wait that something changed, so that nobody has to poll or sleep."""

import asyncio
from collections.abc import Callable


class Changes:
    """One bell for the whole local Slack. All use is from the server's event loop."""

    def __init__(self) -> None:
        self._bell: asyncio.Event | None = None
        self._callbacks: list[Callable[[], None]] = []

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change, in the event loop; returns the function that ends this."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def notify(self) -> None:
        """Something changed."""
        if self._bell is not None:
            self._bell.set()
            self._bell = None
        for callback in tuple(self._callbacks):
            callback()

    async def next(self) -> None:
        """Return at the next change."""
        if self._bell is None:
            self._bell = asyncio.Event()
        await self._bell.wait()

    async def wait(self, condition: Callable[[], object], timeout: float) -> None:
        """Return as soon as `condition()` is true; it is asked again after each change.

        Raises TimeoutError after `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while not condition():
                await self.next()
