"""domain: who may do what, as one table (reliability.md 4): default deny, checked while acting."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.incident import Incident, What


class Role(StrEnum):
    """What somebody is to one incident. Nobody is anything to an incident they have no part in."""

    REPORTER = "reporter"
    HANDLER = "handler"
    LEAD = "lead"
    LADDER = "ladder"  # was sent the notice, does not lead
    PRIVACY = "privacy"  # once flagged and sent
    HELPER = "helper"
    RECEIVER = "receiver"  # was offered a handover


R, H, LEAD, LADDER, P = Role.REPORTER, Role.HANDLER, Role.LEAD, Role.LADDER, Role.PRIVACY
HELPER, RECEIVER = Role.HELPER, Role.RECEIVER
HELPING = frozenset({"raising_hand", "man-raising-hand", "woman-raising-hand", "button:help"})

ACTIONS: Mapping[str, frozenset[Role]] = {
    "open": frozenset({R}),
    "enter": frozenset({R, H, LEAD, LADDER, P, HELPER, RECEIVER}),
    "see_own_fields": frozenset({R}),
    "see_facts": frozenset({R, H, LEAD, LADDER, P}),
    "see_timeline": frozenset({R, H, LEAD, HELPER}),
    "edit_facts": frozenset({R, H}),
    "tell": frozenset({R, H}),
    "acknowledge": frozenset({LEAD, LADDER}),
    "note": frozenset({R, H, LEAD, LADDER, HELPER}),
    "raise_level": frozenset({R, H, LEAD, LADDER, P, HELPER}),
    "lower_level": frozenset({LEAD}),
    "approve": frozenset({LEAD}),
    "offer": frozenset({R, H}),
    "accept": frozenset({RECEIVER}),
    "finish": frozenset({H, LEAD}),
    "cancel": frozenset({H, LEAD}),
    "let_go": frozenset({R}),
    "legal": frozenset({P}),
}


def roles(incident: Incident, user: str, privacy: str = "") -> frozenset[Role]:
    """Every role of that user in this incident, read from the record each time: nothing is remembered.

    `privacy` is the policy's contact; they have a part only once something was sent to them.
    """
    found: set[Role] = set()
    if user == incident.reporter:
        found.add(R)
    if user == incident.handler:
        found.add(H)
    if user and user == incident.lead:
        found.add(LEAD)
    elif user in incident.told_members:
        found.add(LADDER)
    if user == privacy and incident.first(What.LEGAL_SENT):
        found.add(P)
    if any(
        s.user == user and s.surface == "card" and s.standing and s.name in HELPING for s in incident.signals
    ):
        found.add(HELPER)
    if user and user == incident.offered_to:
        found.add(RECEIVER)
    return frozenset(found)


def may(action: str, incident: Incident, user: str, privacy: str = "") -> bool:
    """Whether that user may do it now. R may cancel until somebody was told (product.md 1.3 X2)."""
    mine = roles(incident, user, privacy)
    if action == "cancel" and R in mine and incident.told is None:
        return True
    return bool(mine & ACTIONS[action])
