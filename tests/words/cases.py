"""The data of eight mistakes: answers by page, events by minute, and when the drafts are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.level import Level
from bot.domain.record import What

HOUR, DAY = 60, 24 * 60
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One mistake. `now` and `end`: minutes at which the drafts up to the fix, and those after it, are read;
    `done`: for each prevention step when it was done.
    """

    key: str
    id: str
    start: datetime
    level: Level
    now: int
    end: int
    pages: Mapping[str, Data]
    events: tuple[tuple[int, What, str, Data], ...]
    told_us: bool = False
    done: tuple[int | None, ...] = ()
    actions: tuple[dict[str, str], ...] = ()
    extra: Data = field(default_factory=dict)


def march(day: int, hour: int, minute: int) -> datetime:
    """A day of March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


PRINT = Case(
    key="wrong-artwork",
    id="7F3K",
    start=march(3, 9, 0),
    level=Level.LARGE,
    now=45,
    end=8 * DAY,
    pages={
        "open": {
            "summary": "I released last year's artwork to the printer",
            "reach": "one",
            "still_going": "yes",
            "found_how": "self",
            "happened_at": -20,
        },
        "own": {"own_line": "I released last year's artwork, and the press started with it."},
        "assess": {
            "q1_mistake": "We released last year's artwork instead of the approved one, and the press ran",
            "affected": "The spring catalogue: 3,000 of 20,000 copies are printed",
            "undo": "no",
            "money": "over",
        },
        "more": {"unknowns": "Whether the printer has a free slot tonight", "where_else": "The web banner"},
        "halt": {
            "halt_status": "stopped",
            "halt_action": "The press stands still at 3,000 of 20,000 copies",
            "halted_at": 2,
            "side_effects": "The printer's next job starts later",
        },
        "tell": {"boss": "UB", "need": ["decide", "spend"], "how": "send"},
        "plan": {
            "fix_text": "We print all 20,000 copies again with the approved artwork, at our cost",
            "fix_kind": "deliver",
            "cost": 480000,
            "checkpoint_at": 120,
        },
        "ways": {
            "fix_text_2": "We deliver 10,000 copies by Friday and the rest on Tuesday",
            "fix_kind_2": "workaround",
            "chosen": "1",
        },
        "contact": {
            "impact_on_them": "your spring mailing may start a day late",
            "what_happened_short": "two versions of the file had almost the same name",
            "method": "phone",
        },
        "update": {
            "changed": "The press has a slot tonight, and your team has approved the new proof",
            "doing_now": "The plates are being made",
            "means_for_them": "Your mailing can go out on Thursday as planned",
        },
        "fixed": {
            "fixed_how": "All 20,000 copies are printed with the approved artwork and on their way",
            "verified_how": "A second person compared ten copies with the approved proof",
            "fixed_at": DAY + 5 * HOUR,
        },
        "debrief": {"unbilled_hours": 9, "credit_amount": 25000},
        "review": {
            "factors": "Two files had almost the same name.\nThe release form did not show a preview.",
            "helped": "The printer stopped within two minutes of our call.",
        },
        "handover": {
            "contingencies": "If the printer loses the slot, then call the second printer.",
        },
        "accept": {"read_back": "Press stopped, reprint tonight, call them at 11."},
        "team": {"helpers_needed": "Somebody to check the web banner", "may_name_handler": True},
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (1, What.STOPPED, "UR", {}),
        (2, What.HALTED, "UR", {"status": "stopped"}),
        (16, What.TOLD, "UR", {"how": "send", "boss": "UB", "ladder": ["UB", "UF"]}),
        (20, What.NOTED, "UB", {}),
        (28, What.PLANNED, "UR", {}),
        (31, What.APPROVED, "UB", {"gate": "plan"}),
        (40, What.CONTACTED, "UR", {"result": "reached", "promised": 160}),
        (DAY + 5 * HOUR, What.FIXED, "UR", {}),
        (2 * DAY, What.APPROVED, "UB", {"gate": "credit"}),
    ),
    done=(6 * DAY, None),
    actions=(
        {
            "text": "The release form shows a preview of the file",
            "strength": "stronger",
            "proof": "Your next order will show it to you",
        },
        {"text": "Old artwork moves to an archive on its own", "strength": "stronger"},
    ),
    extra={"slots": "Thursday 10:00 or Friday 14:00"},
)

PAYROLL = Case(
    key="payroll-file",
    id="2QX8",
    start=march(5, 15, 40),
    level=Level.CRITICAL,
    now=30,
    end=7 * DAY,
    pages={
        "open": {
            "summary": "A payroll file went to the wrong customer",
            "reach": "several",
            "still_going": "unknown",
            "found_how": "self",
            "happened_at": -5,
        },
        "assess": {
            "q1_mistake": "We attached the payroll file of Morrow Books to a message to Tidal Labs",
            "affected": "212 people: names, bank details and salaries",
            "undo": "partly",
            "money": "none",
            "flags": ["personal"],
        },
        "more": {"unknowns": "Whether anybody has opened the file"},
        "halt": {"halt_status": "can_stop", "halt_action": "The link in the message is being switched off"},
        "tell": {"boss": "UB", "need": ["join", "know"], "how": "send"},
        "contact": {
            "impact_on_them": "your people may worry about who has seen their salary",
            "what_happened_short": "",
        },
        "update": {
            "changed": "The link in the message is switched off",
            "doing_now": "We are checking the log of downloads",
            "means_for_them": "We know of nobody who has opened the file",
        },
        "fixed": {
            "fixed_how": "The file is deleted wherever it went, and the receiver has confirmed that",
            "verified_how": "Two people read the download log, and it shows no download",
            "lasting_effects": "The receiver has seen the name of the file",
            "fixed_at": 20 * HOUR,
        },
        "debrief": {"unbilled_hours": 4},
        "review": {
            "factors": "The address field completes names on its own.",
        },
        "handover": {"contingencies": "If they ask who received it, then the privacy contact calls them."},
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (3, What.STOPPED, "UR", {}),
        (6, What.HALTED, "UR", {"status": "can_stop"}),
        (7, What.TOLD, "UR", {"how": "send", "boss": "UB", "ladder": ["UB", "UF"]}),
        (8, What.LEGAL_SENT, "UR", {"to": "UP", "aware_at": 0}),
        (18, What.NOTED, "UF", {}),
        (20 * HOUR, What.FIXED, "UR", {}),
    ),
    done=(4 * DAY,),
    actions=(
        {
            "text": "Payroll files go out only by the customer's own portal",
            "proof": "The e-mail gateway rejects them since that day",
        },
    ),
    extra={"slots": "", "deadline": march(6, 11, 0)},
)

INVOICE = Case(
    key="double-invoice",
    id="K4M2",
    start=march(9, 10, 0),
    level=Level.MEDIUM,
    now=30,
    end=14 * DAY,
    told_us=True,
    pages={
        "open": {
            "summary": "We charged the February invoice twice",
            "reach": "one",
            "still_going": "no",
            "found_how": "client",
            "happened_at": -3 * DAY,
        },
        "assess": {
            "q1_mistake": "We charged the February invoice twice",
            "affected": "one invoice of 1,840.00 EUR",
            "undo": "fully",
            "money": "under",
        },
        "tell": {"boss": "UB", "need": ["spend"], "how": "self"},
        "plan": {
            "fix_text": "We pay the second amount back today",
            "fix_kind": "refund",
            "cost": 184000,
            "checkpoint_at": 4 * HOUR,
        },
        "contact": {
            "impact_on_them": "your account was short before the salaries went out",
            "what_happened_short": "the monthly run was started again after a time-out",
        },
        "spoke": {"asked_for": "A corrected statement for February"},
        "update": {
            "changed": "The bank has the repayment",
            "doing_now": "We are writing the corrected statement",
            "means_for_them": "The money is back on your account tomorrow morning",
        },
        "fixed": {
            "fixed_how": "The second amount is paid back, and the statement is corrected",
            "verified_how": "Our finance team has seen the repayment leave the account",
            "fixed_at": 5 * HOUR,
        },
        "debrief": {"unbilled_hours": 2, "credit_amount": 5000},
        "review": {
            "factors": "The run can be started twice.",
        },
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (10, What.TOLD, "UR", {"how": "self", "boss": "UB", "ladder": ["UB"]}),
        (27, What.CONTACTED, "UR", {"result": "reached", "promised": DAY}),
        (80, What.NOTED, "UB", {}),
        (100, What.APPROVED, "UB", {"gate": "plan"}),
        (5 * HOUR, What.FIXED, "UR", {}),
    ),
    done=(8 * DAY,),
    actions=({"text": "The run refuses a second start for the same month"},),
)

NEWSLETTER = Case(
    key="wrong-price",
    id="P9TT",
    start=march(2, 8, 5),
    level=Level.LARGE,
    now=60,
    end=12 * DAY,
    pages={
        "open": {
            "summary": "The newsletter went out with the wrong price",
            "reach": "public",
            "still_going": "no",
            "found_how": "late",
            "happened_at": -14 * HOUR,
        },
        "assess": {
            "q1_mistake": "We sent the newsletter with 19 EUR instead of 49 EUR",
            "affected": "40,000 readers",
            "undo": "no",
            "money": "over",
            "flags": ["press"],
        },
        "more": {
            "q3_consequences": "the price in the mail is not the price in the shop",
            "unknowns": "How many people have ordered already",
        },
        "halt": {"halt_status": "cannot", "halt_action": "The order page shows a note since 09:10"},
        "tell": {"boss": "UB", "need": ["decide", "spend", "join"], "how": "send"},
        "plan": {
            "fix_text": "We honour the price for everybody who orders until midnight",
            "fix_kind": "deliver",
            "cost": 900000,
            "checkpoint_at": 2 * HOUR,
        },
        "ways": {
            "fix_text_2": "We send a correction today, in words that you have approved",
            "fix_kind_2": "workaround",
            "chosen": "1",
        },
        "contact": {"impact_on_them": "your readers expect a price that you did not choose"},
        "update": {
            "changed": "",
            "doing_now": "We are counting the orders at the wrong price",
            "means_for_them": "Nothing is asked of you until then",
        },
        "fixed": {
            "fixed_how": "The correction is sent, and every order at the wrong price is honoured",
            "verified_how": "A second person read the correction before it left",
            "fixed_at": 4 * HOUR,
        },
        "debrief": {},
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (19, What.TOLD, "UR", {"how": "send", "boss": "UB", "ladder": ["UB"]}),
        (24, What.NOTED, "UB", {}),
        (33, What.APPROVED, "UB", {"gate": "plan"}),
        (4 * HOUR, What.FIXED, "UR", {}),
    ),
)

SUPPLIER = Case(
    key="wrong-account",
    id="H6RW",
    start=march(5, 14, 0),
    level=Level.CRITICAL,
    now=190,
    end=15 * DAY,
    pages={
        "open": {
            "summary": "We paid a supplier to the wrong account",
            "reach": "one",
            "still_going": "yes",
            "found_how": "colleague",
            "happened_at": -40,
        },
        "assess": {
            "q1_mistake": "We paid 62,000 EUR to an account that is not the supplier's",
            "affected": "One supplier, waiting for 62,000 EUR",
            "undo": "partly",
            "money": "over",
        },
        "halt": {
            "halt_status": "someone_else",
            "halt_action": "Our bank is recalling the payment",
            "halt_owner": "UT",
        },
        "tell": {"boss": "UB", "need": ["take_over"], "how": "send"},
        "plan": {"fix_text": "", "fix_kind": "unknown", "checkpoint_at": 200},
        "contact": {"impact_on_them": "you wait for money that was due today"},
        "update": {
            "changed": "Our bank has asked the other bank to return the money",
            "doing_now": "We are preparing a second payment to your account",
            "means_for_them": "You have the money at the latest tomorrow at noon",
            "next_at": 19 * HOUR,
        },
        "fixed": {"fixed_how": "You have been paid in full", "fixed_at": DAY},
        "debrief": {"unbilled_hours": 0},
        "handover": {"contingencies": "If the bank says no, then ask the lead to pay from the reserve."},
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (4, What.HALTED, "UR", {"status": "someone_else"}),
        (6, What.TOLD, "UR", {"how": "send", "boss": "UB", "ladder": ["UB"]}),
        (8, What.NOTED, "UB", {}),
        (50, What.CONTACTED, "UR", {"result": "reached", "promised": 170}),
        (DAY, What.FIXED, "UR", {}),
    ),
)

SETTINGS = Case(
    key="wiped-settings",
    id="B3VN",
    start=march(4, 13, 0),
    level=Level.MEDIUM,
    now=95,
    end=14 * DAY,
    pages={
        "open": {
            "summary": "Our advice wiped a customer's settings",
            "reach": "one",
            "still_going": "no",
            "found_how": "colleague",
            "happened_at": -2 * HOUR,
        },
        "assess": {"q1_mistake": "We advised a reset that deletes all settings", "undo": "partly"},
        "halt": {"halt_status": "not_running"},
        "tell": {"boss": "UB", "need": ["know"], "how": "send"},
        "plan": {
            "fix_text": "We put back the settings from last night's copy",
            "fix_kind": "workaround",
            "checkpoint_at": 5 * HOUR,
        },
        "contact": {
            "impact_on_them": "your team has to work without its own templates today",
            "promised_next": 5 * HOUR,
        },
        "update": {"doing_now": "", "means_for_them": "", "last": True},
        "fixed": {
            "fixed_how": "The settings of last night are back",
            "verified_how": "",
            "fixed_at": DAY + 3 * HOUR,
        },
        "debrief": {"unbilled_hours": 3},
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (15, What.TOLD, "UR", {"how": "send", "boss": "UB", "ladder": ["UB"]}),
        (90, What.CONTACTED, "UR", {"result": "voicemail"}),
        (DAY + 3 * HOUR, What.FIXED, "UR", {}),
    ),
)

CALENDAR = Case(
    key="deleted-calendar",
    id="C0DE",
    start=march(6, 16, 40),
    level=Level.SMALL,
    now=20,
    end=60,
    pages={
        "open": {
            "summary": "I deleted the shared calendar",
            "reach": "none",
            "still_going": "no",
            "found_how": "self",
            "happened_at": -5,
        },
        "assess": {"q1_mistake": "I deleted the shared calendar while tidying up", "undo": "fully"},
        "more": {"process_tag": "deletion"},
        "tell": {"boss": "UB", "need": ["know"], "how": "send"},
        "fixed": {"fixed_how": "The calendar is back from the copy", "fixed_at": 40},
    },
    events=((0, What.OPENED, "UR", {}), (40, What.FIXED, "UR", {})),
    extra={
        "previous": [{"days": 41, "id": "9AAB"}],
        "open_actions": ["Ask twice before a shared calendar is deleted"],
    },
)

FALSE_ALARM = Case(
    key="false-alarm",
    id="T35T",
    start=march(5, 9, 20),
    level=Level.LARGE,
    now=20,
    end=20,
    pages={
        "open": {
            "summary": "I may have loaded the wrong price list",
            "reach": "one",
            "still_going": "unknown",
            "found_how": "self",
            "happened_at": 0,
        },
        "tell": {"boss": "UB", "need": ["join"], "how": "send"},
    },
    events=(
        (0, What.OPENED, "UR", {}),
        (3, What.TOLD, "UR", {"how": "send", "boss": "UB", "ladder": ["UB"]}),
        (9, What.NOTED, "UB", {}),
        (19, What.CANCELLED, "UR", {"why": "false_alarm"}),
    ),
)

CASES = (PRINT, PAYROLL, INVOICE, NEWSLETTER, SUPPLIER, SETTINGS, CALENDAR, FALSE_ALARM)
