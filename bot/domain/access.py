"""domain: who may do what, as tables (reliability.md 4): default deny, checked while acting.

Three questions, each with its own table: what kind of account it is (`ACCOUNTS`), what somebody is to this
incident (`roles`), and what those roles may do in it (`ACTIONS`). Which answers are private is the field's
`audience` (`bot.stages.audience`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.rules import Policy


class Role(StrEnum):
    """What somebody is to one incident. Nobody is anything to an incident they have no part in."""

    REPORTER = "reporter"
    HANDLER = "handler"
    LEAD = "lead"
    TOLD = "told"  # was sent the notice and does not lead
    SEEN = "seen"  # the same, and has seen it
    PRIVACY = "privacy"  # once flagged and sent
    HELPER = "helper"
    RECEIVER = "receiver"  # was offered a handover
    CO_REPORTER = "co_reporter"  # was part of it too, and has joined
    ASKED = "asked"  # the same, and has not joined yet


R, H, LEAD, TOLD, SEEN = Role.REPORTER, Role.HANDLER, Role.LEAD, Role.TOLD, Role.SEEN
P, HELPER, RECEIVER = Role.PRIVACY, Role.HELPER, Role.RECEIVER
CO, ASKED = Role.CO_REPORTER, Role.ASKED
HELP = "button:help"
WIDE = frozenset({R, H, LEAD, P, RECEIVER, CO})  # see all that is not private; the others, parts of it

# Parts that only word from us brings: whoever is to be told has none before that has reached them.
BY_WORD = frozenset({TOLD, P, RECEIVER, ASKED})

ACTIONS: Mapping[str, frozenset[Role]] = {
    "open": frozenset({R}),
    "list": frozenset({R, H, CO}),
    "enter": frozenset({R, H, LEAD, SEEN, P, HELPER, RECEIVER, CO, ASKED}),
    "see_own_fields": frozenset({R}),
    "own_page": frozenset({CO}),
    "ask_along": frozenset({R}),
    "join": frozenset({ASKED}),
    "see_summary": frozenset({R, H, LEAD, SEEN, P, HELPER, CO}),
    "see_facts": frozenset({R, H, LEAD, SEEN, P, CO}),
    "see_timeline": frozenset({R, H, LEAD, HELPER, CO}),
    "see_who_looked": frozenset({R}),
    "edit_facts": frozenset({H}),
    "tell": frozenset({R, H}),
    "acknowledge": frozenset({LEAD, TOLD}),
    "note": frozenset({H, LEAD, HELPER, CO}),
    "raise_level": frozenset({R, H, LEAD, TOLD, P, HELPER, CO}),
    "lower_level": frozenset({LEAD}),
    "approve": frozenset({LEAD}),
    "offer": frozenset({H, LEAD}),
    "accept": frozenset({RECEIVER}),
    "finish": frozenset({H, LEAD}),
    "cancel": frozenset({H, LEAD}),
    "let_go": frozenset({R}),
    "legal": frozenset({P}),
    "hold": frozenset({P}),
    "export": frozenset({R, H, LEAD}),
}
# While nobody leads, whoever was told and does one of these leads from then on, and is judged as lead.
FIRST_ACTS = frozenset({"acknowledge", "note", "raise_level", "lower_level", "approve"})

# What an account of a kind may do at all. Deactivated people, apps and other workspaces: nothing.
# "unknown": Slack has not said yet. They may type into what is theirs and wait; nothing of anyone else's is
# shown to them, and what they press on a card counts once it is known whether it may.
ACCOUNTS: Mapping[str, frozenset[str]] = {
    "begin": frozenset({"member", "unknown"}),
    "take_part": frozenset({"member"}),
    "help": frozenset({"member"}),
    "read_card": frozenset({"member", "guest"}),
    "own_data": frozenset({"member", "unknown", "guest"}),
}


def roles(incident: Incident, user: str, policy: Policy) -> frozenset[Role]:
    """Every role of that user in this incident, read from the record each time: nothing is remembered.

    The policy says who the privacy contact is, who has a part only once something was sent to them, and which
    emoji mean help.
    """
    found: set[Role] = set()
    if not user:
        return frozenset()
    if user == incident.reporter:
        found.add(R)
    if user == incident.handler:
        found.add(H)
    if user == incident.lead:
        found.add(LEAD)
    elif user in incident.told_members:
        found |= {TOLD, SEEN} if incident.has_seen(user) else {TOLD}
    if user == policy.contacts.privacy and incident.first(What.LEGAL_SENT):
        found.add(P)
    if user in helpers(incident, policy):
        found.add(HELPER)
    if user == incident.offered_to and incident.live:
        found.add(RECEIVER)
    if user in incident.co_reporters:
        found.add(CO)
    elif user in incident.asked_to_join and incident.live:
        found.add(ASKED)
    return frozenset(found)


def helpers(incident: Incident, policy: Policy) -> frozenset[str]:
    """Everyone who offers their help on the team's card now: by its button, or by an emoji that means it."""
    on_card = (s for s in incident.signals if s.surface == "card" and s.standing)
    offers = (s for s in on_card if s.name == HELP or policy.meaning(s.name) == "help")
    return frozenset(s.user for s in offers if s.account in ACCOUNTS["help"])


def has_part(incident: Incident, user: str, policy: Policy, *, reached: bool) -> bool:
    """Whether someone has, or once had, a part in this incident: the one rule for what an export holds, what
    erasing counts, and any other place that says there is an incident.

    What someone did counts, and word from us that reached them (`reached`: a message of ours about it is in
    their direct messages, or may be). Being picked on a page, prefilled, or named on a ladder is no part.
    """
    if not user or not admits(incident, user):
        return False
    did = {e.actor for e in incident.events} | {p.saved_by for p in incident.pages.values()}
    return reached or user in did or bool(roles(incident, user, policy) - BY_WORD)


def admits(incident: Incident, user: str) -> bool:
    """A practice run is its reporter's alone, whoever else's part they play in it (product.md 0.6)."""
    return not incident.practice or user == incident.reporter


def may(action: str, incident: Incident, user: str, policy: Policy) -> bool:
    """Whether that user may do it now. R may cancel until somebody was told (product.md 1.3 X2)."""
    mine = roles(incident, user, policy)
    if action == "cancel" and R in mine and incident.told is None:
        return True
    if action in FIRST_ACTS and TOLD in mine and not incident.lead:
        mine |= {LEAD}
    return bool(mine & ACTIONS[action])


def account_may(action: str, kind: str, *, guests_may_open: bool, own: bool = True) -> bool:
    """Whether an account of that kind may do it; `own`: in something of one's own, which can always be ended
    once it is there.
    """
    if action == "take_part" and kind in ("unknown", "guest"):
        return own
    return kind in ACCOUNTS[action] or (action == "begin" and kind == "guest" and guests_may_open)
