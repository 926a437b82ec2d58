"""outbox: a sign of life for whoever watches from outside: an address that is fetched while all is well."""

from __future__ import annotations

import logging

import aiohttp

log = logging.getLogger(__name__)
SECONDS = 5.0


class Heartbeat:
    """Fetches one URL. It says nothing but that it came; the URL may be a secret and is never logged."""

    def __init__(self, session: aiohttp.ClientSession, url: str, proxy: str | None = None) -> None:
        self._session, self._url, self._proxy = session, url, proxy

    async def __call__(self) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with self._session.get(
                self._url, timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                if response.status >= 300:
                    log.warning("heartbeat refused", extra={"status": response.status})
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("heartbeat not sent", extra={"reason": type(error).__name__})
