"""guide: the stepper: keep what is typed, save, skip, go back (product.md 0.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.errors import NotFound
from bot.domain.field import People as PeopleField
from bot.domain.field import Person as PersonField
from bot.domain.field import Problem
from bot.domain.incident import Incident
from bot.domain.money import meant, priced
from bot.domain.nudges.team import over
from bot.domain.promised import no_one_reads
from bot.domain.record import Page
from bot.domain.stage import Raw, Stage, parse
from bot.guide import flow, gates, prefill, saving, turn, unsaved
from bot.guide.flow import Spot
from bot.guide.hints import hints
from bot.guide.outcome import Hub, Invalid, Shown
from bot.guide.settling import settle
from bot.guide.showing import begun, first_value, show, shown
from bot.guide.work import Work
from bot.stages import find
from bot.store import nudges, people
from bot.store.drafts import drafts_of, keep_draft
from bot.store.rows import Draft

GATHERED = ("member", "guest", "unknown")  # accounts that may be picked where several are
INSTANT = 1e-6  # seconds: the next keystroke of a person comes later than that


@dataclass(frozen=True, slots=True)
class Ref:
    """What a view carries in `private_metadata`, plus the view's own id: never trusted, always looked up."""

    incident: str
    stage: str
    party: str
    version: int
    view: str


def keep(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float | None = None) -> bool:
    """Keep the whole of what is typed into a page. Raises: NotFound. `typed_at`: by Slack's clock; of Next,
    which comes without a time, it's right after the last keystroke that we know of.

    False where that page has been saved since from another view: their words are on their screen alone.
    """
    stage = find(ref.stage)
    if stage is None:
        raise NotFound("page", user)
    incident = work.incident(ref.incident, user, stage.action)
    if not flow.is_place(incident, stage, ref.party, user):
        raise NotFound("party", user)
    page = incident.page(stage.of or stage.key, ref.party)
    if page and ref.version != page.version and (not stage.of or page.view == ref.view):
        if (page.saved_by, page.view) != (user, ref.view):
            return False
        if typed_at is not None and typed_at <= work.at_slack(page.saved_at).timestamp():
            return True  # typed into a rendering that has been saved since: that save holds it
        ref = replace(ref, version=page.version)  # the answer to Next got lost, and they typed on
    current = ref.version == (page.version if page else 0)
    if stage.of:
        if current:
            keep(work, replace(ref, stage=stage.of), unsaved.beside(raw), user, typed_at)
        ref, raw = replace(ref, version=unsaved.TEXTS), unsaved.alone(raw)
    drafts = drafts_of(work.store, user, ref.incident)
    place = (ref.stage, ref.party, ref.version)
    last = next((d for d in drafts if (d.stage, d.party, d.page_version) == place), None)
    values = {
        **(last.values if last else {}),
        **_known(stage, raw, incident, user, ref.party),
    }  # a block Slack left out is absent, not empty
    if typed_at is None:
        typed_at = last.typed_at + INSTANT if last else 0.0
    keep_draft(work.store, user, Draft(ref.incident, *place[:2], values, ref.version, typed_at, work.now))
    left = (u for u in incident.unfinished if (u.user, u.stage) == (user, ref.stage))
    if all(over(incident, u) for u in left):
        nudges.replan(work.store, work.reload(ref.incident), work.policy)  # `resume` begins
    return True


def _known(stage: Stage, raw: Raw, incident: Incident, user: str, party: str) -> dict[str, Any]:
    """What was typed into fields that this person has: whatever else a payload holds was never drawn."""
    return {f.key: raw[f.key] for f in stage.fields if f.key in raw and f.seen_by(incident, user, party)}


def submit(
    work: Work, ref: Ref, raw: Raw, user: str, outside: Mapping[str, Problem] | None = None
) -> Shown | Hub | Invalid:
    """Next was pressed. `outside`: problems that only Slack could tell. Raises: NotFound, also for a text."""
    stage = find(ref.stage)
    if stage is None or stage.of:
        raise NotFound("page", user)
    incident = work.incident(ref.incident, user, stage.action, "enter")
    page = incident.page(ref.stage, ref.party)
    turn.check(work, incident, stage, ref.party, user, view=ref.view, version=ref.version)
    lost = stage.key == flow.SEND.stage and (incident.pick_again or no_one_reads(incident))
    if lost and incident.chosen:
        keep(work, ref, raw, user)
        return shown(work, incident, user, Spot(incident.chosen.stage))  # who else?
    drafts = drafts_of(work.store, user, incident.id)
    typed = next((d for d in drafts if (d.stage, d.party) == (ref.stage, ref.party)), None)
    saved = stage.reachable(page.answers) if page and not stage.repeats else {}
    stage = priced(stage, meant(incident, stage, ref.party, raw, work.policy.currency))
    kept = {**saved, **unsaved.cleaned(stage, typed.values if typed else {}, work.now)}
    parsed = parse(stage, raw, kept, incident, user, work.now, ref.party)
    correction = page is not None and page.version != ref.version
    again = correction or (stage.key == flow.SEND.stage and not incident.untold)
    if page and again and (page.answers, page.saved_by) == (parsed.answers, user):
        return _next(work, incident, user, Spot(ref.stage, ref.party))  # the answer was lost; nothing is new
    problems = parsed.problems or outside or _people_problems(work, stage, parsed.answers, user)
    if problems:
        keep(work, ref, raw, user)
        return Invalid(stage=stage, problems=problems)
    if page and correction and (page.saved_by, page.view) != (user, ref.view):
        return _conflict(work, incident, user, ref, raw, page)
    gates.guard(work, incident, stage.key, ref.party, parsed.answers)
    incident = saving.save(
        work, incident, stage, ref.party, parsed.answers, user, ref.view, correction=correction
    )
    screen = _next(work, incident, user, Spot(ref.stage, ref.party))
    if any(f.prefill.startswith("draft:") for f in stage.fields):
        return screen  # it has gone out: a better phrase would come too late
    said = stage.as_typed(parsed.answers)
    return replace(screen, hints=screen.hints or hints(work, incident, stage, said, user, ref.party))


def _next(work: Work, incident: Incident, user: str, spot: Spot) -> Shown | Hub:
    return shown(work, incident, user, flow.after(incident, user, work.policy, spot))


def _conflict(work: Work, incident: Incident, user: str, ref: Ref, raw: Raw, page: Page) -> Shown | Hub:
    """Somebody else saved this page a moment ago: keep what was typed as a draft of the new version."""
    newer = Ref(ref.incident, ref.stage, ref.party, page.version, ref.view)
    keep(work, newer, raw, user)
    screen = shown(work, incident, user, Spot(ref.stage, ref.party))
    if isinstance(screen, Hub):
        return screen
    mine = {f.key for f in screen.stage.fields if f.seen_by(incident, user, ref.party)}
    theirs = {key: value for key, value in page.answers.items() if key in mine}
    return replace(screen, theirs=replace(page, answers=theirs))


def _people_problems(
    work: Work, stage: Stage, answers: Mapping[str, Any], user: str
) -> Mapping[str, Problem]:
    """A picked person must be able to help: an active member, and (where it matters) somebody else.

    Somebody Slack has not told us about passes, and is checked before anything is sent to them.
    """
    picked = {f.key: answers[f.key] for f in stage.fields if isinstance(f, PersonField) and answers[f.key]}
    several = {f.key: answers[f.key] for f in stage.fields if isinstance(f, PeopleField) and answers[f.key]}
    known = people.get(work.store, {*picked.values(), *(u for users in several.values() for u in users)})
    problems: dict[str, Problem] = {}
    for key, person in picked.items():
        field = stage.field(key)
        kind = known[person].kind if person in known else "unknown"
        if isinstance(field, PersonField) and field.other and person == user:
            problems[key] = Problem("yourself")
        elif isinstance(field, PersonField) and field.member and kind not in ("member", "unknown"):
            problems[key] = Problem(f"person_{kind}")
    for key, users in several.items():
        kinds = (known[user].kind for user in users if user in known)
        unfit = next((kind for kind in kinds if kind not in GATHERED), "")
        problems |= {key: Problem(f"person_{unfit}")} if unfit else {}
    return problems


def skip(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float) -> Shown | Hub:
    """Skip was pressed: a record without answers, so that the page counts as seen; what is typed stays.

    Raises: NotFound.
    """
    stage = find(ref.stage)
    if stage is None or not stage.skippable:
        raise NotFound("page", user)
    incident = work.incident(ref.incident, user, stage.action)
    turn.check(work, incident, stage, ref.party, user, view=ref.view, version=ref.version)
    _leave(work, ref, raw, user, typed_at)
    saving.skip(work, incident, stage, ref.party, user, ref.view)
    return _next(work, work.reload(ref.incident), user, Spot(ref.stage, ref.party))


def back(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float) -> Shown | Hub:
    """Back was pressed: what is typed stays, unchecked; then the page before. Raises: NotFound."""
    _leave(work, ref, raw, user, typed_at)
    incident = work.incident(ref.incident, user, "enter")
    return shown(work, incident, user, flow.before(incident, user, work.policy, Spot(ref.stage, ref.party)))


def go(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float, spot: Spot) -> Shown | Hub:
    """A page offered at the top of another was pressed: what is typed stays. Raises: NotFound."""
    if find(ref.stage):
        _leave(work, ref, raw, user, typed_at)
    return show(work, ref.incident, user, spot)


def _leave(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float) -> None:
    """What is typed stays; a page that was only looked at is none that somebody is halfway through."""
    stage = find(ref.stage)
    if stage is None or _touched(work, stage, ref, raw, user):
        keep(work, ref, raw, user, typed_at)


def _touched(work: Work, stage: Stage, ref: Ref, raw: Raw, user: str) -> bool:
    """Whether something is kept of that page already, or it holds more than it was drawn with."""
    incident = work.incident(ref.incident, user, stage.action)
    drafts = drafts_of(work.store, user, ref.incident)
    if any((d.stage, d.party) == (ref.stage, ref.party) for d in drafts):
        return True
    page = begun(incident, stage, incident.page(ref.stage, ref.party))
    default = work.policy.currency
    answers = unsaved.answers(drafts, incident, stage, ref.party, work.now, default)
    facts = prefill.Source(work, incident, user, ref.party, "", answers).promising(stage, {})
    mine = [f for f in stage.fields if f.key in raw and f.seen_by(incident, user, ref.party)]
    return any((raw[f.key] or None) != (first_value(f, {}, page, facts) or None) for f in mine)


def ask(work: Work, ref: Ref, raw: Raw, user: str, typed_at: float, gate: str) -> str:
    """Somebody asks for a gate to be opened; whom it went to, "" while there is nobody. Raises: NotFound."""
    if gate not in gates.GATES:
        raise NotFound("gate", user)
    keep(work, ref, raw, user, typed_at)
    incident = work.incident(ref.incident, user, "edit_facts")
    to = gates.ask(work, incident, gate, user)
    settle(work, ref.incident)
    return work.names([to]).get(to, to)
