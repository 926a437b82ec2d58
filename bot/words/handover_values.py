"""words: what the handover note needs: who was told and promised what, and which answers are awaited."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.words.context import Source, to
from bot.words.draft_values import AUTHORITY, Known, lines, steps
from bot.words.phrases import prose


def handover(source: Source, known: Known) -> Known:
    incident = source.incident
    told = incident.told
    return {
        "title": prose(known["inc"].title),
        "trend": _trend(incident.all(What.LEVEL)),
        "told_boss": source.name(told.data.get("boss", "")) if told else "",
        "acknowledged": incident.acknowledged,
        "contacts": tuple(
            (
                to(Source(incident, p.key, source.names, {}, source.hide)),
                talks.reached(incident, p.key),
                talks.promise(incident, p.key),
            )
            for p in incident.parties
        ),
        "open_steps": tuple(s for s in steps(source, known["tz"]) if not s.done),
        "waiting_for": _waiting_for(source),
        **_privacy(source.incident),
        "contingencies": lines(source.raw("handover", "contingencies")),
        "read_back": source.text("accept", "read_back"),
    }


def _waiting_for(source: Source) -> tuple[tuple[str, str], ...]:
    """(gate, name of its holder) of each question that has no answer yet."""
    asked = {str(e.data["gate"]): e for e in source.incident.all(What.ASKED_GATE)}
    answers = [*source.incident.all(What.APPROVED, What.REFUSED)]
    return tuple(
        (gate, source.name(str(event.data["holder"])))
        for gate, event in asked.items()
        if not any(a.data.get("gate") == gate and a.at >= event.at for a in answers)
    )


def _privacy(incident: Incident) -> Known:
    """What the privacy contact knows, and until when they have to decide."""
    sent = incident.last(What.LEGAL_SENT)
    aware = (sent.time("aware_at") or sent.at) if sent else None
    return {
        "legal_sent": sent.at if sent else None,
        "legal_decided": incident.last(What.LEGAL_DECIDED) is not None,
        "legal_until": aware + AUTHORITY if aware else None,
        "personal": "personal" in (incident.fact("flags") or ()),
    }


def _trend(changes: Iterable[Event]) -> str:
    """The level it had before the last change, or "" where it never changed."""
    last = max(changes, key=lambda e: e.at, default=None)
    return str(last.data.get("before", "")) if last else ""
