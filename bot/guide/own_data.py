"""guide: `/screwedup export`: all that is stored about oneself, and the write-up of one incident.

Field audiences hold here as anywhere: what somebody gets is what they typed, did or were sent, and of their
own incidents every answer. Others are named as they are on screens; nothing of theirs is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import indent
from typing import Any

from bot.domain.access import roles
from bot.domain.incident import Incident
from bot.domain.record import Page
from bot.domain.signal import plain_name
from bot.domain.status import Status
from bot.guide import progress, sight
from bot.guide.outcome import Begun, File, Parcel
from bot.guide.reader import alone, reader
from bot.guide.work import Work
from bot.stages import find
from bot.store import chores, export, mentions, posts
from bot.store.chores import Chore
from bot.store.posts import CARD, COPY, Post
from bot.words.writeup import writeup_html, writeup_markdown

Sections = Mapping[str, Sequence[Mapping[str, Any]]]
SECTIONS = (
    "incidents",
    "typed_and_not_saved",
    "what_you_did",
    "reactions_and_presses",
    "messages_to_you",
    "noted_about_your_acts",
)
FEW = 20  # incidents that are read while the person waits for the answer
AT_ONCE = 10  # incidents of one piece: some 20 ms
EXPORTED = "exported"  # the verb in the audit table
ENDED = (Status.CLOSED, Status.CANCELLED)


def about_me(work: Work, user: str) -> Parcel | Begun:
    """One JSON file with everything about this person; where that's a lot, it's made in pieces, for later.

    Raises: NotFound.
    """
    work.account(user, "own_data")
    work.store.audit(work.now, user, EXPORTED, "", "about me")
    keys = mentions.acted_in(work.store, user, FEW + 1)
    who = alone(work, user)
    if len(keys) > FEW:
        begun = chores.begin(work.store, user, chores.EXPORT, work.now)
        return Begun(reader=who, code="export_begun", chore=begun)
    found = [_texts(gathered(work, user, keys)), _texts(_in_none(work, user))]
    return Parcel(reader=who, code="export_sent", files=(_file(work, user, found),))


def gathered(work: Work, user: str, keys: Sequence[str]) -> Sections:
    """What's kept about that person in these incidents, by section of the file."""
    parts = sight.parts(work, user, keys)
    theirs = {incident.id for incident in parts}
    return {
        "incidents": [_incident(work, incident, user) for incident in parts],
        "typed_and_not_saved": [
            {"incident": d.incident, "page": d.stage, "party": d.party, "at": _at(d.saved_at)}
            | {"values": d.values}
            for d in export.drafts(work.store, user, keys)
        ],
        "what_you_did": [
            {"incident": e.incident, "at": _at(e.at), "what": e.what, "party": e.party, "data": e.data}
            for e in export.acts(work.store, user, keys)
            if e.incident in theirs
        ],
        "reactions_and_presses": [
            {"incident": _if(m.incident in theirs, m.incident), "on": m.kind, "name": plain_name(m.name)}
            | {"standing": m.standing, "at": _at(m.at)}
            for m in export.marks(work.store, user, keys)
            if m.incident in theirs or m.kind == CARD  # anyone in the channel may mark the team's card
        ],
        "messages_to_you": [
            _message(p) for p in export.messages(work.store, user, keys) if p.incident in theirs
        ],
        "noted_about_your_acts": [
            _noted(a, known=a.incident in theirs) for a in export.noted(work.store, user, keys)
        ],
    }


def _in_none(work: Work, user: str) -> Sections:
    """What's kept about that person beside any incident."""
    gone = export.noted_elsewhere(work.store, user)
    return {
        "messages_to_you": [_message(p) for p in export.messages(work.store, user, [""])],
        "noted_about_your_acts": [
            _noted(a, known=False) for a in (*export.noted(work.store, user, [""]), *gone)
        ],
    }


def _noted(line: Any, *, known: bool) -> dict[str, Any]:  # noqa: ANN401 - a row
    about = {"incident": _if(known, line.incident), "at": _at(line.at)}
    return about | {"verb": line.verb, "detail": line.detail}


# --- in pieces --------------------------------------------------------------------------------------
def piece(work: Work, chore: Chore) -> tuple[list[tuple[str, datetime]], Mapping[str, str]]:
    """The next incidents, and what the file says of them; reads alone. No incidents: all are through."""
    ahead = chores.ahead(work.store.connection, chore, AT_ONCE)
    keys = [key for key, _ in ahead]
    return ahead, _texts(gathered(work, chore.user, keys) if keys else _in_none(work, chore.user))


def keep(
    work: Work, chore: Chore, ahead: Sequence[tuple[str, datetime]], texts: Mapping[str, str]
) -> Chore | None:
    """Put that piece away; where it has come to, None where another process was faster."""
    here = chores.moved(work.store, chore, work.now, ahead)
    if here and ahead:
        chores.keep(work.store, chore, texts)
        progress.tell(work, chore, here)
    return here


def whole(work: Work, chore: Chore, last: Mapping[str, str]) -> File:
    """The file of a chore that's through; `last`: its last piece."""
    found: dict[str, list[str]] = {}
    for section, text in chores.kept(work.store.connection, chore):
        found.setdefault(section, []).append(text)
    return _file(work, chore.user, [*({s: ",\n".join(texts)} for s, texts in found.items()), last])


def delivered(work: Work, chore: Chore) -> None:
    """The person has the file."""
    chores.ended(work.store, chore)
    progress.over(work, chore)


def _texts(sections: Sections) -> dict[str, str]:
    """Each section's entries as they stand in the file, without the brackets around them."""
    return {
        name: indent(json.dumps(entries, ensure_ascii=False, indent=2)[2:-2], "  ") if entries else ""
        for name, entries in sections.items()
    }


def _file(work: Work, user: str, found: Sequence[Mapping[str, str]]) -> File:
    head = {
        "made_at": work.now.isoformat(),
        "about": user,
        "what_slack_says_about_you": _profile(work, user),
    }
    lines = [json.dumps(head, ensure_ascii=False, indent=2)[:-2]]
    for name in SECTIONS:
        texts = ",\n".join(text for some in found if (text := some.get(name)))
        lines.append(f'  "{name}": [\n{texts}\n  ]' if texts else f'  "{name}": []')
    return File("about-me.json", ",\n".join(lines) + "\n}")


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
