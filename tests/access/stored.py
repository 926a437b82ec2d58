"""Each table and column of the store, described for `docs/data.md`; None: nothing about a person in it.

A test holds this to `bot.store.tables`: a new column has to be described, or said to hold nothing of people.
Times are filled in from the policy and from `bot.store.retention`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table

from bot.policy import load_policy
from bot.store import retention
from bot.store import tables as t


@dataclass(frozen=True, slots=True)
class Column:
    """`what` it holds of people, `who` may see it in Slack, how `long` it stays."""

    what: str
    who: str
    long: str


_days = load_policy().retention
_record = f"with the incident: {_days.incident} days; its ids become roles after {_days.names}"
_names = f"{_days.names} days after closing"
_audit = f"{_days.incident} days"
_copies = (
    f"{retention.COPIES.days} day after it went out; what is redrawn, {_days.private_note} days after closing"
)
_typed = f"{_days.draft} days after the last key; where it was opened as an incident, after its end"
_known = f"{_days.names} days after Slack was asked last"
_part = "those with a part in the incident, as a name"
_nobody = "nobody in Slack"


def _person(what: str, who: str = _part) -> Column:
    return Column(what, who, _record)


TABLES: Mapping[Table, tuple[str, Mapping[str, Column | None]]] = {
    t.incidents: (
        "one row an incident",
        {
            "tenant": None, "id": None, "created_at": None, "status": None, "level": None, "practice": None,
            "reporter": _person("Slack id of who made or found the mistake"),
            "handler": _person("Slack id of who handles it"),
            "source": Column(
                "link of the message it began with",
                "the reporter; once ticked there, whoever sees the details",
                _names,
            ),
        },
    ),
    t.pages: (
        "the saved answers, the newest of each page",
        {
            "tenant": None, "incident": None, "stage": None, "party": None, "version": None, "skipped": None,
            "saved_at": None, "view": None,
            "answers": Column("all answers of the tables above", "as said above", "as said above"),
            "saved_by": _person("Slack id of who saved the page"),
        },
    ),
    t.drafts: (
        "what was typed and not saved; gone when its page is saved",
        {
            "tenant": None, "incident": None, "stage": None, "party": None, "page_version": None,
            "typed_at": None, "saved_at": None,
            "user": Column("Slack id of who typed it", "its author alone", _typed),
            "values": Column(
                "unsaved answers, and drafts of letters somebody has changed", "its author alone",
_typed,
            ),
        },
    ),
    t.events: (
        "what happened when",
        {
            "seq": None, "tenant": None, "incident": None, "at": None, "what": None, "party": None,
            "actor": _person("Slack id of who did it"),
            "data": _person("ids of those it was about, promised times, reasons for leaving a reminder out"),
        },
    ),
    t.parties: (
        "those affected",
        {
            "tenant": None, "incident": None, "key": None, "kind": None, "told_us": None,
            "name": Column(
                "name of a client or team",
                "the circle, who has seen the notice, by setting the channel",
                _names,
            ),
            "tz": _person("their time zone", "the circle"),
        },
    ),
    t.actions: (
        "steps that make the same mistake less likely",
        {
            "tenant": None, "incident": None, "key": None, "due": None, "strength": None, "tell_client": None,
            "done_at": None, "dropped": None,
            "text": _person("what is to be done", "the circle, and its owner"),
            "owner": _person("Slack id of who does it"),
            "proof": _person("how one can see that it is done", "the circle, and its owner"),
        },
    ),
    t.signals: (
        "reactions and presses on the bot's messages",
        {
            "tenant": None, "channel": None, "ts": None, "name": None, "standing": None, "at": None,
            "user": _person("Slack id of who reacted or pressed", "everybody who sees that message"),
        },
    ),
    t.people: (
        "what Slack says about people the bot has to do with",
        {
            "tenant": None, "kind": None, "fetched_at": None,
            "user": Column("Slack id", _part, _known),
            "name": Column("display name", _part, _known),
            "tz": Column("time zone", "as local times in messages", _known),
            "dm": Column("id of the bot's direct messages with them", _nobody, _known),
            "same_as": Column("in Enterprise Grid, the id that they are known by here", _nobody, _known),
        },
    ),
    t.posts: (
        "messages: waiting, sent, or cancelled",
        {
            **dict.fromkeys((
                "id", "tenant", "incident", "kind", "party", "ordinal", "place", "due_at", "run_at",
                "priority", "state", "attempt", "reads", "first_try_at", "thread", "sent_ts", "sent_at",
                "reason", "bundle", "holder", "since",
            )),
            "recipient": _person("Slack id of whom it is for", "whom it is for"),
            "channel": Column("id of the direct messages or channel it went to", _nobody,
                              f"{_record}; of direct messages, erased with one's own data"),
            "body": Column("the text as sent, for a second try", "whom it is for", _copies),
            "data": Column("what the text needs beyond the record: the notice as sent, a reply word for word",
                           "whom it is for", _copies),
        },
    ),
    t.surfaces: (
        "messages and Home pages that are drawn anew",
        {
            "tenant": None, "kind": None, "incident": None, "wanted": None, "drawn": None, "run_at": None,
            "subject": Column("for a Home page, whose it is: a Slack id", _nobody, "until they forget"),
        },
    ),
    t.chores: (
        "exports and erasures that are under way: how far they have come",
        {
            **dict.fromkeys((
                "tenant", "id", "kind", "begun_at", "held_until", "after_at", "after", "seen", "total",
                "made",
            )),
            "user": Column("Slack id of who asked for it", _nobody, "until it is done"),
        },
    ),
    t.parts: (
        "pieces of an export that is being put together",
        {
            **dict.fromkeys(("tenant", "chore", "number", "section")),
            "text": Column("what is stored about the person who asked for it", "that person, in their export",
                           "until it is sent to them"),
        },
    ),
    t.inbox: (
        "which presses were seen already, as fingerprints",
        {"tenant": None, "key": None, "received_at": None},
    ),
    t.audit: (
        "who did or tried what: ids and words of the code, nothing typed; only added to",
        {
            "seq": None, "tenant": None, "at": None, "verb": None, "incident": None,
            "actor": Column("Slack id", "the person, in their export; the reporter: who looked",
                            f"{_audit}; erased with one's own data"),
            "detail": Column("in places the Slack id of somebody", _nobody, _audit),
        },
    ),
    t.turns: (
        "when each method of Slack, and each conversation, may be used again, as fingerprints (Postgres)",
        {"key": None, "free_at": None},
    ),
    t.workers: ("processes at work, each with a number it counts up", {"id": None, "beat": None}),
    t.marks: ("which database this is, and a secret that ids are made with", {"name": None, "value": None}),
}  # fmt: skip
