"""words: the drafts as data: for whom, with which values, and what goes first when a text is too long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.words import draft_values as values
from bot.words.context import Source
from bot.words.handover_values import handover

Reader = Literal["party", "team", "inside"]
Values = Callable[[Source, Mapping[str, Any]], Mapping[str, Any]]
LIMIT = 2800  # characters: below the 3,000 of a Slack text object
NOTICE_LIMIT = 2500


@dataclass(frozen=True, slots=True)
class Spec:
    """One draft. `reader` decides which names are hidden (`mask`); `optional`: paragraphs it may lose, first
    things first; `by_hand`: a person sends or says it, so it ends with the line that says so.
    `for_all`: one text for every party, so it names none.
    """

    key: str
    reader: Reader
    values: Values
    optional: tuple[str, ...] = ()
    limit: int = LIMIT
    by_hand: bool = True
    for_all: bool = False


CONTACT_LOSES = ("times", "how_it_came", "unknowns", "choice")

_ALL = (
    Spec(
        "boss_notice",
        "inside",
        values.boss_notice,
        optional=("side_effects", "details", "where_else", "times", "unknowns", "fix"),
        limit=NOTICE_LIMIT,
        by_hand=False,
    ),
    Spec("channel_post", "team", values.team, by_hand=False),
    Spec("channel_update", "team", values.team, by_hand=False),
    Spec("all_clear", "team", values.team, by_hand=False),
    Spec("client_call_script", "party", values.contact, optional=CONTACT_LOSES),
    Spec("client_call_inbound", "party", values.contact, optional=CONTACT_LOSES),
    Spec("client_call_holding", "party", values.contact),
    Spec("client_call_bulk", "party", values.contact, optional=CONTACT_LOSES),
    Spec("client_email_first", "party", values.contact, optional=CONTACT_LOSES),
    Spec("client_email_holding", "party", values.contact),
    Spec("client_email_bulk", "party", values.contact, optional=CONTACT_LOSES, for_all=True),
    Spec("client_voicemail", "party", values.contact),
    Spec("recipient_request", "party", values.contact),
    Spec("client_update", "party", values.update, optional=("changed",)),
    Spec("client_fixed", "party", values.fixed),
    Spec("debrief_invite", "party", values.closing),
    Spec("review_invite", "inside", values.closing),
    Spec("final_apology_closing", "party", values.closing, optional=("due", "done")),
    Spec("prevention_letter", "party", values.closing, optional=("due", "learned")),
    Spec("billing_note", "inside", values.closing),
    Spec("legal_note", "inside", values.legal, optional=("side_effects", "where_else"), by_hand=False),
    Spec("handover_note", "inside", handover, optional=("steps", "details"), by_hand=False),
    Spec("let_go", "inside", values.let_go, by_hand=False),
    Spec("recurrence_note", "inside", values.recurrence, by_hand=False),
)
SPECS: Mapping[str, Spec] = {spec.key: spec for spec in _ALL}
