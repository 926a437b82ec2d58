"""store: drafts: what somebody has typed into a page and not saved. Nobody else ever gets to see them."""

from __future__ import annotations

from bot.store import rows
from bot.store import tables as t
from bot.store.rows import SAID, Draft
from bot.store.store import Store


def drafts_of(store: Store, user: str, incident: str) -> list[Draft]:
    """That person's drafts in that incident, newest first."""
    return list(store.read(_mine(user), incident, rows.DRAFTS, rows.draft, user=user))


def keep_draft(store: Store, user: str, draft: Draft) -> None:
    """Keep what was typed, unless something typed later is kept already."""
    known, place = drafts_of(store, user, draft.incident), (draft.stage, draft.party)
    before = next((d for d in known if (d.stage, d.party) == place), None)
    if before is None or rows.later_typed(before, draft):
        others = [d for d in known if (d.stage, d.party) != place]
        _know(store, user, draft.incident, [*others, rows.as_stored(draft)])
    keys = {"user": user, "incident": draft.incident, "stage": draft.stage, "party": draft.party}
    values = {
        "values": dict(draft.values),
        "page_version": draft.page_version,
        "typed_at": draft.typed_at,
        "saved_at": draft.saved_at,
    }
    store.upsert(t.drafts, keys, values, rows.later_typed)


def drop_draft(store: Store, user: str, incident: str, stage: str, party: str) -> None:
    """Nothing is left to be saved of that page."""
    known = drafts_of(store, user, incident)
    left = [draft for draft in known if (draft.stage, draft.party) != (stage, party)]
    if left == known:
        return
    _know(store, user, incident, left)
    place = {"of_user": user, "of_incident": incident, "of_stage": stage, "of_party": party}
    store.connection.execute(rows.DROP_DRAFT, {"of_tenant": store.tenant, **place})


def _know(store: Store, user: str, incident: str, drafts: list[Draft]) -> None:
    """All of that person's drafts there, as they stand now."""
    drafts.sort(key=lambda d: (-d.typed_at, d.stage, d.party))
    unfinished = [rows.left(user, d) for d in drafts if d.stage != SAID]
    store.memory.know(_mine(user), incident, drafts)
    store.memory.learn(
        t.drafts.name, incident, lambda known: [*(u for u in known if u.user != user), *unfinished]
    )


def _mine(user: str) -> str:
    """Under what they are remembered, beside the list of everybody's."""
    return f"{t.drafts.name} of {user}"
