"""Playground: how the local Slack says no."""

from bot.playground.manifest import Json


class SlackError(Exception):
    """An `ok: false` answer of the Web API. `extra` goes into the answer's body beside `error`."""

    def __init__(
        self, code: str, *, status: int = 200, retry_after: int | None = None, **extra: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.extra: Json = extra


class ClientRefused(Exception):
    """Slack's own client would not let a person do this; nothing was sent to the app."""
