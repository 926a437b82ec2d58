"""`check --live`: in each wrong state of the app, the policy or Slack it prints the sentence for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import yaml

from bot import check
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from tests.cli.run import run
from tests.house import IDS, environment

Change = Callable[[LocalSlack], object]
GOOD = f"""[ladder]
person = "{IDS["boss"]}"
deputy = "{IDS["deputy"]}"
[contacts]
privacy = "{IDS["privacy"]}"
speak_up = "{IDS["privacy"]}"
admins_channel = "C000ROOM2"
"""


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    made = LocalSlack(yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8")))
    await made.start()
    yield made
    await made.stop()


async def checked(
    slack: LocalSlack, folder: Path, policy: str = GOOD, transport: str = "socket", **more: str
) -> tuple[str, int]:
    """(what it prints, exit code), in a thread of its own: it runs a loop of its own."""
    (folder / "policy.toml").write_text(policy, encoding="utf-8")
    env = {**environment(slack, folder, transport, 3000), **more}
    lines, code = await asyncio.to_thread(check.check, env, None, slack=True, live=True)
    return "\n".join(lines), code


async def test_all_is_well_and_everyone_is_named(tmp_path: Path, slack: LocalSlack) -> None:
    said, code = await checked(slack, tmp_path)
    assert code == 0, said
    for words in (
        "A socket opens, and Slack says hello.",
        f"ladder.person: Bert Lindqvist ({IDS['boss']}).",
        f"contacts.privacy, contacts.speak_up: Priya Raman ({IDS['privacy']}).",
        "contacts.admins_channel: #delivery (C000ROOM2): the bot is in it.",
        "All 7 required scopes are granted.",
    ):
        assert f"ok     {words}" in said, said
    assert not slack.socket.connections
    looked = [call.args["user"] for call in slack.calls if call.method == "users.info"]
    assert sorted(looked) == sorted({IDS["boss"], IDS["deputy"], IDS["privacy"]})


def person(role: str) -> str:
    return f'[ladder]\nperson = "{IDS[role]}"\n'


def room(number: int) -> str:
    return f'[contacts]\nadmins_channel = "C000ROOM{number}"\n'


@pytest.mark.parametrize(
    ("policy", "code", "words"),
    [
        (person("guest"), 1, "WRONG  ladder.person: Gus Guest (U000GUS) is a guest"),
        (person("single_guest"), 1, "Gina Guest (U000GINA) is a guest"),
        (person("deactivated"), 1, "Dave Former (U000DAVE) has a deactivated account, and can't help."),
        (person("robot"), 1, "Another App (U000ROBOT) is an app, not a person, and can't help."),
        (person("stranger"), 1, "(U000SAM) belongs to another workspace"),
        ('[ladder]\ndeputy = "U0NOBODY"\n', 1, "ladder.deputy: Slack knows no one by the id U0NOBODY."),
        ('[contacts]\nprivacy = "U0NOBODY"\n', 1, "contacts.privacy: Slack knows no one"),
        (
            f'[phones]\n{IDS["deactivated"]} = "1"\n',
            0,
            "note   phones.U000DAVE: Dave Former (U000DAVE) has",
        ),
        (
            f'[[teams]]\nname = "A"\nmembers = ["{IDS["deactivated"]}"]\n'
            f'ladder = {{person = "{IDS["guest"]}", deputy = "", duty_lead = ""}}\n',
            1,
            "WRONG  teams.1.ladder.person: Gus Guest (U000GUS) is a guest",
        ),
        (
            room(1),
            1,
            "contacts.admins_channel: #general (C000ROOM1) doesn't exist, or the bot isn't in it",
        ),
        (room(4), 1, "the channel (C000ROOM4) doesn't exist, or the bot isn't in it"),
        (room(5), 1, "#old-project (C000ROOM5) is archived."),
        (room(6), 1, "#partners (C000ROOM6) is shared with people outside"),
        ('[contacts]\nadmins_channel = "C0NOWHERE"\n', 1, "the channel (C0NOWHERE) doesn't exist"),
        ('[ladder]\nperson = "@bea"\n', 2, "STOPS  "),
    ],
    ids=lambda part: str(part)[-45:],
)
async def test_who_cannot_help_is_said(
    tmp_path: Path, slack: LocalSlack, policy: str, code: int, words: str
) -> None:
    said, ended = await checked(slack, tmp_path, policy)
    assert (ended, words in said) == (code, True), said


NOWHERE = '{"ok": true, "url": "ws://127.0.0.1:1/x"}'


def fault(method: str, kind: str, times: int | None = None) -> Change:
    return lambda slack: slack.faults.add(kind=kind, method=method, times=times, retry_after=1)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (fault("apps.connections.open", "error:missing_scope"), 2, "hasn't got the scope connections:write"),
        (fault("apps.connections.open", "error:token_revoked"), 2, "refuses SLACK_APP_TOKEN (token_revoked)"),
        (fault("apps.connections.open", "503"), 1, "WRONG  No socket opens: status 503."),
        (fault("apps.connections.open", 'body:{"ok": true}'), 1, "No socket opens: incomplete answer."),
        (fault("apps.connections.open", f"body:{NOWHERE}"), 1, "No socket opens: ClientConnectorError."),
        (fault("auth.test", "error:account_inactive"), 2, "Slack refuses SLACK_BOT_TOKEN (account_inactive)"),
        (fault("auth.test", "503"), 1, "WRONG  auth.test: status 503"),
        (fault("users.info", "503"), 1, "ladder.person: Slack doesn't say who U000BERT is (status 503)."),
        (fault("users.info", "429", 2), 0, "ok     ladder.person: Bert Lindqvist"),
        (fault("conversations.info", "503"), 1, "Slack doesn't say what C000ROOM2 is (status 503)."),
        (lambda slack: slack.scopes.discard("users:read"), 1, "doesn't say who U000BERT is (missing_scope)"),
        (lambda slack: slack.scopes.discard("chat:write"), 1, "WRONG  The scope chat:write is not granted"),
        (lambda slack: slack.scopes.discard("files:write"), 0, "note   The optional scope files:write is"),
        (lambda slack: slack.scopes.add("dnd:read"), 0, "note   The scope dnd:read is granted and not used."),
        (lambda slack: slack.uninstall(), 2, "Slack refuses SLACK_BOT_TOKEN (account_inactive)"),
        (lambda slack: setattr(slack.workspace, "team_id", "T0MOVED"), 1, "belongs to another workspace"),
    ],
)  # fmt: skip
async def test_what_is_wrong_at_slack_is_said(
    tmp_path: Path, slack: LocalSlack, change: Change, code: int, words: str
) -> None:
    change(slack)
    said, ended = await checked(slack, tmp_path)
    assert (ended, words in said) == (code, True), said
    assert slack.bot_token not in said
    assert slack.app_token not in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1-not-ours"}, "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-not-ours"}, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        ({"SLACK_APP_TOKEN": "xoxb-1-swapped"}, "SLACK_APP_TOKEN does not look like"),
    ],
)
async def test_a_wrong_token_is_said(
    tmp_path: Path, slack: LocalSlack, change: dict[str, str], words: str
) -> None:
    said, code = await checked(slack, tmp_path, **change)
    assert (code, f"STOPS  {words}" in said) == (2, True), said


async def test_ten_sockets_are_all_that_slack_opens(tmp_path: Path, slack: LocalSlack) -> None:
    slack.socket.connections.extend([None] * 10)  # type: ignore[list-item]
    said, code = await checked(slack, tmp_path)
    slack.socket.connections.clear()
    assert (code, "WRONG  No socket opens: too_many_websockets." in said) == (1, True), said


async def test_over_http_no_socket_is_opened(tmp_path: Path, slack: LocalSlack) -> None:
    said, code = await checked(slack, tmp_path, transport="http")
    assert (code, "note   HTTP mode: whether Slack reaches this address" in said) == (0, True), said
    assert not [call for call in slack.calls if call.method == "apps.connections.open"]


async def test_the_command(tmp_path: Path, slack: LocalSlack) -> None:
    said = await run(tmp_path, "check", "--live", env=environment(slack, tmp_path, "socket", 3000))
    assert (said.code, "A socket opens" in said.out) == (0, True), said
    assert len([call for call in slack.calls if call.method == "apps.connections.open"]) == 1
    assert (await run(tmp_path, "check", "--live", "--no-slack")).code == 2
