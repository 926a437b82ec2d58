"""stages: each draft that a person sends or says, as a page of its own: read, change, take along.

A text is no step of the way: it is opened from the page that offers it. What is typed into it is its author's
alone, until that author sends it. To add one: a line below and its name in `templates/surfaces/drafts.j2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.field import Text
from bot.domain.stage import Stage
from bot.domain.wording import Sink
from bot.stages import debrief, letter, review, spoke, update

TEXT = "text"
MOST = 3000  # docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
REACHED = {"result": "reached"}
WRITTEN = {"result": "email", "email": ["sent"]}


def _text(page: Stage, draft: str, says: Mapping[str, Any] | None, *, sink: Sink = "client") -> Stage:
    """The draft of that name. `says`: what its being out means for the page, beside what was promised."""
    promises = [f for f in page.promises if says is not None and f.key not in says]
    return Stage(
        key=draft,
        of=page.key,
        says=says,
        fields=(Text(key=TEXT, sink=sink, required=True, most=MOST, prefill=f"text:{draft}"), *promises),
        per_party=page.per_party,
        action=page.action,
        applies=page.applies,
    )


TEXTS: tuple[Stage, ...] = (
    _text(spoke.STAGE, "client_call_script", REACHED),
    _text(spoke.STAGE, "client_call_inbound", REACHED),
    _text(spoke.STAGE, "client_call_bulk", REACHED),
    _text(spoke.STAGE, "client_call_holding", REACHED),
    _text(spoke.STAGE, "client_email_first", WRITTEN),
    _text(spoke.STAGE, "client_email_bulk", WRITTEN),
    _text(spoke.STAGE, "client_email_holding", WRITTEN),
    _text(spoke.STAGE, "client_voicemail", {"result": "voicemail"}),
    _text(spoke.STAGE, "recipient_request", None),
    _text(update.STAGE, "client_update", {}, sink="update"),
    _text(update.STAGE, "client_fixed", {"last": ["yes"], "next_at": None}),
    _text(debrief.STAGE, "debrief_invite", None),
    _text(debrief.STAGE, "final_apology_closing", None),
    _text(debrief.STAGE, "billing_note", None, sink="boss"),
    _text(review.STAGE, "review_invite", None, sink="boss"),
    _text(letter.STAGE, "prevention_letter", {"outcome": "sent"}, sink="after"),
)
