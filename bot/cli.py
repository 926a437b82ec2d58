"""cli: the commands of `python app.py`."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot import logs
from bot.settings import Settings, SettingsError, database_url, from_environment

USAGE = """python app.py          run the bot
python app.py play     run it on a local Slack: [--http] [--port N] [--no-browser]
python app.py rehearse play scripts without Slack: FILE… [--policy FILE]
python app.py check    the rules, the database, the app at Slack: [--policy FILE] [--no-slack | --live]
python app.py backup   copy the database, also while the bot runs: FILE
python app.py restore  put a copy in its place, while the bot does not run: FILE [--yes]
                       after other tools have put one back (pg_restore, a snapshot): --mark
python app.py adopt    the workspace has moved: make the database the one of this token: [--yes]"""
WRONG = 2  # exit code: the environment or the arguments are not usable


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit code."""
    os.umask(0o077)  # what is written here is nobody else's to read
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("run", [])
    if command == "run" and not rest:
        return run()
    if command == "play":
        from bot.playground.play import play

        return play(rest)
    if command == "rehearse":
        return rehearse(rest)
    if command == "check":
        return check(rest)
    if command in ("backup", "restore"):
        return copy(command, rest)
    if command == "adopt":
        return adopt(rest)
    print(USAGE)
    return 0 if command in ("help", "--help", "-h") else WRONG


def rehearse(arguments: list[str]) -> int:
    """Scripts through the real guide, planner and sender; 1 where one comes out differently."""
    import argparse
    from pathlib import Path

    from bot.policy import PolicyError
    from bot.rehearsal import play
    from bot.rehearsal.script import ScriptError
    from bot.settings import policy_text
    from bot.store.calendars import usable_policy

    parser = argparse.ArgumentParser(prog="python app.py rehearse")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--policy", default="")
    chosen = parser.parse_args(arguments)
    try:
        lines, good = play.rehearse(chosen.files, usable_policy(policy_text(chosen.policy)))
    except (ScriptError, PolicyError, SettingsError) as error:
        print(error, file=sys.stderr)
        return WRONG
    print(*lines, sep="\n")
    return 0 if good else 1


def check(arguments: list[str]) -> int:
    """What is in force and what is wrong: 0 nothing, 1 something, 2 the bot does not start like this."""
    import argparse

    from bot import check

    parser = argparse.ArgumentParser(prog="python app.py check", description=check.__doc__)
    parser.add_argument("--policy", metavar="FILE", help="in place of POLICY_FILE")
    at_slack = parser.add_mutually_exclusive_group()
    at_slack.add_argument("--no-slack", action="store_true", help="look at no token and call no one")
    at_slack.add_argument("--live", action="store_true", help="open a socket, look up everyone in the policy")
    chosen = parser.parse_args(arguments)
    lines, code = check.check(os.environ, chosen.policy, slack=not chosen.no_slack, live=chosen.live)
    print(*lines, sep="\n")
    return code


def copy(command: str, arguments: list[str]) -> int:
    """`backup FILE`: the database into a file; `restore FILE`: the file in place of the database.

    `restore --mark`: other tools have put it back.
    """
    import argparse
    from pathlib import Path

    from bot.clock import Clock
    from bot.store import backup
    from bot.store.database import Unusable

    parser = argparse.ArgumentParser(prog=f"python app.py {command}")
    if command == "restore":
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("file", type=Path, metavar="FILE", nargs="?")
        which.add_argument("--mark", action="store_true", help="the database was put back by other tools")
        parser.add_argument("--yes", action="store_true", help="what is in the database now may go")
    else:
        parser.add_argument("file", type=Path, metavar="FILE")
    chosen, url = parser.parse_args(arguments), database_url(os.environ)
    try:
        if command == "backup":
            print(f"Saved {backup.save(url, chosen.file):,} bytes to {chosen.file}.")
        else:
            if chosen.mark:
                due = backup.mark(url, Clock()())
            else:
                due = backup.put_back(url, chosen.file, Clock()(), replace=chosen.yes)
                print(f"{chosen.file} is in place.")
            print(f"Messages that were due in it: {due}.")
            if due:
                print("The bot looks in Slack whether they went out before it sends any of them.")
    except Unusable as error:
        print(error, file=sys.stderr)
        return WRONG
    return 0


def adopt(arguments: list[str]) -> int:
    """Make every record in the database the one of the token's workspace, while the bot doesn't run."""
    import argparse

    from bot.slack.whoami import whose_token
    from bot.store import health, tenants
    from bot.store.database import Database, Unusable
    from bot.store.schema import migrate
    from bot.store.sole import sole_process

    parser = argparse.ArgumentParser(prog="python app.py adopt", description=adopt.__doc__)
    parser.add_argument("--yes", action="store_true", help="do it")
    chosen = parser.parse_args(arguments)
    try:
        settings = from_environment(os.environ)
        found = health.examine(settings.database_url)
        if not found.version:
            raise Unusable(f"There is nothing in the database {found.where} yet.")
        team = asyncio.run(whose_token(settings)).team
        others = ", ".join(sorted(found.tenants - {team}))
        if others and not chosen.yes:
            raise Unusable(f"{found.where}: with --yes the records of {others} become {team}'s for good.")
        with sole_process(settings.database_url):
            database = Database(settings.database_url)
            migrate(database)
            came = database.transact(tenants.adopt, team)
            database.close()
    except (SettingsError, Unusable) as error:
        print(error, file=sys.stderr)
        return WRONG
    print(f"{found.where} belongs to {team}. Incidents that came from another workspace: {came}.")
    return 0


def run() -> int:
    """The bot, until it is told to stop; WRONG when what it was given cannot be used."""
    from bot.policy import PolicyError
    from bot.store.database import Unusable

    try:
        settings = from_environment(os.environ)
        logs.configure(settings.log_level)
        asyncio.run(serve(settings))
    except SettingsError as error:
        print(*error.lines, sep="\n", file=sys.stderr)
    except PolicyError as error:
        print("The policy file is not usable:", *error.problems, sep="\n", file=sys.stderr)
    except Unusable as error:
        print(error, file=sys.stderr)
    else:
        return 0
    return WRONG


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT, which may come while it is still starting."""
    from bot.bootstrap import Bot

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    async with AsyncExitStack() as stack:
        starting = loop.create_task(stack.enter_async_context(Bot(settings)))
        stopping = loop.create_task(stop.wait())
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            await starting  # raises what went wrong
            settle_memory()
            sys.setswitchinterval(TURN_SECONDS)
            await stopping
        elif starting.cancel():
            await asyncio.wait([starting])


TURN_SECONDS = 0.001
"""For which one thread may keep the others from running Python: the event loop wants it several times an
answer, and with Python's own 5 ms someone beside a long reading waits for all of these
(docs.python.org/3/library/sys.html, sys.setswitchinterval).
"""


def settle_memory() -> None:
    """What the start has made stays: to look it through for garbage would stop all for 50 ms a time."""
    gc.collect()
    gc.freeze()
