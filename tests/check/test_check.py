"""`python app.py check`: what it prints, what it finds, and what it keeps to itself."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.check.manifest import ROOT, calls, manifest
from bot.check.report import Line, Mark
from bot.playground.server import LocalSlack
from bot.policy.effective import effective
from bot.policy.shipped import SHIPPED
from bot.slack import scopes
from bot.store.health import wal_reset_bug
from tests.cli.run import run
from tests.house import IDS, environment

Env = dict[str, str]
POLICY = """cap = 9
holiday_regions = ["DE-BE"]
[ladder]
person = "U1"
[phones]
U1 = "+49 30 1"
[nudges."upd.pre"]
at = [5, 20]
[lint]
own = ['a "quoted" word']
"""


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    made = LocalSlack(yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8")))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def env(slack: LocalSlack, tmp_path: Path) -> Env:
    (tmp_path / "policy.toml").write_text(f'[ladder]\nperson = "{IDS["boss"]}"\n', encoding="utf-8")
    return environment(slack, tmp_path, "http", 3000)


def pruned(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A tree without its empty tables."""
    branches = {k: pruned(v) if isinstance(v, Mapping) else v for k, v in tree.items()}
    return {k: v for k, v in branches.items() if v != {}}


def test_the_effective_policy_reads_back_as_what_it_is() -> None:
    printed = "\n".join(map(str, effective()))
    assert tomllib.loads(printed) == pruned(SHIPPED)
    changed = tomllib.loads("\n".join(map(str, effective(POLICY))))
    assert changed["cap"] == 9
    assert changed["lint"]["own"] == ['a "quoted" word']
    assert changed["nudges"]["upd.pre"] == {"at": [5, 20]}
    assert {s.key for s in effective(POLICY) if s.changed} == {
        "cap", "holiday_regions", "ladder.person", "phones.U1", 'nudges."upd.pre".at', "lint.own",
    }  # fmt: skip


async def test_all_is_well(tmp_path: Path, slack: LocalSlack, env: Env) -> None:
    said = await run(tmp_path, "check", env=env)
    assert (said.code, said.err) == (0, ""), said.out
    assert 'ladder.person = "U000BERT"  # policy.toml' in said.out
    assert "cap = 6  # shipped" in said.out
    assert "auth.test: " in said.out
    assert said.out.rstrip().endswith("Nothing is wrong.")
    for secret in (slack.bot_token, slack.app_token, slack.signing_secret):
        assert secret not in said.out
    assert not (tmp_path / "bot.db").exists()  # looking makes nothing


async def test_a_token_in_the_wrong_place_is_not_printed(tmp_path: Path, env: Env) -> None:
    (tmp_path / "policy.toml").write_text('[org]\nname = "xoxb-1234-secret"\n', encoding="utf-8")
    said = await run(tmp_path, "check", "--no-slack", env=env)
    assert "secret" not in said.out + said.err
    assert "no one will be asked in their place" in said.out


@pytest.mark.parametrize(
    ("scope", "code", "words"),
    [("users:read", 1, "WRONG  The scope users:read"), ("im:history", 0, "note   The optional scope")],
)
async def test_a_scope_that_is_not_granted_is_named(
    tmp_path: Path, slack: LocalSlack, env: Env, scope: str, code: int, words: str
) -> None:
    slack.scopes.discard(scope)
    said = await run(tmp_path, "check", env=env)
    assert (said.code, words in said.out) == (code, True), said.out


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-not-ours-at-all"}, 2, "invalid_auth"),
        ({"SLACK_BOT_TOKEN": "hunter2"}, 2, "SLACK_BOT_TOKEN does not look like"),
        ({"SLACK_SIGNING_SECRET": "hunter2"}, 1, "SLACK_SIGNING_SECRET does not look like"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, 1, "auth.test: ClientConnectorError"),
        ({"SLACK_BOT_TOKEN": ""}, 2, "STOPS  SLACK_BOT_TOKEN is missing"),
        ({"POLICY_FILE": "nowhere.toml"}, 2, "nowhere.toml"),
        ({"POLICY_FILE": "bad.toml"}, 2, "cap = 0: must be"),
        ({"DATABASE_URL": "sqlite:///nowhere/bot.db"}, 2, "does not exist"),
        ({"DATABASE_URL": "sqlite:///notes.txt"}, 2, "is not the bot's"),
    ],
    ids=lambda part: str(part)[:40],
)
async def test_what_is_wrong_is_said_once_more_at_the_end(
    tmp_path: Path, env: Env, change: Env, code: int, words: str
) -> None:
    (tmp_path / "bad.toml").write_text("cap = 0\n")
    (tmp_path / "notes.txt").write_text("dear diary " * 100)
    said = await run(tmp_path, "check", env={**env, **change})
    assert (said.code, said.err) == (code, ""), said.out
    assert words in said.out.partition("What is wrong")[2]
    assert "hunter2" not in said.out


async def test_another_policy_can_be_tried(tmp_path: Path, env: Env) -> None:
    (tmp_path / "other.toml").write_text("cap = 7\n")
    said = await run(tmp_path, "check", "--no-slack", "--policy", "other.toml", env=env)
    assert (said.code, "cap = 7  # other.toml" in said.out) == (0, True)
    assert "auth.test" not in said.out


async def test_arguments_that_nobody_knows_end_with_two(tmp_path: Path) -> None:
    assert (await run(tmp_path, "check", "--everything")).code == 2


def test_the_manifest_asks_for_what_the_code_uses_and_nothing_more() -> None:
    assert calls() == set(scopes.METHODS)
    assert [line.mark for line in manifest()] == [Mark.OK]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("      - chat:write\n", "", "scopes in use: chat:write is not in manifest.yaml, bot."),
        ("      - chat:write\n", "      - chat:write\n      - chat:write.public\n", "chat:write.public"),
        ("      - im:write\n", "      - im:write\n      - dnd:read\n", "dnd:read is in manifest.yaml"),
        (
            "      - im:history\n      - im:write\n",
            "      - im:write\n",
            "im:history is not in manifest.yaml, bot.",
        ),
        ("      - groups:write\n      - im:h", "      - im:h", "scopes in use: groups:write is not in"),
        ("    bot_optional:", "    user_optional:", "im:history is not in manifest.yaml, bot_optional."),
        (
            "      - groups:write\n      - im:history\nset",
            "      - im:history\nset",
            "groups:write is not in",
        ),
        ("      - reaction_added\n", "", "events in use: reaction_added is not in"),
        ("      - reaction_added\n", "      - reaction_added\n      - team_join\n", "team_join is in"),
        (
            "    bot_optional:",
            "    user: [search:read]\n    bot_optional:",
            "search:read is in manifest.yaml, user",
        ),
        ("messages_tab_enabled: true", "messages_tab_enabled: false", "couldn't write to anyone"),
        ("read_only_enabled: false", "read_only_enabled: true", "no one could reply"),
        ("is_enabled: true", "is_enabled: false", "no button would work"),
        ("screwedup_global", "global", "screwedup_global is not in manifest.yaml, shortcuts"),
        ("  slash_commands:", "  slash:", "no one can start"),
        ("oauth_config:", "oauth:", "chat:write is not in manifest.yaml, bot."),
        ("    bot:\n", "    bot:\n    rest:\n", "chat:write is not in manifest.yaml, bot."),
        ("features:", "features: [", "manifest.yaml cannot be read"),
    ],
)
def test_a_manifest_that_differs_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path, text = tmp_path / "manifest.yaml", (ROOT / "manifest.yaml").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = list(manifest(path))
    assert {line.mark for line in found} == {Mark.WRONG}
    assert any(words in line.text for line in found), found


def test_the_walk_sees_a_call_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        "async def f(x):\n    await x.edge.client.dnd_info()\n    x.chat_delete()\n"
    )
    assert calls([tmp_path]) == {"dnd_info"}


@pytest.mark.parametrize(
    ("version", "bug"),
    [
        ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 45, 0), True), ((3, 50, 6), True),
        ((3, 50, 7), False), ((3, 51, 0), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 0), False),
    ],
)  # fmt: skip
def test_the_versions_with_the_wal_reset_bug(version: tuple[int, ...], bug: bool) -> None:
    assert wal_reset_bug(version) is bug


def test_a_line_never_shows_a_token() -> None:
    assert "b-1" not in str(Line(Mark.OK, "it is xoxb-1-2-abc and xapp-1-b-1."))
