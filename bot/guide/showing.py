"""guide: a page as it is shown: what was typed into it, what is saved, and what is known already."""

from __future__ import annotations

from typing import Any

from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.money import meant, priced
from bot.domain.record import Page, What
from bot.domain.stage import Raw, Stage
from bot.guide import flow, prefill, sight, unsaved
from bot.guide.flow import Spot
from bot.guide.hints import hints
from bot.guide.hub import hub
from bot.guide.outcome import Hub, Shown
from bot.guide.reader import reader
from bot.guide.work import Work
from bot.stages import find
from bot.store.drafts import drafts_of
from bot.store.rows import SAID


def show(work: Work, key: str, user: str, spot: Spot | None = None) -> Shown | Hub:
    """That page of that incident, or where it was left. Raises: NotFound."""
    return shown(work, work.incident(key, user, "enter"), user, spot)


def shown(work: Work, incident: Incident, user: str, spot: Spot | None = None) -> Shown | Hub:
    """As `show`, for an incident at hand. A page that does not exist for this person leads to the hub."""
    drafts = drafts_of(work.store, user, incident.id)
    place = spot or flow.resume(incident, user, work.policy, unsaved.calling(drafts, incident))
    stage = find(place.stage)
    here = stage is not None and flow.is_place(incident, stage, place.party, user)
    if stage is None or not here or not flow.open_to(incident, stage, user, work.policy):
        return hub(work, incident, user)
    seen = sight.look(work, incident, user, place.stage)
    page = seen.page(stage.of or stage.key, place.party)
    typed = unsaved.values(drafts, seen, stage, place.party)
    said = next((d.values.get("text", "") for d in drafts if d.stage == SAID), "")
    default = work.policy.currency
    answers = unsaved.answers(drafts, seen, stage, place.party, work.now, default)
    facts = prefill.Source(work, seen, user, place.party, said, answers).promising(stage, typed)
    stage = priced(stage, meant(seen, stage, place.party, typed, default))
    mine = [f for f in stage.fields if f.seen_by(incident, user, place.party)]
    values = {f.key: first_value(f, typed, begun(seen, stage, page), facts) for f in mine}
    cut = any(f.prefill == "said" and len(said) > f.most for f in stage.fields if isinstance(f, Text))
    return Shown(
        incident=seen,
        stage=stage,
        party=place.party,
        reader=reader(work, seen, user),
        values=values,
        version=page.version if page else 0,
        progress=flow.progress(incident, user, work.policy, place),
        facts={
            **facts.more(stage),
            "own_words": unsaved.own_words(drafts, seen, stage, place.party),
            "erased": _erased(stage, begun(seen, stage, page), typed),
        },
        drafts=unsaved.texts(drafts, place.party, facts.drafts(stage)),
        hints=hints(work, seen, stage, values, user, place.party),
        said=said if cut else "",
    )


def _erased(stage: Stage, page: Page | None, typed: Raw) -> bool:
    """Someone picked here, saved or not, has had their data erased since, and no one else is picked."""
    saved = page.answers if page else {}
    return any(f.erased(typed.get(f.key, saved.get(f.key))) for f in stage.fields)


def begun(incident: Incident, stage: Stage, page: Page | None) -> Page | None:
    """What is saved, to go on from: nothing where each save stands alone, or of a text to somebody else."""
    told, picked = incident.last(What.TOLD), incident.chosen
    whom = picked.answers.get("boss") if picked else None
    elsewhere = stage.key == flow.SEND.stage and told is not None and told.data.get("boss") != whom
    return None if stage.repeats or stage.of or elsewhere else page


def first_value(field: Any, typed: Raw, page: Page | None, facts: prefill.Source) -> Any:  # noqa: ANN401
    """What was typed and not saved, else what is saved, else what is known already, else the fallback."""
    if field.key in typed:
        value = typed[field.key]
        return field.raw(value) if field.erased(value) else value
    if page and not page.skipped:
        return field.raw(page.answers.get(field.key))
    known = facts.value(field) if field.prefill else None
    return known if known is not None else field.fallback
