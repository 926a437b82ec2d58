"""policy: what is set when nobody has set anything (product.md 4.1-4.4), in the shape of the policy file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.wording import WORDS

LEVELS = ("small", "medium", "large", "critical")
NEVER = "never"


def _row(*values: int | str) -> dict[str, int | str]:
    return dict(zip(LEVELS, values, strict=True))


CADENCE = {
    # minutes of the level's window
    "tell": _row(120, 30, 15, 10),
    "halt": _row(30, 15, 10, 5),
    "ack": _row(240, 60, 15, 5),
    "first": _row(480, 240, 120, 60),
    "call": _row(30, 30, 15, 15),
    "upd": _row(NEVER, 480, 120, 60),
    "int": _row(NEVER, 240, 60, 30),
    "retry": _row(120, 120, 30, 30),
    "resume": _row(30, 15, 10, 5),
    # working days
    "deb": _row(5, 3, 2, 1),
    "rev": _row(NEVER, 10, 5, 3),
    "prev": _row(NEVER, 10, 10, 5),
    "stale": _row(2, 2, 1, 1),
    "checkin": _row(NEVER, NEVER, 2, 2),
    # calendar days
    "sat": _row(NEVER, 14, 7, 7),
    "done": _row(60, 30, 30, 15),
    "recur": _row(90, 90, 90, 90),
}

_OFFICE = {"days": "Mon-Fri", "from": "09:00", "to": "18:00"}
WINDOWS = {
    "small": _OFFICE,
    "medium": _OFFICE,
    "large": {"days": "daily", "from": "07:00", "to": "22:00"},
    "critical": {"days": "daily", "from": "00:00", "to": "24:00"},
}
HOURS = {"office": _OFFICE, "morning": "10:00", "night": {"from": "22:00", "to": "07:00"}, "active": 60}

# How often, how far apart, at which fixed offsets. Units: `first.over` window-minutes; `upd.*` minutes;
# `int.due` minutes around a promise; `still` … `prev.due` working days; `act.due` at = working days before,
# every = calendar days, then working days to the lead; `legal.*` hours.
NUDGES: Mapping[str, Mapping[str, Any]] = {
    "breathe.end": {},
    "resume": {"times": 2},
    "halt": {"times": 3},
    "tell": {"times": 2},
    "auto.notify": {},
    "ack.1": {},
    "ack.2": {},
    "ack.3": {},
    "ack.end": {},
    "first.half": {},
    "first.due": {},
    "first.over": {"every": 30, "times": 4},
    "retry": {"times": 3},
    "upd.pre": {"at": [10, 30]},
    "upd.due": {},
    "upd.over": {"at": [15, 45, 75]},
    "int.due": {"at": [10]},
    "gate": {"times": 2},
    "hand.wait": {},
    "hand.boss": {},
    "still": {"every": 1, "times": 3},
    "stale": {"every": 1, "times": 5},
    "deb.due": {"every": 1, "times": 3},
    "rev.due": {"every": 5, "times": 2},
    "prev.due": {"every": 5, "times": 2},
    "act.due": {"at": [3, 10], "every": 7, "times": 4},
    "sat.due": {"every": 1, "times": 2},
    "letgo": {},
    "checkin": {},
    "legal.now": {},
    "legal.24": {"at": [24]},
    "legal.48": {"at": [48]},
    "legal.66": {"at": [66]},
    "recur": {},
}

EMOJI = {
    "on_it": ["eyes"],
    "done": ["white_check_mark", "heavy_check_mark", "ballot_box_with_check"],
    "yes": ["+1", "thumbsup", "ok_hand"],
    "help": ["raising_hand", "man-raising-hand", "woman-raising-hand", "raised_hand", "hand"],
    "hold": ["octagonal_sign", "stop_sign", "no_entry", "no_entry_sign"],
    "call": ["question", "grey_question", "telephone_receiver", "phone", "call_me_hand"],
}

LINT = {family: list(words) for family, words in WORDS.items()}

CLOCKS = [
    {"name": "GDPR / UK GDPR Art. 33", "hours": 72, "offered": True},
    {"name": "NIS2 early warning", "hours": 24, "offered": False},
    {"name": "NIS2 notification", "hours": 72, "offered": False},
    {"name": "DORA initial report", "hours": 4, "offered": False},
    {"name": "HIPAA", "hours": 60 * 24, "offered": False},
    {"name": "SEC 8-K (4 business days)", "hours": 96, "offered": False},
    {"name": "US banking regulators", "hours": 36, "offered": False},
]

SHIPPED: Mapping[str, Any] = {
    "cadence": CADENCE,
    "windows": WINDOWS,
    "hours": HOURS,
    "nudges": NUDGES,
    "ladder": {"person": "", "deputy": "", "duty_lead": ""},
    "teams": [],
    "contacts": {"privacy": "", "admins_channel": "", "finance": "", "speak_up": "", "support_link": ""},
    "phones": {},
    "org": {"name": "", "sign_off": "", "phone": ""},
    "gates": {
        "small": ["credit"],
        "medium": ["credit"],
        "large": ["contact", "plan", "credit"],
        "critical": ["contact", "plan", "credit"],
    },
    "money": {
        "threshold": 1000,
        "currency": "EUR",
        "currencies": [
            "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD", "JPY", "CNY",
            "INR", "SGD", "HKD", "KRW", "BRL", "MXN", "ZAR", "AED",
        ],
    },
    "tags": [
        "sending", "publishing", "invoicing", "payment", "data entry", "configuration", "deployment",
        "deletion", "advice", "scheduling",
    ],
    "emoji": EMOJI,
    "clocks": CLOCKS,
    "apology_limit": 1,
    "lint": LINT,
    "locale": "en",
    "retention": {"draft": 7, "cancelled": 30, "private_note": 30, "names": 180, "incident": 730},
    "cap": 6,
    "thread_reminders": "neutral",
    "night_contact": "ladder",
    "client_name_in_channel": False,
    "guests_may_open": False,
    "holiday_regions": [],
    "auto_notify": False,
}  # fmt: skip
