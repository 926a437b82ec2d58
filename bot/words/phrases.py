"""words: small turns that every text needs: a sentence, a cut, a day, a saved time."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.words.times import MONTHS, WEEKDAYS

CLOSED = ".!?…。！？؟।"
MARKS = " .,;:!?…–—-"
NOTHING = frozenset({"no", "none", "nothing", "nope", "n/a", "nowhere", "nobody"})
AFTER_CLOSING = "\"'”’»)]"  # may stand behind the mark that closes a sentence


def prose(value: object) -> str:
    """Typed text as sentences: as it was typed, with a full stop where no mark of its own closes it.

    "" for a dash or a dot alone, which people put where they have nothing to say.
    """
    text = str(value or "").strip()
    if not text.strip(MARKS):
        return ""
    if text.rstrip(AFTER_CLOSING).endswith(tuple(CLOSED)):
        return text
    return f"{text.rstrip(' ,;:–-')}."


def prose_if_any(value: object) -> str:
    """As `prose`, for a question after things that may not be there: "" also for "no" or "nothing"."""
    text = str(value or "").strip(MARKS).lower()
    return "" if text in NOTHING else prose(value)


def capital(text: str) -> str:
    """As the beginning of a sentence. Names that are written small (`iPad`, an address) stay as they are."""
    word = text.split(" ", 1)[0].rstrip(".,;:!?")
    plain = word.islower() and word.replace("-", "").replace("'", "").isalpha()
    return text[:1].upper() + text[1:] if plain else text


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words, with `…` where something is left out."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(None, 1)[0] if " " in head[limit // 2 :] else head).rstrip() + "…"


def cut_at_paragraph(text: str, limit: int) -> str:
    """As `cut`, but whole paragraphs where they fill at least half of the room."""
    head = text[:limit]
    whole = len(text) > limit and "\n\n" in head[limit // 2 :]
    return head.rsplit("\n\n", 1)[0] if whole else cut(text, limit)


def day(due: date) -> str:
    """`"Fri 20 Mar 2026"`: days are named without a zone."""
    return f"{WEEKDAYS[due.weekday()]} {due.day} {MONTHS[due.month - 1]} {due.year}"


def when(value: datetime | str | None) -> datetime | None:
    """A saved time (ISO 8601 with offset, or already a datetime) as an aware datetime in UTC."""
    if not value:
        return None
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
