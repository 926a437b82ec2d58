"""Playground: the switches a test or a person may turn at any time."""

from dataclasses import dataclass


@dataclass(eq=False)
class Switches:
    """How the local Slack behaves. All times are in seconds of real time."""

    latency: float = 0.0
    """Added to each answer of the Web API; the call itself takes effect at once."""
    enforce_rate: bool = False
    """Refuse a second message to one channel within a second (429, Retry-After: 1)."""
    ack_timeout: float = 3.0
    """How long the app may take to acknowledge."""
    trigger_life: float = 3.0
    """How long a trigger id can be used."""
    expired_trigger: str = "expired_trigger_id"
    """The error of a trigger id used too late; Slack's documents also say "trigger_expired"."""
    exchanged_trigger: str = "exchanged_trigger_id"
    """The error of a trigger id used twice; Slack's documents also say "trigger_exchanged"."""
    retry_events: bool = False
    """Repeat events that were not acknowledged."""
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    """The waits before the repetitions of an event."""
    refusal: str | None = None
    """The error every call with the bot token gets, such as "account_inactive" after an uninstall."""
