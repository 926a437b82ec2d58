"""WHAT IS WALKED: what is said, what is answered, and one act after the other. Acts are methods of Walker."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from tests.house import IDS
from tests.walk.pages import Answers
from tests.walk.walker import Act

COMMAND = "/screwedup"


@dataclass(frozen=True)
class Path:
    """One way through. `most_pages`, `most_seconds`: more would be too many; None where nobody counts.

    `by_hand`: fields that are typed key by key, at the pace of people; `most_by_hand`: seconds that a page
    with such fields may take.
    """

    acts: tuple[Act, ...]
    answers: Answers = field(default_factory=dict)
    most_pages: int | None = None
    most_seconds: float | None = None
    by_hand: tuple[str, ...] = ()
    most_by_hand: float | None = None


INVOICE = "I sent the March invoice of one client to another client"
CALENDAR = "I deleted next week from the team calendar"
ARTWORK = "Last year's artwork is on the press for a client"

LINE = Path(
    acts=(
        ("step", "welcome"),
        ("say", f"{COMMAND} help"),
        ("see", "Only visible to you", "help"),
        ("say", f"{COMMAND} {INVOICE}"),
        ("line",),
        ("close",),
        ("see", "Sent to Bert", "card sent"),
        ("be", "boss"),
        ("see", "Hello Bert", "boss notice"),
        ("react", "eyes", "Hello Bert"),
        ("see", "Seen by", "boss has seen it"),
        ("be", "reporter"),
        ("see", "Seen by Bert", "card seen"),
        ("be", "boss"),
        ("unreact", "eyes", "Hello Bert"),
        ("miss", "Seen by"),
        ("be", "reporter"),
        ("see", "No sign yet", "card no longer seen"),
        ("miss", "Seen by"),
        ("be", "reporter", "home-tab"),
        ("home", INVOICE),
    ),
    answers={
        "reach": "one",
        "still_going": "no",
        "own_line": "I picked the wrong address, so the other client saw their prices.",
        "q1_mistake": "The invoice of client A went to client B this morning.",
        "affected": "One invoice, two clients",
        "undo": "partly",
    },
)

SMALL = Path(
    acts=(("say", f"{COMMAND} {CALENDAR}"), ("line",), ("go_on",)),
    answers={
        "reach": "none",
        "still_going": "no",
        "q1_mistake": "I deleted next week from our calendar while tidying up.",
        "undo": "fully",
        "fixed_how": "The week is back from the calendar's bin.",
    },
    most_pages=6,
    most_seconds=90,
)

FULL = Path(
    acts=(
        ("say", f"{COMMAND} {ARTWORK}"),
        ("line",),
        ("button", "What happened when"),
        ("step", "what happened when"),
        ("close",),
        ("be", "boss"),
        ("react", "eyes", "Hello Bert"),
        ("see", "Seen by", "boss has seen it"),
        ("open", "Details"),
        ("step", "details"),
        ("be", "reporter"),
        ("open", "Continue"),
        ("go_on", "plan"),
        ("be", "boss"),
        ("see", "asks for your yes", "boss is asked"),
        ("press", "Yes, go ahead"),
        ("see", "answered yes", "boss agrees"),
        ("be", "reporter"),
        ("open", "Continue"),
        ("go_on", "", "everything"),
        ("close",),
        ("see", "This chapter is closed", "card closed"),
        ("be", "boss"),
        ("see", "This is closed", "what the boss has by now"),
        ("be", "t2"),
        ("step", "somebody else is asked to join"),
        ("be", "t1", "tab-delivery"),
        ("step", "the team's channel"),
        ("be", "reporter", "home-tab"),
        ("home", ARTWORK),
    ),
    answers={
        "reach": "one",
        "still_going": "yes",
        "hands_off": ("paused", "left_alone"),
        "halt_status": "stopped",
        "halt_action": "I had the press stopped after 300 sheets.",
        "own_line": "I sent last year's file to the printer, so the client's leaflets are wrong.",
        "q1_mistake": "I sent the file of last year to the printer for Friday's leaflets.",
        "affected": "One client; 300 of 5,000 leaflets",
        "undo": "partly",
        "q2_actions": "I took the newest file of the folder, which was the old one.",
        "unknowns": "Whether Friday can still be met",
        "need": ("decide",),
        "channel": "C000ROOM2",
        "helpers_needed": "Somebody who can drive to the printer at four",
        "fix_text": "Print all 5,000 again tonight, with the right file",
        "fix_kind": "deliver",
        "cost": "480",
        "checkpoint_at": timedelta(hours=2),
        "fix_text_2": "Deliver 1,000 by courier on Friday and the rest on Monday",
        "fix_kind_2": "workaround",
        "party_name": "Harbour Café",
        "contact_name": "Mina",
        "impact_on_them": "your opening on Friday could be without leaflets",
        "what_happened_short": "We sent last year's file to the printer.",
        "who": IDS["t2"],
        "result": "reached",
        "their_reaction": "worried",
        "asked_for": "A call before noon tomorrow",
        "said_sorry": ("yes",),
        "means_for_them": "Your leaflets come on Friday.",
        "changed": "The press runs.",
        "doing_now": "We check the first ones.",
        "note": "The printer has the right file and begins at six.",
        "fixed_how": "All 5,000 leaflets were printed again and delivered.",
        "verified_by": IDS["boss"],
        "verified_how": "Bert has looked through a box of them.",
        "working_ok": "yes",
        "satisfied": "yes",
        "final_apology": ("made",),
        "note_to_self": "I asked for help early. That was good.",
        "factors": "The folder holds two files of nearly the same name.",
        "helped": "The printer answered at once.",
        "action": "The old files move to an archive on the first of the year",
        "owner": IDS["reporter"],
        "due": timedelta(days=14),
        "strength": "stronger",
        "tell_client": ("yes",),
        "which": "1",
        "proof": "The archive is there since Tuesday.",
        "outcome": "sent",
    },
    by_hand=("means_for_them", "changed", "doing_now"),
    most_by_hand=20,
)

PATHS = {"line": LINE, "small": SMALL, "full": FULL}
