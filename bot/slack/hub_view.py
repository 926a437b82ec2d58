"""slack: the hub as a modal: where things stand, one radio for what is next, a menu for everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.guide.hub import Ledger
from bot.guide.outcome import Hub, Step
from bot.slack import blocks, ids
from bot.slack.blocks import Block
from bot.words import timeline
from bot.words.pages import Words, facts, party_words, promised, words
from bot.words.times import clock

NEXT, OTHER = "next", "other"  # the two inputs; the menu wins where both are set
SHOWN_NEXT = 5  # a radio takes ten; five can be taken in
LINES = 40  # on a page of what can be read


def hub(screen: Hub) -> Block:
    """What is done and waiting in words, then one radio with the recommended step preselected."""
    values = _values(screen)
    text = words("surfaces/hub", values)
    todo = sorted(
        (s for s in screen.steps if _is_next(s, screen, values["promised"])),
        key=lambda s: _value(s) != screen.recommended,
    )[:SHOWN_NEXT]
    rest = [s for s in screen.steps if s not in todo]
    buttons = [blocks.button(text("refresh"), ids.REFRESH)]
    buttons += [
        blocks.button(text(key), key) for key in (ids.TIMELINE, ids.LEDGER) if "see_timeline" in screen.may
    ]
    told = screen.incident.told
    if screen.incident.live and told is not None and told.data.get("how") == "send" and "tell" in screen.may:
        buttons.append(blocks.button(text("withdraw"), ids.WITHDRAW))
    options = _options(screen, [*todo, *rest], [""] * len(todo) + [_again(step, text) for step in rest])
    inputs = [*_radio(screen, options[: len(todo)], text("next"))]
    inputs += _menu(screen, options[len(todo) :], text("other"))
    return blocks.modal(
        callback_id=ids.HUB,
        title=text("title"),
        submit=text("submit") if inputs else "",
        close=text("close"),
        private_metadata=ids.metadata(screen.incident.id, "hub", "", 0),
        blocks=[
            *blocks.paragraphs(text("state")),
            *blocks.hints(screen.hints, text("hint_from")),
            *blocks.actions("nav", buttons),
            *inputs,
        ],
    )


def _is_next(step: Step, screen: Hub, promised: Mapping[str, str]) -> bool:
    """What is open, what is recommended, and word to whoever was promised some."""
    owed = step.stage == "update" and step.party in promised
    return step.state == "open" or owed or _value(step) == screen.recommended


def _value(step: Step) -> str:
    return f"{step.stage}:{step.party}"


def _again(step: Step, text: Words) -> str:
    """Pages that are done say so."""
    return f"{text('again')} " if step.state in ("done", "waiting") else ""


def _options(screen: Hub, steps: Sequence[Step], before: Sequence[str]) -> list[Block]:
    """Every page that can be chosen, in the radio and in the menu: no two are called alike."""
    named, values = zip(steps, before, strict=True), _values(screen)
    return blocks.options([(_value(s), (again + _words(screen, s, values), s.party)) for s, again in named])


def _radio(screen: Hub, options: list[Block], label: str) -> list[Block]:
    if not options:
        return []
    radio = blocks.radio(ids.pick_ids(screen.incident.id)[0], options, screen.recommended)
    return [blocks.input_block(NEXT, label, radio, optional=not screen.recommended)]


def _menu(screen: Hub, options: list[Block], label: str) -> list[Block]:
    """Every other page that exists now."""
    if not options:
        return []
    picked = {"type": "static_select", "action_id": ids.pick_ids(screen.incident.id)[0]}
    return [blocks.input_block(OTHER, label, picked | blocks.listed(options), optional=True)]


def _values(screen: Hub) -> dict[str, Any]:
    return {
        **facts(screen.incident, screen.reader.names),
        "steps": screen.steps,
        "posts": screen.posts,
        "asleep": screen.asleep,
        "promised": promised(screen.incident, screen.reader.tz, screen.reader.now),
        "now": screen.reader.now,
        "tz": screen.reader.tz,
        "user": screen.reader.user,
    }


def _words(screen: Hub, step: Step, values: Mapping[str, Any]) -> str:
    of_party = facts(screen.incident, screen.reader.names, step.party) if step.party else {}
    return words(f"stages/{step.stage}", {**values, **of_party})("step")


def ledger(known: Ledger, end: str = "") -> Block:
    """Who I'll remind, of what, and when; what I've sent, up to that line."""
    reader = known.reader
    values = {**facts(known.incident, reader.names), "now": reader.now, "tz": reader.tz}
    text = words("surfaces/ledger", values)
    to_come = [_line("waiting", {**values, "post": p}) for p in known.waiting[:LINES]]
    to_come += _and_more(len(known.waiting))
    sent = [_line("sent", {**values, "post": p}) for p in sorted(known.sent, key=lambda p: str(p.sent_at))]
    return _read(
        known,
        text("title"),
        [
            blocks.header(text("to_come")),
            *blocks.paragraphs("\n".join(to_come) or text("nothing")),
            blocks.header(text("gone_out")),
            *_page(ids.LEDGER, sent, end),
        ],
    )


def _line(block: str, values: Mapping[str, Any]) -> str:
    return words("surfaces/ledger", values)(block)


def _and_more(count: int) -> list[str]:
    """What's left out is said, and how much it is."""
    return [_line("and_more", {"n": count - LINES})] if count > LINES else []


def course(known: Ledger, end: str = "") -> Block:
    """What happened when, by role, up to that line."""
    reader, incident = known.reader, known.incident
    text = words("surfaces/ledger", {"now": reader.now, "tz": reader.tz, "source": incident.source})

    def role(user: str) -> str:
        if user and user == reader.user:
            return text("you")
        if user == incident.reporter:
            return text("reporter")
        if user == incident.handler:
            return text("handler")
        return text("lead") if user in (incident.lead, *incident.ladder) else text("other") if user else ""

    rows = timeline.rows(incident, reader.tz, role, lambda key: party_words(incident, key))
    lines = [
        f"{clock(row.at, reader.tz, reader.now)}: {row.what}{f' ({row.who})' if row.who else ''}"
        for row in rows
    ]
    began = [blocks.context(text("began_with"))] if incident.source else []
    return _read(known, text("course"), [*_page(ids.TIMELINE, lines, end), *began, *_looked(known)])


def _looked(known: Ledger) -> list[Block]:
    """For the reporter: who else has looked at it, each with each screen once, newest first."""
    reader, held = known.reader, known.incident.held
    if reader.user != known.incident.reporter:
        return []
    times = Counter((look.who, look.screen) for look in known.looks)
    newest = {(look.who, look.screen): look for look in reversed(known.looks)}
    values = {"now": reader.now, "tz": reader.tz, "held": held}
    lines = [
        _line("look", {**values, "look": look, "times": times[key]})
        for key, look in sorted(newest.items(), key=lambda item: item[1].at, reverse=True)
    ]
    text = words("surfaces/ledger", values)
    said = "\n".join([*lines[:LINES], *_and_more(len(lines))]) or text("nobody_looked")
    kept = blocks.paragraphs(text("held")) if held else []
    return [blocks.header(text("looked")), *blocks.paragraphs(said), *kept]


def _page(kind: str, lines: Sequence[str], end: str) -> list[Block]:
    """The lines (given oldest first) up to that one, newest first, and the ways to the pages beside them.

    `end`: how many lines that is from the oldest, as a button says it, so that what's new moves no page; the
    newest page for anything else.
    """
    text = words("surfaces/ledger", {})
    last = min(int(end), len(lines)) if end.isdecimal() and 0 < len(end) < 10 else len(lines)
    shown = "\n".join(reversed(lines[max(last - LINES, 0) : last]))
    ways = {"newer": min(last + LINES, len(lines)), "older": last - LINES}
    buttons = [
        blocks.button(text(way), ids.action(kind, way), str(to))
        for way, to in ways.items()
        if to > 0 and to != last
    ]
    return [*blocks.paragraphs(shown or text("nothing")), *blocks.actions(f"turn.{kind}", buttons)]


def _read(known: Ledger, title: str, made: list[Block]) -> Block:
    return blocks.modal(
        callback_id=ids.READ,
        title=title,
        close=words("surfaces/ledger", {})("close"),
        blocks=made,
        private_metadata=ids.metadata(known.incident.id, "hub", "", 0),
    )
