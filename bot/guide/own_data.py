"""guide: `/screwedup export`: all that is stored about oneself, and the write-up of one incident.

Field audiences hold here as anywhere: what somebody gets is what they typed, did or were sent, and of their
own incidents every answer. Others are named as they are on screens; nothing of theirs is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.access import roles
from bot.domain.incident import Incident, Status
from bot.domain.record import Page
from bot.domain.signal import plain_name
from bot.guide import sight
from bot.guide.outcome import File, Parcel
from bot.guide.reader import alone, reader
from bot.guide.work import Work
from bot.stages import find
from bot.store import export, posts
from bot.store.posts import CARD, COPY, Post
from bot.words.writeup import writeup_html, writeup_markdown

EXPORTED = "exported"  # the verb in the audit table
ENDED = (Status.CLOSED, Status.CANCELLED)


def about_me(work: Work, user: str) -> Parcel:
    """One JSON file with everything about this person. Raises: NotFound."""
    work.account(user, "own_data")
    work.store.audit(work.now, user, EXPORTED, "", "about me")
    parts = sight.parts(work, user)
    theirs = {incident.id for incident in parts}
    made = {
        "made_at": work.now.isoformat(),
        "about": user,
        "what_slack_says_about_you": _profile(work, user),
        "incidents": [_incident(work, incident, user) for incident in parts],
        "typed_and_not_saved": [
            {
                "incident": d.incident,
                "page": d.stage,
                "party": d.party,
                "at": _at(d.saved_at),
                "values": d.values,
            }
            for d in export.drafts(work.store, user)
        ],
        "what_you_did": [
            {"incident": e.incident, "at": _at(e.at), "what": e.what, "party": e.party, "data": e.data}
            for e in export.acts(work.store, user)
            if e.incident in theirs
        ],
        "reactions_and_presses": [
            {"incident": _if(m.incident in theirs, m.incident), "on": m.kind, "name": plain_name(m.name)}
            | {"standing": m.standing, "at": _at(m.at)}
            for m in export.marks(work.store, user)
            if m.incident in theirs or m.kind == CARD  # anyone in the channel may mark the team's card
        ],
        "messages_to_you": [
            _message(p) for p in export.messages(work.store, user) if p.incident in {*theirs, ""}
        ],
        "noted_about_your_acts": [
            {"incident": _if(a.incident in theirs, a.incident), "at": _at(a.at), "verb": a.verb}
            | {"detail": a.detail}
            for a in export.noted(work.store, user)
        ],
    }
    text = json.dumps(made, ensure_ascii=False, indent=2, sort_keys=False)
    return Parcel(reader=alone(work, user), code="export_sent", files=(File("about-me.json", text),))


def _profile(work: Work, user: str) -> dict[str, Any]:
    row = export.profile(work.store, user)
    return (
        {"name": row.name, "zone": row.tz, "account": row.kind, "asked_at": _at(row.fetched_at)}
        if row
        else {}
    )


def _incident(work: Work, incident: Incident, user: str) -> dict[str, Any]:
    """What they are to it; all answers of their own incident, of any other those they gave. How it stands is
    for those who may see that on any screen.
    """
    mine, known = user == incident.reporter, work.may("see_summary", incident, user)
    pages = [p for p in incident.pages.values() if mine or p.saved_by == user]
    held = incident.held
    return {
        "id": incident.id,
        "you_are": sorted(roles(incident, user, work.policy)),
        "status": _if(known, incident.status.value),
        "how_serious": _if(known, incident.level.word),
        "began_with": incident.source if mine else "",
        "kept_by_a_legal_hold": held.data.get("reason", "") if held and mine else bool(held),
        "answers": [answer for page in pages for answer in _answers(page, incident, user)],
        "who_looked": [
            {"at": _at(look.at), "who": look.who or "a colleague", "screen": look.screen}
            for look in (looks(work, incident) if mine else ())
        ],
    }


def _answers(page: Page, incident: Incident, user: str) -> Iterator[dict[str, Any]]:
    stage = find(page.stage)
    for field in stage.fields if stage else ():
        value = page.answers.get(field.key)
        if value not in (None, "", []) and field.seen_by(incident, user, page.party):
            yield {
                "page": page.stage, "party": page.party, "field": field.key, "audience": field.audience,
                "value": value, "saved_at": _at(page.saved_at),
            }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody else looked at a record; `who` is "" where nobody is named any more."""

    at: datetime
    who: str
    screen: str


def looks(work: Work, incident: Incident) -> tuple[Look, ...]:
    """Every look of somebody else at it, newest first."""
    rows = export.views(work.store, incident.id)
    names = work.names({row.actor for row in rows})
    return tuple(Look(row.at, names.get(row.actor, ""), row.detail) for row in rows)


def _message(post: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    return {
        "incident": post.incident, "kind": post.kind, "state": post.state, "due_at": _at(post.due_at),
        "sent_at": _at(post.sent_at), "text": (post.body or {}).get("text", ""),
    }  # fmt: skip


def _if(theirs: bool, value: str) -> str:
    """What is theirs to know, else ""."""
    return value if theirs else ""


def _at(at: Any) -> str:  # noqa: ANN401 - a datetime, or None
    return at.isoformat() if at else ""


def writeup(work: Work, user: str, key: str) -> Parcel:
    """The write-up of one incident, as Markdown and as HTML, by role. Raises: NotFound."""
    incident = sight.look(work, work.incident(key, user, "export"), user, "writeup")
    work.store.audit(work.now, user, EXPORTED, incident.id, "writeup")
    who = reader(work, incident, user)
    tz, final = who.tz or "UTC", incident.status in ENDED
    markdown = writeup_markdown(incident, names=who.names, tz=tz, now=work.now, final=final)
    html = writeup_html(incident, names=who.names, tz=tz, now=work.now, final=final)
    name = f"write-up-{incident.id}"
    return Parcel(
        reader=who, code="writeup_sent", files=(File(f"{name}.md", markdown), File(f"{name}.html", html))
    )


def in_pieces(work: Work, user: str, file: File) -> None:
    """A file as text in their DM, where it cannot be uploaded: as many messages as it takes, in order."""
    send_text(work, user, file.name, f"{file.name}\n{file.content}")


def send_text(work: Work, user: str, about: str, text: str) -> None:
    """What's theirs alone, in their DM. `about` tells apart what is sent in the same moment."""
    copy = Post(
        tenant=work.store.tenant,
        incident="",
        kind=COPY,
        party=about[:24],
        ordinal=int(work.now.timestamp() * 1000) % 2**31,
        recipient=user,
        due_at=work.now,
        data={"text": text},
        priority=6,
    )
    posts.add(work.store, copy)
