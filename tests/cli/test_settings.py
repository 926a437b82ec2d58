"""Settings are what they must be: `check` and the start look with the same eyes, and show no value."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.play import ROOT
from bot.settings import Settings, SettingsError, from_environment, policy_text, problems, untouchable
from bot.slack.door import unreachable
from bot.store.database import Unusable
from bot.store.health import examine, sqlite_path
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
        ({"HEARTBEAT_FILE": "/dev/null"}, "it is not a file"),
        ({"HEARTBEAT_FILE": "/tmp/" + "a" * 300}, "name too long"),  # noqa: S108
        ({"HOST": "http://127.0.0.1"}, "HOST must be"),
        ({"HOST": "127.0.0.1:3000"}, "HOST must be"),
        ({"HOST": "a..b"}, "HOST must be"),
        ({"HOST": "a" * 64}, "HOST must be"),
        ({"SLACK_BOT_TOKEN": "xoxb-…"}, "copy all of it"),
        ({"SLACK_APP_TOKEN": "xapp-1-a b"}, "copy all of it"),
    ],
    ids=lambda part: str(part)[:40],
)  # fmt: skip
def test_what_is_of_another_kind_is_named(change: dict[str, str], words: str) -> None:
    said = problems({**GOOD, **change})
    assert any(words in line for line in said), said
    for value in change.values():
        assert not value or len(value) < 12 or "/" in value or not any(value in line for line in said)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::", "::1", "localhost", "a-b.c_d.example."])  # noqa: S104
def test_a_host_is_a_name_or_an_address(host: str) -> None:
    assert problems({**GOOD, "HOST": host}) == []


@pytest.mark.parametrize(
    ("host", "words"), [("nowhere.invalid", "not known"), ("192.0.2.1", "Cannot assign"), ("127.0.0.1", "")]
)
def test_a_host_that_is_not_ours_is_found_out_without_a_port(host: str, words: str) -> None:
    assert words in unreachable(host)
    assert bool(words) == bool(unreachable(host))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:a.db?mode=ro&uri=true", "path of a file"),
        ("sqlite:///a.db?mode=ro", "path of a file"),
        ("sqlite+aiosqlite:///a.db", "the driver aiosqlite: write sqlite://"),
        ("postgresql+asyncpg://u:secret@h/db", "the driver asyncpg: write postgresql://"),
        ("postgresql://u:secret@h:port/db", "no database URL"),
        ("postgresql://u:secret@a..b/db", "no database URL"),
        (f"postgresql://u:secret@{'h' * 64}/db", "no database URL"),
        ("postgresql://u:\udcffsecret@h/db", "no database URL"),
        ("sqlite:////tmp/\udcff.db", "no database URL"),
        ("postgresql://u:p@secret@127.0.0.1:1/db", "more than one @"),
        ("postgresql://u:p@secret/x@127.0.0.1:1/db", "more than one @"),
        ("postgresql://127.0.0.1:1/db?user=u&password=secret", "cannot be reached"),
        ("postgresql://127.0.0.1:1/db?sslpassword=secret", "cannot be reached"),
        ("postgresql://127.0.0.1:1/db?connect_timeout=secret", "cannot be reached"),
        ("postgresql://127.0.0.1:1/db?nonsense=secret", "cannot be reached"),
        ("sqlite://data/x.db", "three slashes"),
        ("sqlite://u:secret@data/x.db", "three slashes"),
        ("sqlite:////dev/null", "is not a file"),
        ("sqlite:///.", "is not a file"),
        (f"sqlite:///{'a' * 300}.db", "name too long"),
    ],
)
def test_a_database_that_cannot_be_one_is_named(url: str, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        examine(url)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(st.text("sqlite+postgrem:/@?=&h.:%1[]", max_size=40))
def test_any_database_url_is_looked_at_or_refused_in_words(rest: str) -> None:
    for start in ("sqlite:///", "sqlite+", "postgresql://", "mysql", ""):
        with suppress(Unusable):
            sqlite_path(start + rest)


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
        (None, "is not a file"),
    ],
    ids=["utf-16", "long", "folder"],
)
def test_a_file_that_cannot_be_a_policy_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "policy.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(SettingsError, match=str(path)) as caught:
        policy_text(str(path))
    assert words in str(caught.value)


def test_a_pipe_that_nobody_writes_to_holds_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="is not a file"):
        policy_text(str(tmp_path / "pipe"))
    assert untouchable(str(tmp_path / "pipe")) == "it is not a file"


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
