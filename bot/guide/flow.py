"""guide: which page comes next. Derived from the record each time; nothing remembers "the current step"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.access import may
from bot.domain.incident import Incident
from bot.domain.rules import Policy
from bot.domain.stage import Stage
from bot.stages import STAGES, find
from bot.store.rows import SAID, Draft


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the stepper: a page (of a party), or the hub."""

    stage: str
    party: str = ""


HUB, SEND = Spot("hub"), Spot("send")
TELLING = ("tell", "safe")  # the pages that ask whom to tell


def open_to(incident: Incident, stage: Stage, user: str, policy: Policy) -> bool:
    """Whether the page exists for this person now: it applies, and it is not somebody else's."""
    return stage.applies(incident, user) and may(stage.action, incident, user, policy)


def _parties(incident: Incident, stage: Stage, user: str) -> list[str]:
    """The parties of a page; a co-reporter's own key; "" where there is one page for all."""
    if stage.per_party:
        return [p.key for p in incident.parties]
    own = incident.own_key(user)
    return [""] if not stage.per_person else [own] if own else []


def is_place(incident: Incident, stage: Stage, party: str, user: str) -> bool:
    """Whether the page exists for that party ("" where pages are not per party); a text: is offered to it."""
    page = find(stage.of)
    if page and stage.key not in page.drafts(incident, party):
        return False
    return party in _parties(incident, stage, user)


def spots(incident: Incident, user: str, policy: Policy, among: Sequence[Stage] = STAGES) -> Iterator[Spot]:
    """Every page that exists for this person now, in order; one a party where pages are per party."""
    for stage in among:
        if open_to(incident, stage, user, policy):
            yield from (Spot(stage.key, party) for party in _parties(incident, stage, user))


def line(incident: Incident, user: str, policy: Policy) -> list[Spot]:
    """The straight way up to `send`, as it applies to this person now (product.md 0.2)."""
    way = spots(incident, user, policy, among=[stage for stage in STAGES if stage.line(incident, user)])
    return [_answered(incident, spot) for spot in way]


def _answered(incident: Incident, spot: Spot) -> Spot:
    """Whoever picked somebody safe to tell is not led to the page on which their boss stands."""
    chosen = incident.chosen
    return Spot(chosen.stage) if chosen and spot.stage == "tell" else spot


def unsaved(incident: Incident, way: Sequence[Spot]) -> Spot | None:
    """The first page that wants an answer: never saved, or whoever it names can be told no more."""
    return next((s for s in way if incident.page(s.stage, s.party) is None or _again(incident, s)), None)


def _again(incident: Incident, spot: Spot) -> bool:
    return spot.stage in TELLING and incident.pick_again


def resume(incident: Incident, user: str, policy: Policy, drafts: Sequence[Draft]) -> Spot:
    """The page with the newest draft, else the first page of the line not saved, else the hub."""
    for draft in drafts:  # newest first
        stage = find(draft.stage)
        if (
            draft.stage != SAID
            and stage
            and open_to(incident, stage, user, policy)
            and _current(incident, stage, draft, user)
        ):
            return Spot(draft.stage, draft.party)
    return unsaved(incident, line(incident, user, policy)) or HUB


def _current(incident: Incident, stage: Stage, draft: Draft, user: str) -> bool:
    """The page was not saved since; a text of before the last talk is kept, and calls nobody back."""
    page = incident.page(stage.of or stage.key, draft.party)
    if stage.of:
        return is_place(incident, stage, draft.party, user) and (
            page is None or draft.saved_at > page.saved_at
        )
    return draft.page_version == (page.version if page else 0)


def after(incident: Incident, user: str, policy: Policy, spot: Spot) -> Spot:
    """Where Next leads: the first page of the line not saved yet, from here on first; then the hub."""
    way = line(incident, user, policy)
    if spot.stage in TELLING and SEND in way and incident.untold and not incident.pick_again:
        return SEND  # also where it was saved before: then somebody else was picked, or it was taken back
    here = way.index(spot) if spot in way else -1
    return unsaved(incident, way[here + 1 :]) or unsaved(incident, way) or HUB


def before(incident: Incident, user: str, policy: Policy, spot: Spot) -> Spot:
    """Where Back leads: the page before in the line; from any other page, the hub (or the line's end); from a
    text, the page that offers it.
    """
    stage = find(spot.stage)
    if stage and stage.of:
        return Spot(stage.of, spot.party)
    way = line(incident, user, policy)
    if spot in way:
        here = way.index(spot)
        back = way[here - 1] if here else spot
        page = find(back.stage)
        return back if page and page.applies(incident, user) else HUB
    return unsaved(incident, way) or HUB


def progress(incident: Incident, user: str, policy: Policy, spot: Spot) -> tuple[int, int] | None:
    """(step, steps) on the line, counting the pages that apply to this person now.

    None off the line, and for whoever comes back to a page when all of the line is behind them.
    """
    way = line(incident, user, policy)
    told = incident.page("send") is not None or incident.senior
    return (way.index(spot) + 1, len(way)) if spot in way and not told else None
