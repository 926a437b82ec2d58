"""Playground: faults on demand. Which Web API call goes wrong, how, and before or after it took effect."""

import random
from dataclasses import dataclass

PLAIN_KINDS = {"429", "500", "503", "reset", "timeout", "truncated", "html"}
VALUE_KINDS = ("error:", "latency:", "body:", "redirect:", "status:")
MIX = (
    ("429", "before"),
    ("500", "before"),
    ("500", "after"),
    ("503", "before"),
    ("reset", "before"),
    ("reset", "after"),
    ("truncated", "after"),
    ("error:fatal_error", "after"),
)


@dataclass
class Fault:
    """One rule. `times` counts down and None means for ever; `channel` and `method` None mean any.

    `kind`: "429", "500", "503", "reset" (connection reset), "timeout" (no answer ever), "truncated"
    (half a body), "html" (a web page), "error:CODE" (`ok: false`), "latency:SECONDS" (late but right),
    "body:TEXT" (200 with that JSON text), "redirect:URL" (302 to there), "status:N" (with nothing in it)
    or "status:N:TEXT".
    `when`: "before" or "after" the call took effect.
    `retry_after` is the header's text, None leaves the header out.
    """

    kind: str
    method: str | None = None
    when: str = "before"
    times: int | None = 1
    retry_after: str | int | None = 1
    channel: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in PLAIN_KINDS and not self.kind.startswith(VALUE_KINDS):
            raise ValueError(f"unknown kind of fault: {self.kind}")
        if self.when not in ("before", "after"):
            raise ValueError(f"a fault strikes before or after, not {self.when}")

    @property
    def executes(self) -> bool:
        """Whether the call takes effect although its answer goes wrong."""
        return self.when == "after" or self.kind.startswith("latency:")

    @property
    def spoils(self) -> str | None:
        """What the app is told in place of the true answer; None for an answer that is only late."""
        return None if self.kind.startswith("latency:") else self.kind.removeprefix("error:")

    def matches(self, method: str, channel: object) -> bool:
        """Whether this rule strikes that call."""
        wanted = self.times is None or self.times > 0
        return wanted and self.method in (None, method) and self.channel in (None, channel)


class Faults:
    """All rules of one local Slack; the first that matches strikes. None to begin with."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []
        self.history_lag = 0.0
        self._dice = random.Random(0)  # noqa: S311 - a reproducible choice of faults, no secret
        self._rate = 0.0
        self._mix: tuple[tuple[str, str], ...] = MIX
        self._methods: frozenset[str] | None = None

    def add(
        self,
        *,
        kind: str,
        method: str | None = None,
        when: str = "before",
        times: int | None = 1,
        retry_after: str | int | None = 1,
        channel: str | None = None,
    ) -> Fault:
        """Add a rule (see Fault); returns it, so that `rules.remove` can end it."""
        fault = Fault(kind, method, when, times, retry_after, channel)
        self.rules.append(fault)
        return fault

    def random(
        self,
        rate: float,
        seed: int,
        *,
        methods: frozenset[str] | None = None,
        mix: tuple[tuple[str, str], ...] = MIX,
    ) -> None:
        """Let a share of the calls (`rate` 0..1) go wrong by chance, with one (kind, when) of `mix` each."""
        self._dice = random.Random(seed)  # noqa: S311 - as above
        self._rate, self._mix, self._methods = rate, mix, methods

    def clear(self) -> None:
        """Everything works again."""
        self.rules.clear()
        self._rate = self.history_lag = 0.0

    def take(self, method: str, channel: object) -> Fault | None:
        """The fault that strikes this call, used up once."""
        for rule in self.rules:
            if rule.matches(method, channel):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        if (
            self._rate
            and (self._methods is None or method in self._methods)
            and self._dice.random() < self._rate
        ):
            kind, when = self._dice.choice(self._mix)
            return Fault(kind, method, when)
        return None
