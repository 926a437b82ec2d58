"""words: what a draft may say about an incident, as one flat mapping. Snapshot in, values out; no I/O.

A gap is an empty string or None, so that a template decides how to say it (`{{ x or gap }}`). Typed text
comes as prose: trimmed, closed with a full stop. Times are aware
datetimes, amounts integers in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.record import Party, What
from bot.stages.when import many
from bot.words.phrases import day, prose, prose_if_any, when
from bot.words.times import zone

GAP = "not known yet"
FOUND_LATE = timedelta(minutes=60)  # from here on a text says when it happened and when it was noticed
OPTIONS = ("", "_2", "_3")
IF_ANY = frozenset({
    ("more", "where_else"), ("more", "unknowns"), ("halt", "side_effects"), ("team", "helpers_needed"),
    ("update", "changed"), ("fixed", "lasting_effects"), ("fixed", "verified_how"),
})  # fmt: skip  # answers that stand in the middle of a sentence, where "no" says that there is nothing


class Org(Protocol):
    """The organisation as the policy file names it; each may be empty."""

    @property
    def name(self) -> str: ...
    @property
    def sign_off(self) -> str: ...
    @property
    def phone(self) -> str: ...


@dataclass(frozen=True, slots=True)
class About:
    id: str
    title: str
    level: str
    opened_at: datetime | None
    happened_at: datetime | None
    found_how: str
    tag: str


@dataclass(frozen=True, slots=True)
class To:
    """The party a text is for. `several`: it is one of several, `many`: of more than ten."""

    name: str
    contact: str
    client: bool
    tz: str
    told_us: bool
    several: bool
    many: bool


@dataclass(frozen=True, slots=True)
class Facts:
    what: str
    affected: str
    better: str
    where_else: str
    unknowns: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Halt:
    """`running`: it may still go on; `known`: somebody has said that it does."""

    status: str
    action: str
    owner: str
    at: datetime | None
    side_effects: str
    running: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Fix:
    """`kind`: deliver | redo | workaround | refund | unknown (the choices of the page `plan`)."""

    text: str
    kind: str
    cost: int
    checkpoint_at: datetime | None
    nothing: str  # why there is nothing to put right


@dataclass(frozen=True, slots=True)
class Source:
    """Answers as one reader may see them: what is typed right now (`extra`) before what is saved."""

    incident: Incident
    party: str
    names: Mapping[str, str]
    extra: Mapping[str, Any]
    hide: Callable[[str], str]

    def raw(self, stage: str, key: str) -> Any:  # noqa: ANN401 - str, list, int or None
        if key in self.extra:
            return self.extra[key]
        of_party = stage in ("contact", "spoke", "update", "debrief")
        found = self.incident.answer(stage, key, self.party if of_party else "")
        return self.incident.answer(stage, key) if of_party and found is None else found

    def line(self, stage: str, key: str) -> str:
        """Typed text without a full stop added: names, subjects."""
        return self.hide(str(self.raw(stage, key) or "").strip())

    def text(self, stage: str, key: str) -> str:
        said = prose_if_any if (stage, key) in IF_ANY else prose
        return self.hide(said(self.raw(stage, key)))

    def time(self, stage: str, key: str) -> datetime | None:
        return when(self.raw(stage, key))

    def name(self, user: str) -> str:
        """The person's name, or "" where nobody is named or the name is not known."""
        return self.names.get(user, "")


def about(source: Source) -> About:
    incident = source.incident
    return About(
        id=incident.id,
        title=source.line("open", "summary"),
        level=incident.level.word,
        opened_at=incident.opened_at,
        happened_at=source.time("open", "happened_at"),
        found_how=str(source.raw("open", "found_how") or ""),
        tag=str(source.raw("more", "process_tag") or ""),
    )


def to(source: Source) -> To:
    parties = source.incident.parties
    kind, reach = parties[0].kind if parties else "client", source.incident.fact("reach")
    party = next((p for p in parties if p.key == source.party), Party(source.party, kind))
    return To(
        name=str(source.raw("contact", "party_name") or party.name),
        contact=str(source.raw("contact", "contact_name") or ""),
        client=party.kind == "client",
        tz=str(source.raw("contact", "party_tz") or party.tz),
        told_us=party.told_us,
        several=len(parties) > 1 or reach in ("several", "many", "public"),
        many=many(source.incident) or reach in ("many", "public"),
    )


def facts(source: Source) -> Facts:
    return Facts(
        what=source.text("assess", "q1_mistake") or source.text("open", "summary"),
        affected=source.text("assess", "affected"),
        better=source.text("more", "q5_better"),
        where_else=source.text("more", "where_else"),
        unknowns=source.text("more", "unknowns"),
        since=source.time("more", "since"),
        until=source.time("more", "until"),
    )


def halt(source: Source) -> Halt:
    halted = source.incident.last(What.HALTED)
    status = source.raw("halt", "halt_status") or (halted.data.get("status") if halted else "")
    return Halt(
        status=str(status or ""),
        action=source.text("halt", "halt_action"),
        owner=source.name(str(source.raw("halt", "halt_owner") or "")),
        at=source.time("halt", "halted_at"),
        side_effects=source.text("halt", "side_effects"),
        running=source.incident.harm_may_run,
        known=source.incident.harm_may_run and source.incident.fact("still_going") == "yes",
    )


def _fix(source: Source, suffix: str) -> Fix:
    page = "ways" if suffix else "plan"
    return Fix(
        text=source.text(page, f"fix_text{suffix}"),
        kind=str(source.raw(page, f"fix_kind{suffix}") or "unknown"),
        cost=int(source.raw(page, f"cost{suffix}") or 0),
        checkpoint_at=source.time("plan", "checkpoint_at"),
        nothing=source.text("plan", "nothing_because"),
    )


def options(source: Source) -> tuple[Fix, ...]:
    """The solutions on the pages `plan` and `ways`, the chosen one first."""
    chosen = str(source.raw("ways", "chosen") or "1")
    numbered = sorted(enumerate(OPTIONS, 1), key=lambda o: (str(o[0]) != chosen, o[0]))
    fixes = [_fix(source, suffix) for _, suffix in numbered]
    return tuple(fix for fix in fixes if fix.text) or (_fix(source, ""),)


def next_at(source: Source, now: datetime) -> datetime | None:
    """When this party hears next: what is typed now, else the open promise or planned try still to come."""
    typed = when(source.extra.get("next_at") or source.extra.get("promised_next"))
    promise = talks.promise(source.incident, source.party)
    planned = promise[0] if promise else source.time("contact", "promised_next")
    return typed or (planned if planned and planned > now else None)


def found_late(inc: About) -> bool:
    """It was noticed well after it happened, so a text has to say both times."""
    if inc.found_how == "late":
        return True
    return bool(inc.happened_at and inc.opened_at and inc.opened_at - inc.happened_at >= FOUND_LATE)


def common(source: Source, *, org: Org, tz: str, now: datetime) -> dict[str, Any]:
    """What every template of `templates/drafts/` can use. `tz` is the zone of whoever reads the text."""
    incident, inc = source.incident, about(source)
    fixes = options(source)
    return {
        "inc": inc,
        "me": source.name(incident.handler),
        "handler": source.name(incident.handler),
        "lead": source.name(incident.lead),
        "org": org,
        "party": to(source),
        "facts": facts(source),
        "halt": halt(source),
        "fix": fixes[0],
        "options": fixes[1:],
        "next_at": next_at(source, now),
        "found_late": found_late(inc),
        "mistake_day": day(inc.happened_at.astimezone(zone(tz)).date()) if inc.happened_at else "",
        "reach": incident.fact("reach") or "",
        "flags": tuple(incident.fact("flags") or ()),
        "now": now,
        "tz": tz,
        "gap": GAP,
    }
