"""words: the drafts a person sends, says or reads: snapshot + `templates/drafts/<key>.j2` -> plain text.

A template is a row of `{% block %}`s, one a paragraph; `subject` is the subject of an e-mail. Where a text is
too long, its optional paragraphs go in the order its `Spec` names, and `Draft.dropped` says which.
What is then still too long is cut between words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.incident import Incident
from bot.words import mask
from bot.words.context import Org, Source, common, to
from bot.words.draft_specs import SPECS, Reader, Spec
from bot.words.environment import blocks
from bot.words.phrases import cut

FOOTER = "drafts/_footer.j2"
DRAFTS = tuple(SPECS)


@dataclass(frozen=True, slots=True)
class Draft:
    """Literal text (no markup) for a plain_text block; `dropped` names the paragraphs left out or cut.

    `letter` is what a person changes and sends: with its subject, without the line that calls it a draft.
    """

    text: str
    subject: str = ""
    dropped: tuple[str, ...] = ()
    letter: str = ""


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
    party = "" if spec.for_all else party
    typed = extra or {}
    source = Source(incident, party, names, typed, _hide(spec, incident, party, names, typed))
    tz = to(source).tz or reader_tz if spec.reader == "party" else reader_tz
    known = common(source, org=org, tz=tz, now=now)
    return _fit(spec, {**known, **spec.values(source, known)})


def _hide(
    spec: Spec, incident: Incident, party: str, names: Mapping[str, str], typed: Mapping[str, Any]
) -> mask.Hide:
    """What the reader of this draft may not see."""
    rules: Mapping[Reader, mask.Hide] = {
        "party": mask.for_party(incident, party, names),
        "team": mask.for_team(incident, names, name_parties=bool(typed.get("name_client"))),
        "inside": mask.as_typed,
    }
    return rules[spec.reader]


def _fit(spec: Spec, values: Mapping[str, Any]) -> Draft:
    """Leave out optional paragraphs, one after the other, until it is short enough; then cut the longest."""
    parts = {name: render(values) for name, render in blocks(f"drafts/{spec.key}.j2", "plain").items()}
    subject = parts.pop("subject", "")
    if spec.by_hand or values.get("spoken"):
        parts["footer"] = blocks(FOOTER, "plain")["footer"](values)
    dropped: list[str] = []
    for name in spec.optional:
        if len(_joined(parts)) > spec.limit and parts.pop(name, ""):
            dropped.append(name)
    while (over := len(_joined(parts)) - spec.limit) > 0:
        longest = max(parts, key=lambda name: len(parts[name]))
        parts[longest] = cut(parts[longest], max(len(parts[longest]) - over, len(parts[longest]) // 2))
        dropped.append(longest)
    letter = {"subject": subject} | {name: part for name, part in parts.items() if name != "footer"}
    return Draft(_joined(parts), subject, tuple(dict.fromkeys(dropped)), _joined(letter))


def _joined(parts: Mapping[str, str]) -> str:
    return "\n\n".join(part for part in parts.values() if part)
