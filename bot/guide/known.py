"""guide: what has waited for Slack to say who someone is: they get what an account of their kind may have."""

from __future__ import annotations

from bot.domain.access import account_may
from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.status import Status
from bot.guide import own_data, signals
from bot.guide.work import Work
from bot.stages import find
from bot.store import erase
from bot.store.drafts import drafts_of
from bot.store.lists import Asked, listing
from bot.words.pages import words

MOST = 50  # beginnings of someone no one knew: each was typed while Slack did not answer


def learned(work: Work, user: str) -> None:
    """Slack has said who that is."""
    signals.bring_in_who_waited(work, user)
    kind = work.kind(user)
    if not account_may("begin", kind, guests_may_open=work.policy.guests_may_open):
        _give_back(work, user, kind)


def _give_back(work: Work, user: str, kind: str) -> None:
    """What they began and may not go on with goes: no one else knows of it. A guest gets their words."""
    for key in listing(work.store, user, Asked(MOST, practice=None)).ids:
        incident = work.reload(key)
        if incident.reporter == user and incident.status is Status.DRAFT and not incident.events:
            typed = _typed(work, incident)
            if kind == "guest" and typed:
                own_data.send_text(work, user, key, words("surfaces/notes", {"typed": typed})("given_back"))
            erase.incidents(work.store, [key])
    work.store.reread()


def _typed(work: Work, incident: Incident) -> str:
    """All that they typed, in their words."""
    drafts = reversed(drafts_of(work.store, incident.reporter, incident.id))
    texts = (str(d.values[key] or "") for d in drafts for key in _texts(d.stage) if key in d.values)
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _texts(stage_key: str) -> tuple[str, ...]:
    stage = find(stage_key)
    return tuple(f.key for f in stage.fields if isinstance(f, Text)) if stage else ("text",)
