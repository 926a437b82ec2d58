"""check: `python app.py check`: the rules in force, the database, the app at Slack, and what is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.check.manifest import manifest
from bot.check.report import Line, Mark, exit_code, note, ok, stops
from bot.check.rules import rules, usable
from bot.check.slack import reached, tokens
from bot.domain.rules import Policy
from bot.settings import DEFAULT_DATABASE_URL, SettingsError, database_url, from_environment
from bot.store import health
from bot.store.database import Unusable
from bot.store.schema import HEAD


def check(
    env: Mapping[str, str], policy_file: str | None, *, slack: bool, live: bool = False
) -> tuple[list[str], int]:
    """(lines to print, exit code). `policy_file` in place of POLICY_FILE; not `slack`: tokens are let be;
    `live`: everything that only Slack can say is asked, too.
    """
    file = env.get("POLICY_FILE", "") if policy_file is None else policy_file
    sections = {
        "Policy": rules(file),
        "Database": database(database_url(env)),
        "Manifest": manifest(),
    }
    if slack:
        sections["Slack"] = at_slack(env, usable(file) if live else None)
    printed: list[str] = []
    said: list[Line] = []
    for title, lines in sections.items():
        found = list(lines)
        said += found
        printed += [title, *map(str, found), ""]
    bad = [line for line in said if line.mark >= Mark.WRONG]
    printed += ["What is wrong", *map(str, bad)] if bad else ["Nothing is wrong."]
    return printed, exit_code(said)


def database(url: str) -> Iterator[Line]:
    """Where it lies, whether it is whole and can be written, and what its engine is known to do."""
    if url == DEFAULT_DATABASE_URL and not Path("data").exists():
        yield ok("data/screwedup.db: not made yet, the first start does it.")
        return
    try:
        found = health.examine(url)
    except Unusable as error:
        yield stops(str(error))
        return
    state = f"version {found.version}" if found.version else "not made yet, the first start does it"
    yield ok(f"{found.where}: {found.engine}, {state}, {found.size:,} bytes, whole and writable.")
    if found.version and found.version != HEAD:
        yield note(f"The next start brings it to version {HEAD}.")
    if found.engine.startswith("SQLite") and health.wal_reset_bug():
        yield note(
            f"{found.engine} can damage a database that two processes write (fixed in 3.51.3, 3.50.7 and "
            "3.44.6). The bot allows one process only; let no other program write to the file."
        )


def at_slack(env: Mapping[str, str], policy: Policy | None) -> Iterator[Line]:
    """The tokens, what Slack answers to them, and, with a policy, what it says of everyone in it."""
    try:
        settings = from_environment(env)
    except SettingsError as error:
        yield from map(stops, error.lines)
        return
    yield from tokens(settings)
    lines, team = asyncio.run(reached(settings, policy))
    yield from lines
    try:
        if team and (found := health.examine(settings.database_url)):
            found.belongs_to(team)
    except Unusable as error:
        yield stops(str(error))
