"""guide: what somebody has typed into a page or a text and not saved: the rows of `drafts`, read.

A text (`stages.texts`) shares the time it promises with the page that offers it: that is kept with the
page's own answers, so that there is one of it. Its words have a row of their own, which no page replaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.field import Problem
from bot.domain.incident import Incident
from bot.domain.money import meant, priced
from bot.domain.nudges.team import over
from bot.domain.stage import Answers, Raw, Stage
from bot.stages import find
from bot.stages.texts import TEXT
from bot.store.rows import Draft, left

TEXTS = 0  # the page version of every row of a text: it belongs to no rendering of a page


def alone(raw: Raw) -> Raw:
    """Of what a text's page holds, its words."""
    return {key: value for key, value in raw.items() if key == TEXT}


def beside(raw: Raw) -> Raw:
    """Of what a text's page holds, what belongs to the page that offers it."""
    return {key: value for key, value in raw.items() if key != TEXT}


def calling(drafts: Iterable[Draft], incident: Incident) -> list[Draft]:
    """Without what is kept and calls nobody back."""
    return [draft for draft in drafts if not over(incident, left("", draft))]


def values(drafts: Iterable[Draft], incident: Incident, stage: Stage, party: str) -> Raw:
    """Raw values by field; of a text, with those of the page that offers it."""
    page = incident.page(stage.of or stage.key, party)
    rows = {(d.stage, d.party, d.page_version): d.values for d in drafts}
    typed = rows.get((stage.of or stage.key, party, page.version if page else 0), {})
    return {**typed, **rows.get((stage.key, party, TEXTS), {})} if stage.of else typed


def answers(
    drafts: Iterable[Draft], incident: Incident, stage: Stage, party: str, now: datetime, currency: str
) -> Mapping[str, Any]:
    """What is typed into a page, as far as it would be taken, for the drafts that the page offers.

    A page that starts anew each time says nothing of its last round: what is not typed now is None.
    `currency`: of amounts where nobody has picked another.
    """
    page = find(stage.of) or stage
    typed = values(drafts, incident, page, party)
    empty = {f.key: None for f in page.fields if page.repeats and not f.prefill}
    return empty | cleaned(priced(page, meant(incident, page, party, typed, currency)), typed, now)


def cleaned(stage: Stage, raw: Raw, now: datetime) -> Answers:
    """Raw values as answers, without those that would not be taken."""
    found = {f.key: f.clean(raw[f.key], now) for f in stage.fields if f.key in raw}
    return {
        key: value for key, value in found.items() if value is not None and not isinstance(value, Problem)
    }


def texts(
    drafts: Iterable[Draft], party: str, offered: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """The drafts that a page offers, in the person's own words where there are any."""
    own = {d.stage: str(d.values.get(TEXT) or "") for d in drafts if d.party == party}
    return tuple((name, own.get(name) or text) for name, text in offered)


def own_words(drafts: Iterable[Draft], incident: Incident, stage: Stage, party: str) -> str:
    """Whether a text holds words of this person's: "" no, `yes`, or `older` than the last saved page."""
    row = next((d for d in drafts if stage.of and (d.stage, d.party) == (stage.key, party)), None)
    if row is None:
        return ""
    return "older" if any(page.saved_at > row.saved_at for page in incident.pages.values()) else "yes"
