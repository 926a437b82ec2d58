"""Settings are what they must be: `check` and the start look with the same eyes, and show no value."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.play import ROOT
from bot.settings import Settings, SettingsError, from_environment, policy_text, problems, untouchable
from tests.cli.run import TOKENS, run

GOOD = {**TOKENS, "SLACK_API_URL": "http://127.0.0.1:1/api/"}
NAMES = [name.upper() for name in Settings.__dataclass_fields__]
SECRET = "0123456789abcdef0123456789abcdef"


def test_what_is_right_is_let_be() -> None:
    assert problems(GOOD) == []
    assert problems({**TOKENS, "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET}) == []


@pytest.mark.parametrize(
    "name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "DATABASE_URL"]
)
@pytest.mark.parametrize(
    "around", ["{}\n", " {}", "{}\t", "\r\n{}", "{}\x00", '"{}"', "'{}'", "“{}”", '{}"', "`{}`"]
)
def test_what_slips_in_with_copying_is_named(name: str, around: str) -> None:
    env = {**GOOD, "SLACK_SIGNING_SECRET": SECRET, "DATABASE_URL": "sqlite:///bot.db"}
    (said,) = problems({**env, name: around.format(env[name])})
    assert said.startswith(f"{name} has ")
    assert env[name] not in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SLACK_BOT_TOKEN": "xapp-1-a"}, "SLACK_BOT_TOKEN does not look like"),
        ({"SLACK_BOT_TOKEN": "xapp-1-a", "SLACK_APP_TOKEN": "xoxb-1-a"}, "(xapp-…); it holds a bot token."),
        ({"SLACK_BOT_TOKEN": "xoxp-1-a"}, "it holds a user token"),
        ({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-a"}, "token rotation"),
        ({"SLACK_BOT_TOKEN": SECRET}, "SLACK_BOT_TOKEN does not look like"),
        ({"SLACK_BOT_TOKEN": "xoxb-"}, "SLACK_BOT_TOKEN does not look like"),
        ({"SLACK_BOT_TOKEN": "xoxb-1 2"}, "SLACK_BOT_TOKEN does not look like"),
        ({"SLACK_BOT_TOKEN": "xoxb-1-é"}, "SLACK_BOT_TOKEN does not look like"),
        ({"SLACK_APP_TOKEN": SECRET}, "SLACK_APP_TOKEN does not look like"),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "xapp-1-a"}, "it holds an app-level token"),
        ({"SLACK_API_URL": "https://slack.com"}, "must end with /api/"),
        ({"SLACK_API_URL": "https://slack.com/api/?x=1"}, "must end with /api/"),
        ({"SLACK_API_URL": "https://slack.com:port/api/"}, "must point to"),
        ({"PORT": "9" * 5_000}, "PORT"),
        ({"PORT": "３０００"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"HEARTBEAT_FILE": "/nowhere/heartbeat"}, "its folder does not exist"),
        ({"HEARTBEAT_FILE": "/tmp"}, "it is a folder"),  # noqa: S108
    ],
    ids=lambda part: str(part)[:40],
)  # fmt: skip
def test_what_is_of_another_kind_is_named(change: dict[str, str], words: str) -> None:
    said = problems({**GOOD, **change})
    assert any(words in line for line in said), said
    for value in change.values():
        assert not value or len(value) < 12 or "/" in value or not any(value in line for line in said)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.text() | st.text("xoxbapp-_1:/[]?#@.", max_size=30)))
def test_any_environment_is_settings_or_sentences(env: dict[str, str]) -> None:
    with suppress(SettingsError):
        from_environment({**GOOD, **env})


def test_a_byte_order_mark_is_no_part_of_the_policy(tmp_path: Path) -> None:
    for name, content in (("a", b"\xef\xbb\xbfcap = 7\n"), ("b", b"cap = 7\n")):
        (tmp_path / name).write_bytes(content)
        assert policy_text(str(tmp_path / name)) == "cap = 7\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfec\x00a\x00p\x00", "not UTF-8"),
        (b"#" * (1024 * 1024 + 1), "longer than"),
        (None, "is a dir"),
    ],
    ids=["utf-16", "long", "folder"],
)
def test_a_file_that_cannot_be_a_policy_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "policy.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(SettingsError, match=str(path)) as caught:
        policy_text(str(path))
    assert words in str(caught.value).replace("Is a", "is a")


def test_a_heartbeat_that_can_be_touched(tmp_path: Path) -> None:
    assert (untouchable(str(tmp_path / "heartbeat")), untouchable("")) == ("", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"SLACK_BOT_TOKEN": TOKENS["SLACK_BOT_TOKEN"] + "\n"},
            "SLACK_BOT_TOKEN has a space or a line break",
        ),
        ({"SLACK_BOT_TOKEN": TOKENS["SLACK_APP_TOKEN"]}, "it holds an app-level token"),
        ({"POLICY_FILE": "people.toml"}, "ladder.person = '@bea'"),
        ({"POLICY_FILE": "kinds.toml"}, "contacts.admins_channel = 'U0BOSS001'"),
        ({"HEARTBEAT_FILE": "nowhere/heartbeat"}, "HEARTBEAT_FILE"),
    ],
    ids=lambda part: str(part)[:40],
)
async def test_check_and_start_say_the_same(tmp_path: Path, change: dict[str, str], words: str) -> None:
    (tmp_path / "people.toml").write_text('[ladder]\nperson = "@bea"\n')
    (tmp_path / "kinds.toml").write_text('[contacts]\nadmins_channel = "U0BOSS001"\n')
    started = await run(tmp_path, env={**GOOD, **change})
    checked = await run(tmp_path, "check", env={**GOOD, **change})
    assert (started.code, started.plain, words in started.err) == (2, True, True), started.err
    assert (checked.code, f"STOPS  {words}" in checked.out or words in checked.out) == (2, True), checked.out


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ('holiday_regions = ["XX"]\n', "holiday_regions = 'XX'"),
        ('[ladder]\nperson = "@bea"\n', "ladder.person"),
    ],
)
async def test_a_rehearsal_says_what_is_wrong_with_a_policy(tmp_path: Path, policy: str, words: str) -> None:
    (tmp_path / "policy.toml").write_text(policy)
    script = next((ROOT / "docs" / "scenarios").glob("*.yaml"))
    said = await run(tmp_path, "rehearse", str(script), "--policy", "policy.toml")
    assert (said.code, said.plain, said.err.startswith(words)) == (2, True, True), said.err
