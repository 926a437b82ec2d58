"""slack: what goes out, as Block Kit: the boss notice, R's card, and short messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.incident import Incident
from bot.outbox.ports import REST
from bot.slack import blocks, ids, lengths
from bot.slack.lengths import Block, Body
from bot.store.lists import Listing
from bot.store.posts import NOTICE, Post, State
from bot.words.choices import distinct
from bot.words.environment import escape_slack
from bot.words.pages import Words, facts, words
from bot.words.phrases import cut_at_paragraph

UNCLEAR = (State.UNCERTAIN, State.BLOCKED, State.DEAD)
ABOVE = 600  # characters of a notice above its buttons; the rest is behind Details (product.md 1.3 S6)


def body(made: Sequence[Block], *, redrawn: bool = False) -> Body:
    """A message of these blocks; `text` says the same: all that screen readers and notifications read.

    What one message doesn't take is its `rest`, which follows in messages of its own (`outbox.outcome`). A
    message that's redrawn in place has no such followers and says where all of it can be read.
    """
    say = words("surfaces/lengths", {})
    note = blocks.context(say("in_status" if redrawn else "goes_on"))
    fitting, rest = lengths.fitted(made, note)
    texts = [text for block in fitting if redrawn or block is not note for text in lengths.said(block)]
    whole = {"text": escape_slack("\n".join(texts)), "blocks": fitting}
    return whole | {REST: rest} if rest and not redrawn else whole


def parts(made: Mapping[str, Any], most: int) -> list[Body]:
    """A body and what follows it, as messages that Slack takes; if more than `most`, the last one says so."""
    rest = made.get(REST)
    if not rest:
        return [dict(made)]
    if most == 1:
        more = blocks.context(words("surfaces/lengths", {})("no_more"))
        return [lengths.shown(made) | {"blocks": [*made["blocks"], more]}]
    return [lengths.shown(made), *parts(plain([rest]), most - 1)]


def notice(
    post: Post,
    incident: Incident,
    names: Mapping[str, str],
    tz: str,
    now: datetime,
    above: str | None = None,
) -> Body:
    """The boss notice: its text, three ways to answer, and once below them how to be a help.

    `above`: what a later rung reads first, when the ladder brings it to them.
    """
    values = {
        **facts(incident, names),
        "post": post,
        "text": str(post.data.get("text", "")),
        "tz": tz,
        "now": now,
        "standing": _stands(post, incident),
        "step": _step(post, incident),
        "shortened": len(str(post.data.get("text", ""))) > ABOVE,
    }
    say = words("surfaces/notice", values)
    if not _stands(post, incident):
        return body([blocks.section(say("withdrawn" if incident.live else "over"))])
    lead = [] if above is None else [*blocks.paragraphs(above), blocks.divider()]
    shown = cut_at_paragraph(values["text"], ABOVE)
    buttons = [
        blocks.button(say("seen"), ids.action(ids.NOTICE, "seen"), post.id, "primary"),
        blocks.button(say("call"), ids.action(ids.NOTICE, "call"), post.id),
        blocks.button(say("take"), ids.action(ids.NOTICE, "take"), post.id),
        blocks.button(say("details"), ids.DETAILS, post.id),
    ]
    return body(
        [
            *lead,
            *blocks.paragraphs(shown),
            blocks.context(say("sender"), say("answered")),
            *blocks.actions("notice", buttons),
            blocks.context(say("guidance")),
        ],
        redrawn=True,
    )


def _stands(post: Post, incident: Incident) -> bool:
    told = incident.told
    return told is not None and incident.live and post.due_at >= told.at


def _step(post: Post, incident: Incident) -> tuple[int, int]:
    """Which rung of the ladder this is, of how many."""
    ladder = incident.ladder
    here = ladder.index(post.recipient) + 1 if post.recipient in ladder else 1
    told = incident.told
    alone = told is not None and told.data.get("only_boss")
    return here, 1 if alone else max(len(ladder), 1)


def details(text: str, incident: Incident, names: Mapping[str, str], tz: str, now: datetime) -> Block:
    """Behind Details: the whole text, and what Seen opens; never a field of audience `me`."""
    say = words("surfaces/details", {**facts(incident, names), "tz": tz, "now": now})
    return blocks.modal(
        callback_id=ids.READ,
        title=say("title"),
        close=say("close"),
        blocks=[
            *blocks.paragraphs(text),
            blocks.divider(),
            *blocks.paragraphs(say("facts")),
        ],
    )


def rcard(incident: Incident, posts: Sequence[Post], values: Mapping[str, Any]) -> Body:
    """R's card: where things stand, the next step, [Continue]; and a question where we cannot know."""
    say = words("surfaces/rcard", values)
    made = [blocks.section(say("title")), *blocks.paragraphs(say("state"))]
    unclear = [p for p in posts if p.kind == NOTICE and p.state in UNCLEAR and _stands(p, incident)]
    for post, again, arrived in _doubts(unclear, values):
        made += blocks.actions(f"doubt.{post.id[:8]}", [again, arrived])
    if incident.live:
        made += blocks.actions("open", [blocks.button(say("go_on"), ids.OPEN, incident.id, "primary")])
    return body(made, redrawn=True)


def _doubts(unclear: Sequence[Post], values: Mapping[str, Any]) -> Iterator[tuple[Post, Block, Block]]:
    """What R can say of each notice whose fate we don't know; of several, which of them it's about."""
    said = [words("surfaces/rcard", {**values, "post": post}) for post in unclear]
    again, arrived = (
        distinct([(say(what), say("to"), say("at")) for say in said], blocks.BUTTON_MAX)
        for what in ("again", "arrived")
    )
    for post, send, have in zip(unclear, again, arrived, strict=True):
        yield post, blocks.button(send, ids.AGAIN, post.id), blocks.button(have, ids.ARRIVED, post.id)


def card(text: str, post: Post, seen: int, helpers: Sequence[str]) -> Body:
    """The team's card: what it is about, how many have read it, who helps. No reporter in it."""
    say = words("surfaces/card", {"seen": seen, "helpers": helpers})
    buttons = [
        blocks.button(say("read"), ids.action(ids.CARD, "seen"), post.id),
        blocks.button(say("help"), ids.action(ids.CARD, "help"), post.id),
    ]
    counts = [blocks.context(say("counts"))] if seen or helpers else []
    return body([*blocks.paragraphs(text), *counts, *blocks.actions("card", buttons)], redrawn=True)


def ask(post: Post, values: Mapping[str, Any]) -> Body:
    """Somebody asks for a gate to be opened: what it is, and yes or not yet."""
    say = words("surfaces/ask", values)
    asked = blocks.paragraphs(say(str(post.data["gate"])))
    if values["answered"]:
        return body([*asked, blocks.context(say("answered_line"))], redrawn=True)
    buttons = [
        blocks.button(say("yes"), ids.action(ids.ANSWER, "yes"), post.id, "primary"),
        blocks.button(say("no"), ids.action(ids.ANSWER, "no"), post.id),
    ]
    return body([*asked, *blocks.actions("ask", buttons)], redrawn=True)


def offer(post: Post, note: str, values: Mapping[str, Any]) -> Body:
    """A handover is offered: the note, and [Read and accept], which asks for one line back."""
    say = words("surfaces/offer", values)
    made = [
        *blocks.paragraphs(say("lead_in")),
        *([blocks.divider()] if note else []),
        *blocks.paragraphs(note),
    ]
    if values["open"]:
        made += blocks.actions("offer", [blocks.button(say("accept"), ids.ACCEPT, post.incident, "primary")])
    elif values["taken"]:
        go_on = blocks.button(say("go_on"), ids.OPEN, post.incident, "primary")
        made += [blocks.context(say("taken")), *blocks.actions("offer", [go_on])]
    else:
        made.append(blocks.context(say("ended")))
    return body(made, redrawn=True)


def nudge(
    texts: Sequence[str], post: Post, late: str, page: Sequence[str] = (), *, put_off: bool = True
) -> Body:
    """A private reminder: all that is due to one person in one minute, and what can be done with it.

    `page`: (stage, party) that [Continue] leads to; empty for wherever it was left.
    """
    say = words("surfaces/nudge", {})
    made = [b for text in texts for b in blocks.paragraphs(text)]
    buttons = [
        blocks.button(say("go_on"), ids.action(ids.OPEN, *page), post.incident, "primary"),
        blocks.button(say("half_hour"), ids.action(ids.SNOOZE, "30"), post.id),
        blocks.button(say("tomorrow"), ids.action(ids.SNOOZE, "morning"), post.id),
        blocks.button(say("done"), ids.LEAVE_OUT, post.id),
    ]
    buttons = buttons if put_off else buttons[:1]
    return body([*made, *([blocks.context(late)] if late else []), *blocks.actions("nudge", buttons)])


def practice(made: Body, recipient: str) -> Body:
    """A practice run's message: it goes to one person alone, and says for whom it would have been."""
    say = words("surfaces/practice", {"recipient": recipient})
    mark = blocks.context(say("mark"))
    text = f"{escape_slack(say('mark'))}\n{made['text']}"
    return {**made, "text": text, "blocks": [mark, *made.get("blocks", [])]}


def plain(texts: Sequence[str]) -> Body:
    """Text and nothing to press: in channels, where a button would say who pressed it."""
    return body([b for text in texts for b in blocks.paragraphs(text)])


def twin(texts: Sequence[str], handler: str) -> Body:
    """A reminder in the team's thread; `handler`: who is mentioned, "" for nobody."""
    made = plain(texts)
    return made | {"blocks": [blocks.mention(handler), *made["blocks"]]} if handler else made


def door(incident: str, *, blank: bool = False) -> Body:
    """A short message with [Continue], which brings a fresh trigger. `blank`: Slack wouldn't take the page as
    it's filled in.
    """
    say = words("surfaces/replies", {})
    to = ids.BLANK if blank else ids.OPEN
    button = blocks.button(say("go_on"), to, incident, "primary") if incident else None
    return body([*blocks.paragraphs(say("door")), *(blocks.actions("open", [button]) if button else [])])


def reply(code: str, values: Mapping[str, Any]) -> Body:
    """A short answer for one person; some carry the one button that they are about."""
    say = words("surfaces/replies", values)
    made = blocks.paragraphs(say(code))
    if code == "one_word":
        made += blocks.actions("start", [blocks.button(say("begin_with"), ids.BEGIN_WITH, values["said"])])
    if code == "forget":
        made += blocks.actions("forget", [blocks.button(say("erase"), ids.FORGET, style="danger")])
    if code == "list":
        made += turns(say, values["page"])
    if code == "status":
        made += ways_in(say, values["incident"], values["user"])
    return body(made)


def turns(say: Words, page: Listing) -> list[Block]:
    """[Newer] and [Older] below a page of a list, where there's more on that side of it."""
    newer = blocks.button(say("newer"), ids.action(ids.LIST, "newer"), page.ids[0]) if page.newer else None
    older = blocks.button(say("older"), ids.action(ids.LIST, "older"), page.ids[-1]) if page.older else None
    return blocks.actions("list", [button for button in (newer, older) if button])


def which(post: Post, named: Sequence[tuple[str, str, str, str, str]], values: Mapping[str, Any]) -> Body:
    """A reply that could be for several notices; `named`: post, sender's name, time sent, how its text begins
    and its incident, of each of them.
    """
    if not post.data.get("text"):
        return body(blocks.paragraphs(words("surfaces/which", values)("deleted")))
    made = blocks.paragraphs(words("surfaces/which", values)("text"))
    choices = []
    for _, sender, at, *more in named:
        say = words("surfaces/which", {**values, "sender": sender, "at": datetime.fromisoformat(at)})
        choices.append((say("choice"), say("at"), *more))
    labels = distinct(choices, blocks.BUTTON_MAX, always=1)
    buttons = [
        blocks.button(label, ids.action(ids.WHICH, notice), post.id)
        for label, (notice, *_) in zip(labels, named, strict=True)
    ]
    return body([*made, *blocks.actions("which", buttons)])


def ways_in(say: Words, incident: Incident, user: str, name: str = "", own_name: str = "") -> list[Block]:
    """[Continue] while it is not over; for a co-reporter also the page that is theirs alone. The names of the
    two: where they stand beside those of other incidents.
    """
    go_on = [blocks.button(name or say("go_on"), ids.OPEN, incident.id)] if incident.live else []
    own = incident.own_key(user)
    mine = ids.action(ids.OPEN, "mine", own)
    page = [blocks.button(own_name or say("own"), mine, incident.id)] if own else []
    return blocks.actions(f"open.{incident.id}", [*go_on, *page]) if go_on or page else []


def note(code: str, values: Mapping[str, Any]) -> Body:
    """A short message without buttons: a block of `templates/surfaces/notes.j2`."""
    return body(blocks.paragraphs(words("surfaces/notes", values)(code)))
