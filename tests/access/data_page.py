"""`make data`: docs/data.md from the code: each answer, who may see it, where it turns up, how long it stays.

Nothing about an answer is written here by hand: who may see it is asked of `bot.stages.audience`, where it
turns up is found by composing everything the bot says about an incident with a mark in every text, and how
long it stays follows from what `bot.guide.keeping` takes out and when. Tables and columns are described in
`tests.access.stored`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.access import ACTIONS, Role
from bot.domain.field import Field, Text
from bot.domain.incident import Incident
from bot.domain.record import Event, Page, Party, Signal, What
from bot.domain.rules import Contacts, Retention
from bot.domain.stage import Stage
from bot.guide.keeping import NOTE, PARTY
from bot.playground.play import ROOT
from bot.policy import load_policy
from bot.stages import STAGES
from bot.stages.audience import PRIVATE, shown_to
from bot.words.environment import blocks, environment
from tests.access.expected import AFFECTED
from tests.access.found import found_in
from tests.access.stored import TABLES, Column

PAGE = ROOT / "docs" / "data.md"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Somebody who is just this one thing to an incident, and how they are called on the page.
CAST: Mapping[Role, tuple[str, str]] = {
    Role.REPORTER: ("UR", "the reporter"),
    Role.HANDLER: ("UH", "the handler"),
    Role.LEAD: ("UB", "the lead"),
    Role.PRIVACY: ("UP", "the privacy contact"),
    Role.RECEIVER: ("UN", "the next handler"),
    Role.SEEN: ("UF", "leaders who have seen the notice"),
    Role.TOLD: ("UD", "leaders it was sent to"),
    Role.HELPER: ("UT", "helpers"),
    Role.CO_REPORTER: ("UC", "co-reporters"),
    Role.ASKED: ("UA", "whoever was asked to join"),
}
CIRCLE = (Role.REPORTER, Role.HANDLER, Role.LEAD, Role.PRIVACY, Role.RECEIVER, Role.CO_REPORTER)
LABELS = {
    "how": "send",
    "boss": "your boss",
    "colleague": False,
    "stand_in": "",
}  # what a question's wording depends on

RULES = replace(load_policy(), contacts=Contacts(privacy="UP"))


def everybody() -> Incident:
    """An incident in which each of the cast is just what they are."""
    user = {role: name for role, (name, _) in CAST.items()}
    ladder = [user[Role.LEAD], user[Role.SEEN], user[Role.TOLD]]
    events = (
        Event(AT, What.OPENED, "UR"),
        Event(AT, What.TOLD, "UR", data={"how": "send", "ladder": ladder, "notified": ladder}),
        Event(AT, What.LEGAL_SENT, "UR", data={"to": "UP"}),
        Event(AT, What.OFFERED, "UH", data={"to": "UN"}),
        Event(AT, What.INVITED, "UR", data={"to": "UA"}),
        Event(AT, What.JOINED, "UC"),
    )
    signals = (
        Signal("UB", "button:seen", "notice", AT),
        Signal("UF", "button:seen", "notice", AT.replace(minute=1)),
        Signal("UT", "button:help", "card", AT),
    )
    parties = (Party("C1", "client"),)
    return Incident("T", "I", "UR", "UH", AT, events=events, signals=signals, parties=parties)


def seers(stage: Stage, field: Field) -> tuple[Role, ...]:
    """The roles that are shown what stands in that field; what is no text stands only on screens."""
    party = "C1" if stage.per_party else "R2" if stage.per_person else ""
    page = Page(stage.key, party, 1, {field.key: "kept"}, False, "UH", AT)
    incident = replace(everybody(), pages={(page.stage, page.party): page})
    if (stage.key, field.key) in AFFECTED:
        incident = replace(incident, parties=(Party("C1", "client", "kept"),))
    shown = ((role, shown_to(incident, user, RULES)) for role, (user, _) in CAST.items())
    seen = [
        role
        for role, seen in shown
        if "kept" in (seen.answer(page.stage, field.key, page.party), seen.parties[0].name)
    ]
    return tuple(role for role in seen if isinstance(field, Text) or role in ACTIONS["enter"])


def who(roles: tuple[Role, ...]) -> str:
    if roles == (Role.REPORTER,):
        return "**the reporter alone**"
    if roles == (Role.CO_REPORTER,):
        return "**that co-reporter alone**"
    inner = ["the circle"] if set(CIRCLE) <= set(roles) else []
    return ", ".join([*inner, *(CAST[role][1] for role in roles if not (inner and role in CIRCLE))])


def kept(stage: Stage, field: Field, days: Retention) -> str:
    """How long an answer stays, counted from the end of the incident."""
    place = (stage.key, field.key)
    if place in NOTE:
        return f"{days.private_note} days after closing"
    if place in PRIVATE | PARTY:
        return f"{days.names} days after closing"
    names = f"{days.incident} days; names in it {days.names}" if isinstance(field, Text) else ""
    return names or f"{days.incident} days"


def question(stage: Stage, field: Field) -> str:
    return blocks(f"stages/{stage.key}.j2", "plain")[field.key](LABELS).strip()


def answers(days: Retention) -> Iterator[str]:
    """One table a page: every field."""
    places = found_in()
    for stage in STAGES:
        if stage.fields:
            yield f"\n### {stage.key}\n"
            yield "| Asked | Who may see the answer | Where it turns up | Kept for |"
            yield "|---|---|---|---|"
        for field in stage.fields:
            asked = f"{question(stage, field)} `{field.key}`"
            seen, where = who(seers(stage, field)), places.get((stage.key, field.key), ())
            shown = ", ".join(where) if isinstance(field, Text) else "on their screens, as a fact"
            yield f"| {asked} | {seen} | {shown or 'on this page only'} | {kept(stage, field, days)} |"


def rows(columns: Mapping[str, Column | None]) -> Iterator[str]:
    for name, column in columns.items():
        if column:
            yield f"| `{name}` | {column.what} | {column.who} | {column.long} |"


def tables() -> Iterator[str]:
    for table, (purpose, columns) in TABLES.items():
        technical = [f"`{name}`" for name, column in columns.items() if column is None]
        yield f"\n### Table `{table.name}`: {purpose}\n"
        if any(columns.values()):
            yield "| Column | What it holds of people | Who may see it | Kept for |"
            yield "|---|---|---|---|"
            yield from rows(columns)
        if technical:
            yield f"\nNothing about a person in: {', '.join(technical)}."


def page() -> str:
    """The whole file."""
    days = load_policy().retention
    template = environment("plain").from_string(
        (ROOT / "tests/access/data.md.j2").read_text(encoding="utf-8")
    )
    made = template.render(days=days, answers="\n".join(answers(days)), tables="\n".join(tables()))
    return made.rstrip("\n") + "\n"


def main(arguments: list[str]) -> int:
    text = page()
    if arguments == ["--write"]:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
