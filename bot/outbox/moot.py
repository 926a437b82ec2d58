"""outbox: which kinds of posts end with their incident, and which are overtaken, for `store.backlog`."""

from __future__ import annotations

from bot.domain.nudges.planner import OUTLIVE
from bot.domain.rules import Policy
from bot.outbox.kinds import KINDS
from bot.store.backlog import Ends

LADDER = "ack"  # its steps go to different people, and each of them brings the notice: only a claim can say


def ends(policy: Policy) -> Ends:
    """As the planner has it: after closing, these chains go on alone, and none after cancelling."""
    chains: dict[str, set[str]] = {}
    for kind, rule in policy.nudges.items():
        chains.setdefault(rule.chain, set()).add(kind)
    closed = {kind for chain, kinds in chains.items() if chain not in OUTLIVE for kind in kinds}
    return Ends(
        with_any=frozenset(kind for kind, row in KINDS.items() if row.stale) - set(policy.nudges),
        closed=frozenset(closed),
        nudges=frozenset(policy.nudges),
        lines={kind: chain for chain, kinds in chains.items() if chain != LADDER for kind in kinds},
    )
