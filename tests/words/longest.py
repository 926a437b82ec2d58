"""An incident in which every answer is as long as its field allows (product.md 1.3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Action, Event, Page, Party, What

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = (START + timedelta(hours=3)).isoformat()
REACHED = {"result": "reached", "promised": LATER}
LENGTHS: dict[str, dict[str, int]] = {
    "open": {"summary": 150},
    "own": {"own_line": 300},
    "assess": {"q1_mistake": 800, "affected": 400},
    "more": {
        "q2_actions": 1200, "q3_consequences": 1000, "q4_differently": 800, "q5_better": 800,
        "where_else": 300, "unknowns": 400,
    },
    "halt": {"halt_action": 500, "side_effects": 300},
    "plan": {"fix_text": 400},
    "ways": {"fix_text_2": 400, "fix_text_3": 400},
    "fixed": {"fixed_how": 600, "verified_how": 300, "lasting_effects": 400},
    "handover": {"contingencies": 1000},
    "accept": {"read_back": 200},
    "team": {"helpers_needed": 300},
    "review": {"factors": 1608, "helped": 400},
    "letgo": {"note_to_self": 600},
    "contact": {
        "party_name": 80, "contact_name": 80, "impact_on_them": 300, "what_happened_short": 300,
    },
    "spoke": {"asked_for": 600},
    "update": {"changed": 600, "doing_now": 600, "means_for_them": 300},
    "debrief": {"what_else": 600},
}  # fmt: skip
CHOSEN: dict[str, dict[str, Any]] = {
    "open": {"reach": "many", "still_going": "yes", "found_how": "late", "happened_at": START.isoformat()},
    "assess": {"flags": ["personal", "safety", "filing", "confidential", "payment", "press"]},
    "halt": {"halt_status": "stopped", "halted_at": LATER},
    "tell": {"boss": "UB", "need": ["decide", "spend", "join", "take_over", "know"], "how": "self"},
    "plan": {"fix_kind": "workaround", "checkpoint_at": LATER},
    "ways": {"chosen": "1"},
    "fixed": {"fixed_at": LATER},
}
PER_PARTY = ("contact", "spoke", "update", "debrief")


def full(word: str) -> Incident:
    """Every text answer is `word` again and again, cut at its field's greatest length; twelve parties."""
    parties = tuple(
        Party(f"C{n}", "client", f"Party {n}", "America/Argentina/Buenos_Aires") for n in range(1, 13)
    )
    pages = {}
    for stage, lengths in LENGTHS.items():
        answers = {key: (word * most)[:most] for key, most in lengths.items()} | CHOSEN.get(stage, {})
        for key in [p.key for p in parties] if stage in PER_PARTY else [""]:
            pages[stage, key] = Page(stage, key, 1, answers, False, "UR", START)
    pages["tell", ""] = Page("tell", "", 1, CHOSEN["tell"], False, "UR", START)
    return Incident(
        "T1", "1", "UR", "UR", START, level=Level.LARGE, pages=pages, parties=parties,
        events=(
            Event(START, What.OPENED, "UR"),
            Event(START, What.HALTED, "UR", data={"status": "stopped"}),
            Event(START, What.TOLD, "UR", data={"how": "send", "boss": "UB", "ladder": ["UB", "UF"]}),
            Event(START, What.APPROVED, "UB", data={"gate": "plan"}),
            *(Event(START, What.CONTACTED, "UR", p.key, REACHED) for p in parties),
        ),
        actions=tuple(
            Action(
                str(n), "UT", date(2026, 4, n), START if n % 2 else None, False,
                (word * 200)[:200], "stronger", True, (word * 300)[:300],
            )
            for n in range(1, 6)
        ),
    )  # fmt: skip
