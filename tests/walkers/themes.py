"""What walks are about: a theme leans towards pages that chance alone would hardly ever reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.playground.forms import Value


@dataclass(frozen=True)
class Theme:
    """`meant`: likely answers by field. `pages`: gone to first from the hub, as often as they're named.

    `likes`: how acts begin that are done where they can be, as often as they're named; with who does it in
    front, if it has to be them.
    `begin`: who types the command at the start. `leads`: those who are busier than the others.
    `straight`: they seldom press anything but Next, so that the walk goes far. `bad_line`: how likely it is
    that the next act comes from outside (time, restarts, Slack).
    """

    name: str
    meant: Mapping[str, Value] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    likes: tuple[str, ...] = ()
    begin: tuple[str, ...] = ("reporter",)
    leads: tuple[str, ...] = ("reporter",)
    straight: bool = False
    bad_line: float = 0.08


SEND: Mapping[str, Value] = {"how": "send", "boss": "U000BERT", "special": []}
CALLED: Mapping[str, Value] = {**SEND, "reach": "one", "result": "reached", "still_going": "no"}
BIG: Mapping[str, Value] = {**SEND, "reach": "several", "still_going": "yes", "undo": "no"}
ALL_IN: Mapping[str, Value] = {
    **CALLED, "undo": "partly", "money": "none", "flags": [], "verified_by": "U000DANA", "working_ok": "yes",
    "strength": "stronger", "fix_kind": "deliver",
}  # fmt: skip
PAY: Mapping[str, Value] = {**BIG, "cost": "12000", "credit_amount": "900", "fix_kind": "refund"}
LITTLE: Mapping[str, Value] = {**SEND, "reach": "none", "still_going": "no", "undo": "fully", "money": "none"}
TEAM: Mapping[str, Value] = {"where": "existing", "channel": "C000ROOM2", "may_name_handler": ["yes"]}
PRIVATE: Mapping[str, Value] = {"flags": ["personal", "filing"], "decision": "notified"}
BOTH = ("reporter", "t1")
THEMES = (
    Theme("as it comes"),
    Theme("a client", CALLED, ("contact", "spoke", "spoke", "update", "fixed", "update", "debrief", "letgo"),
          ("press copy", "press anew", "press go.debrief_invite"), straight=True),
    Theme("many", {**CALLED, "reach": "many"}, ("bulk", *("party",) * 14, "spoke", "spoke"),
          ("press go.client_call_bulk", "press go.client_email_bulk"), straight=True),
    Theme("flagged", {**BIG, **PRIVATE}, ("assess", "legal", "spoke", "decided", "hold", "release", "spoke"),
          ("press go.recipient_request",), leads=("reporter", "privacy"), straight=True),
    Theme("a team", {**BIG, **TEAM}, ("team", "note", "level", "plan", "ways", "halt")),
    Theme("a room", {**BIG, "where": "new"}, ("team", "plan", "spoke", "fixed", "cancel")),
    Theme("handed over", {**SEND, "to": "U000ZOE", "who": "U000ZOE"},
          ("handover", "accept", "note"), leads=BOTH),
    Theme("part of it too", {**SEND, "who": "U000ZOE"}, ("together", "join", "mine", "mine"), leads=BOTH,
          straight=True),
    Theme("to its end", ALL_IN, ("contact", "spoke", "fixed", "debrief", "sat", "review", "prevent", "proof",
                                 "letter", "close", "letgo", "reopen"), straight=True),
    Theme("no one above", {**CALLED, "special": ["senior"], "handler": "U000DANA"},
          ("plan", "spoke", "fixed")),
    Theme("not the boss", {"reach": "one", "how": "send"}, ("safe", "send", "plan", "more")),
    Theme("money", {**PAY, "result": "reached"}, ("plan", "contact", "spoke", "fixed", "debrief"),
          ("press ask", "press go.billing_note"), straight=True),
    Theme("small", {**LITTLE, "flags": []}, ("fixed", "letgo", "breathe", "own", "cancel", "reopen")),
    Theme("two at once", {**BIG, "still_going": "no"}, ("plan", "note"),
          ("click which", *("boss: write to the bot (some",) * 4), begin=BOTH, leads=(*BOTH, "boss"),
          straight=True),
    Theme("they rang first", {**CALLED, "found_how": "client"}, ("spoke", "contact", "spoke", "update"),
          ("press go.client_call_inbound",), straight=True),
    Theme("a bad line", CALLED, ("spoke", "note"),
          ("click blank", "click again", "click arrived"),
          leads=("reporter", "boss"), straight=True, bad_line=0.2),
)  # fmt: skip
STARTS = (  # a working morning, a Friday afternoon, a night, the day before the clocks change
    datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC),
    datetime(2026, 3, 6, 16, 40, 5, tzinfo=UTC),
    datetime(2026, 3, 3, 22, 50, 5, tzinfo=UTC),
    datetime(2026, 3, 28, 10, 0, 5, tzinfo=UTC),
)
