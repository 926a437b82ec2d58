"""words: the drafts a person sends, says or reads: snapshot + `templates/drafts/<key>.txt` -> plain text.

A template is a row of `{% block %}`s, one a paragraph; `subject` is the subject of an e-mail. Where a text is
too long its optional paragraphs go in the order named here, and `Draft.dropped` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.incident import Incident
from bot.words import mask
from bot.words.context import Org, Source, common, prose
from bot.words.environment import blocks

LIMIT = 2800  # characters: below the 3,000 of a Slack text object
NOTICE_LIMIT = 2500
FOOTER = "drafts/_footer.txt"

Values = Callable[[Source, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Draft:
    """Literal text (no markup) for a plain_text block; `dropped` names paragraphs left out for length."""

    text: str
    subject: str = ""
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """One draft: which values it needs beyond the common ones, and what it may lose, first things first.

    `to_party`: it is written to one affected party: no colleague's name and nothing of another party.
    `by_hand`: a person sends or says it, so it ends with the line that says so.
    """

    key: str
    values: Values
    optional: tuple[str, ...] = ()
    limit: int = LIMIT
    to_party: bool = False
    by_hand: bool = True


def _boss_notice(source: Source, known: Mapping[str, Any]) -> Mapping[str, Any]:
    own_line = source.text("own", "own_line")
    what = known["facts"].what
    boss = source.raw("tell", "boss")
    return {
        "boss": source.name(str(boss or "")),
        "need": tuple(source.raw("tell", "need") or ()),
        "need_by": source.time("tell", "need_by") or known["fix"].checkpoint_at,
        "plain": own_line or prose(known["inc"].title) or what,
        "details": what if own_line or what != prose(known["inc"].title) else "",
        "spoken": source.raw("tell", "how") == "self",
    }


SPECS: Mapping[str, Spec] = {
    spec.key: spec
    for spec in (
        Spec(
            "boss_notice",
            _boss_notice,
            optional=("side_effects", "details", "where_else", "times", "unknowns", "affected"),
            limit=NOTICE_LIMIT,
            by_hand=False,
        ),
    )
}
DRAFTS = tuple(SPECS)


def draft(
    key: str,
    incident: Incident,
    *,
    party: str = "",
    names: Mapping[str, str],
    org: Org,
    reader_tz: str,
    now: datetime,
    extra: Mapping[str, Any] | None = None,
) -> Draft:
    """Fill one draft. `names`: user id -> display name; `extra`: answers typed but not saved, by field key.

    `reader_tz` is the zone for its times; in a text to a party that party's own zone comes first.
    Raises: KeyError for an unknown key; jinja2.UndefinedError when a template asks for more than it gets.
    """
    spec = SPECS[key]
    hide = mask.for_party(incident, party, names) if spec.to_party else _as_typed
    source = Source(incident, party, names, extra or {}, hide)
    known = common(source, org=org, tz=reader_tz, now=now)
    if spec.to_party:
        known["tz"] = known["party"].tz or reader_tz
    return _fit(spec, {**known, **spec.values(source, known)})


def _as_typed(text: str) -> str:
    return text


def _fit(spec: Spec, values: Mapping[str, Any]) -> Draft:
    """Leave out optional paragraphs, one after the other, until the text is short enough."""
    parts = {name: render(values) for name, render in blocks(f"drafts/{spec.key}.txt", "plain").items()}
    subject = parts.pop("subject", "")
    if spec.by_hand or values.get("spoken"):
        parts["footer"] = blocks(FOOTER, "plain")["footer"](values)
    dropped: list[str] = []
    for name in spec.optional:
        if len(_joined(parts)) <= spec.limit:
            break
        if parts.pop(name, ""):
            dropped.append(name)
    return Draft(_joined(parts), subject, tuple(dropped))


def _joined(parts: Mapping[str, str]) -> str:
    return "\n\n".join(part for part in parts.values() if part)
