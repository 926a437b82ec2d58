"""A manifest's `bot` list is all that is asked for; only what `bot_optional` repeats can be declined."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.manifest import Manifest, ManifestRefused
from bot.playground.play import ROOT, play
from bot.playground.server import LocalSlack
from bot.slack import scopes
from tests.house import open_house

from .tinybolt import MANIFEST

OPTIONAL = sorted(scopes.OPTIONAL)


def changed(**lists: list[str]) -> dict[str, Any]:
    made = copy.deepcopy(MANIFEST)
    made["oauth_config"]["scopes"] = {**made["oauth_config"]["scopes"], **lists}
    return made


def ours() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    return found


def test_our_manifest_asks_for_all_that_is_used_and_lets_an_installer_decline_the_rest() -> None:
    read = Manifest.read(ours())
    assert read.asked == scopes.needed()
    assert read.optional == set(scopes.OPTIONAL)


def test_everything_asked_for_is_granted_unless_it_is_declined() -> None:
    asked = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    assert LocalSlack(MANIFEST).scopes == asked
    assert LocalSlack(MANIFEST, declined=["files:write", "dnd:read"]).scopes == asked - {
        "files:write",
        "dnd:read",
    }


@pytest.mark.parametrize("scope", ["chat:write", "commands", "users:read", "never:asked", ""])
def test_only_an_optional_scope_can_be_declined(scope: str) -> None:
    with pytest.raises(ValueError, match="not optional"):
        LocalSlack(MANIFEST, declined=[scope])


@pytest.mark.parametrize("scope", ["files:write", "groups:write", "dnd:read"])
def test_a_scope_in_the_optional_list_alone_is_never_asked_for(scope: str) -> None:
    lists = MANIFEST["oauth_config"]["scopes"]
    slack = LocalSlack(changed(bot=[one for one in lists["bot"] if one != scope]))
    assert scope not in slack.scopes
    with pytest.raises(ValueError, match="not optional"):
        slack.reinstall(declined=[scope])


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("im:history", "message.im requires the bot scope im:history"),
        ("reactions:read", "reaction_added requires the bot scope reactions:read"),
        ("commands", "requires_commands_bot_scope"),
    ],
)
def test_an_event_or_a_command_without_its_scope_is_refused(missing: str, words: str) -> None:
    kept = [one for one in MANIFEST["oauth_config"]["scopes"]["bot"] if one != missing]
    with pytest.raises(ManifestRefused, match=words):
        LocalSlack(changed(bot=kept, bot_optional=[missing]))


@pytest.mark.parametrize(("key", "most"), [("name", 35), ("description", 140)])
def test_what_is_too_long_is_refused(key: str, most: int) -> None:
    made = copy.deepcopy(MANIFEST)
    made["display_information"][key] = "x" * most
    LocalSlack(made)
    made["display_information"][key] += "x"
    with pytest.raises(ManifestRefused, match=f"expected {most}, got {most + 1}"):
        LocalSlack(made)


async def test_what_was_declined_answers_missing_scope_and_its_events_stay_away() -> None:
    slack = LocalSlack(ours(), declined=OPTIONAL)
    await slack.start()
    client = AsyncWebClient(slack.bot_token, slack.api_url, retry_handlers=[])
    dm = slack.core.dm(slack.person("boss").id).id
    calls = {
        "files:write": lambda: client.files_getUploadURLExternal(filename="a.txt", length=1),
        "groups:write": lambda: client.conversations_create(name="room", is_private=True),
        "im:history": lambda: client.conversations_history(channel=dm),
    }
    assert sorted(calls) == OPTIONAL
    for scope, call in calls.items():
        with pytest.raises(SlackApiError) as refused:
            await call()
        assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", scope)
    await slack.person("boss").say(dm, "nobody hears this")
    await slack.settle()
    assert slack.deliveries == []
    slack.reinstall()
    assert slack.scopes == scopes.needed()
    slack.expect("dispatch_failed")
    await slack.person("boss").say(dm, "this is heard")
    await slack.settle()
    assert [one.payload["event"]["text"] for one in slack.deliveries] == ["this is heard"]
    await slack.stop()


async def test_installed_from_our_manifest_a_typed_reply_reaches_the_bot(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        dm = house.slack.core.dm(house.boss.id).id
        await house.boss.say(dm, "thanks")
        await house.slack.settle()
        assert [one.ok for one in house.slack.deliveries] == [True]


@pytest.mark.parametrize("scope", ["chat:write", "everything"])
def test_play_lets_only_optional_scopes_be_declined(scope: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        play(["--decline", scope])
    assert ended.value.code == 2
    assert "choose from" in capsys.readouterr().err
