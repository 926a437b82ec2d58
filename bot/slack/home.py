"""slack: App Home: one's own incidents with their next step, a page at a time; Start, Practice, help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.domain.access import admits, may
from bot.domain.incident import Incident
from bot.outbox.ports import Moment
from bot.slack import blocks, ids
from bot.slack.blocks import Block
from bot.slack.compose import standing, tz_of
from bot.slack.lengths import TEXT_MAX
from bot.slack.messages import turns, ways_in
from bot.stages.audience import seen_by
from bot.store import people, several
from bot.store.lists import Asked, Listing, listing
from bot.store.store import Store
from bot.words.choices import distinct
from bot.words.pages import Words, facts, words

SHOWN = 10  # whole snapshots, three blocks each of the hundred that Slack takes


def home(store: Store, user: str, moment: Moment, *, beyond: str = "", newer: bool = False) -> Block:
    """What that person's Home shows now: the newest incidents, or those older or newer than that one."""
    page = listing(store, user, Asked(SHOWN, ended=True, practice=None, beyond=beyond, newer=newer))
    whole = several.load(store, page.ids)
    found = [seen_by(i, user) for i in whole if admits(i, user) and may("list", i, user, moment.policy)]
    known = people.get(store, {person for i in found for person in (i.reporter, i.handler, *i.ladder)})
    names = {person: p.name for person, p in known.items()}
    stands = {i.id: standing(store, i, user, names, moment) for i in found}
    return view(found, stands, page, _values(user, tz_of(store, user), names, moment))


def empty(user: str, moment: Moment) -> Block:
    """The Home of someone of whom nothing is kept."""
    return view([], {}, Listing(), _values(user, "UTC", {}, moment))


def _values(user: str, tz: str, names: Mapping[str, str], moment: Moment) -> dict[str, Any]:
    contacts = moment.policy.contacts
    return {"user": user, "tz": tz, "names": names, "now": moment.now, "contacts": contacts}


def view(
    incidents: Sequence[Incident],
    stands: Mapping[str, Mapping[str, Any]],
    page: Listing,
    values: Mapping[str, Any],
) -> Block:
    """Home as a view; `stands`: by id, what comes next in each of the incidents."""
    say = words("surfaces/home", values)
    begin = [
        blocks.button(say("start"), ids.START, "", "primary"),
        blocks.button(say("practise"), ids.PRACTISE),
    ]
    made = [
        blocks.header(say("title")),
        *blocks.paragraphs(say("intro")),
        *blocks.actions("start", begin),
        blocks.divider(),
        *([] if incidents else [blocks.section(say("none"))]),
    ]
    lines = [
        words("surfaces/home", {**values, **facts(i, values["names"]), **stands[i.id]}) for i in incidents
    ]
    for incident, line, *labels in zip(incidents, lines, *_labels(incidents, lines), strict=True):
        made += blocks.paragraphs("\n".join((labels[0], line("incident"))))
        made += ways_in(line, incident, values["user"], *labels[1:])
    made += [*turns(say, page), blocks.divider()]
    return {
        "type": "home",
        "blocks": [*made, *blocks.paragraphs(say("stored")), *blocks.paragraphs(say("help"))],
    }


def _labels(incidents: Sequence[Incident], lines: Sequence[Words]) -> Iterator[list[str]]:
    """What each incident is called, and its two buttons; of several, no two say the same."""
    known = [(line("called"), line("at"), i.id) for i, line in zip(incidents, lines, strict=True)]
    yield distinct(known, TEXT_MAX, always=1)
    for button in ("go_on", "own"):
        named = [
            (f"{line(button)}: {called}", *more) for line, (called, *more) in zip(lines, known, strict=True)
        ]
        yield distinct(named, blocks.BUTTON_MAX) if len(named) > 1 else [line(button) for line in lines]
