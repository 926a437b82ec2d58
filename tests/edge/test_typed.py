"""What people type in a message reaches its reader in plain words, however Slack has written it down."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.server import LocalSlack
from bot.playground.writing import escaped, written
from bot.slack.profiles import name_of
from bot.slack.typed import command_text, mentioned, message_text
from tests.edge.acts import rows, to_page
from tests.flows.test_reply_kinds import passed_on, told
from tests.house import House

NAMES = {"U0BERT": "Bert & Co", "W0ANNA": "Anna"}
READ = {
    "R&amp;D &lt;b&gt; &amp;amp; &copy;": "R&D <b> &amp; &copy;",
    "<@U0BERT>, <@W0ANNA|anna> and <@U0XX|@xaver> <@U0NOBODY>": "@Bert & Co, @Anna and @xaver @someone",
    "<#C024BE7LR|general> <#C024BE7LR|> <#C024BE7LR>": "#general a channel a channel",
    "<!here> <!channel|@channel> <!everyone|everyone> <!group>": "@here @channel @everyone @group",
    "<!subteam^S0123|@ops> <!subteam^S0123>": "@ops @a group",
    "<!date^1392734382^{date_num} at {time}|18 Feb> <!date^1^{ago}^https://a.b/|then>": "18 Feb then",
    "<https://a.b/c?x=1&amp;y=2|the plan> <https://a.b>": "the plan (https://a.b/c?x=1&y=2) https://a.b",
    "<http://www.foo.com|www.foo.com> <https://foo.com/|foo.com>": "http://www.foo.com https://foo.com/",
    "<mailto:ines@a.b|ines@a.b> <mailto:ines@a.b|Ines>": "ines@a.b Ines (ines@a.b)",
    "<tel:+4930123|+49 30 123> <tel:112>": "+4930123 112",
    ":+1::skin-tone-3: :point_up::skin-tone-5: :man-raising-hand::skin-tone-6:": "👍🏼 ☝🏾 🙋🏿‍♂️",
    ":handshake::skin-tone-2-6: :couple::skin-tone-3-5: :couple::skin-tone-3:": "🫱🏻‍🫲🏿 👩🏼‍🤝‍👨🏾 👫🏼",
    ":people_holding_hands::skin-tone-2-4: :people_holding_hands::skin-tone-4:": "🧑🏻‍🤝‍🧑🏽 🧑🏽‍🤝‍🧑🏽",
    ":man-kiss-man::skin-tone-6-2: :couple_with_heart::skin-tone-2-3:": "👨🏿‍❤️‍💋‍👨🏻 🧑🏻‍❤️‍🧑🏼",
    ":fire::skin-tone-2-3: :wave::skin-tone-2-3: :man-woman-boy::skin-tone-2-3:": "🔥 👋🏻 👨‍👩‍👦",
    ":flag-de: :fire::tada: thanks:+1:now :white_check_mark:": "🇩🇪 🔥🎉 thanks👍now ✅",
    ":our_logo: :party-parrot::skin-tone-2:": "(our logo) (party parrot)",
    "10:30:45 a:b:c std::vector::x host:on:off ::": "10:30:45 a:b:c std::vector::x host:on:off ::",
    "`:fire: &lt;x&gt;` ```a\n:b: <https://x.y>```": "`:fire: <x>` ```a\n:b: https://x.y```",
    "<> a < b > c <x <|x> <|> <#> <@>": "<> a < b > c <x <|x> <|> a channel @someone",
}


@pytest.mark.parametrize("text", READ)
def test_slacks_own_writing_is_read(text: str) -> None:
    assert message_text(text, NAMES) == READ[text]


@given(st.text())
def test_what_is_typed_is_what_is_read(typed: str) -> None:
    """But for what Slack makes links and emoji of."""
    plain = re.sub("[:`]", "", typed)
    assert message_text(escaped(plain), {}) == plain


@given(
    st.lists(st.sampled_from([*"<>&;:@#!|^`~/+12", "<|", "|>", "skin-tone", "amp", "\n", "U0C", "date"])).map(
        "".join
    )
)
def test_it_reads_anything(text: str) -> None:
    assert isinstance(message_text(text, {}), str)
    assert all(text.count(user) for user in mentioned(text))


@given(st.text())
def test_a_commands_text_is_the_same_whether_it_came_escaped_or_not(typed: str) -> None:
    assert command_text(escaped(typed)) == typed
    if re.search("[<>]|&(?!amp;|lt;|gt;)", typed):
        assert command_text(typed) == typed


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ({"display_name": "R&amp;D Bert"}, "R&D Bert"),
        ({"display_name": "\u200b", "real_name": "Bert"}, "Bert"),
        ({"display_name": "Bert\u202e", "real_name": "B"}, "Bert"),
        ({"display_name": "Be\nrt \u2066x"}, "Be rt x"),
    ],
)
def test_a_name_is_cleaned_and_read_too(profile: dict[str, str], said: str) -> None:
    assert name_of({"profile": profile}) == said


async def test_a_reply_reaches_the_reporter_as_it_was_typed(house: House) -> None:
    """Once as the message shows it, and escaped once in the notification."""
    await told(house)
    said = "Stop R&D <now>, ask @dana.petrov? www.foo.com 👍🏽 @here \u202edone"
    await house.boss.say(house.boss.dm[0].channel, said.replace("dana.petrov", "dana"))
    await house.slack.wait(lambda: passed_on(house))
    shown = house.reporter.dm[-1].blocks[0]["text"]["text"]
    assert "Stop R&D <now>, ask @Dana Petrov? http://www.foo.com 👍🏽 @here done" in shown
    assert "Stop R&amp;D &lt;now&gt;, ask" in house.reporter.dm[-1].text
    assert "&amp;amp;" not in house.reporter.dm[-1].text
    assert "<@" not in house.reporter.dm[-1].text


async def test_other_words_are_kept_as_they_were_typed(house: House, tmp_path: Path) -> None:
    """Another script around a command's name, entities typed out, and Slack's signs in a command."""
    for typed in ("助けて help", "I typed &amp;lt; in R&D <@U123> :fire:", "export “failed”"):
        await house.reporter.command("/screwedup", typed)
        found = rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'said'")
        assert typed in [json.loads(row[0])["text"] for row in found]


async def test_a_modals_words_are_kept_as_they_are(house: House, tmp_path: Path) -> None:
    await to_page(house, "open")
    typed = "R&amp;D <@U123> :+1: <b>"
    await house.reporter.fill("summary", typed + " \u202e\u200b")
    await house.slack.wait(lambda: rows(tmp_path, "SELECT 1 FROM drafts WHERE stage = 'open'"))
    await house.bot.drain()
    (draft,) = rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'open'")
    assert typed in draft[0]
    assert "\\u202e" not in draft[0]


def test_the_local_slack_writes_as_slack_does() -> None:
    slack = LocalSlack(yaml.safe_load(Path("manifest.yaml").read_text(encoding="utf-8")))
    typed = "@bert: R&D <b> at https://a.b?x&y, www.foo.com, a@b.co #delivery #secret @here 👍🏽"
    assert written(slack.core.workspace, typed) == (
        "<@U000BERT>: R&amp;D &lt;b&gt; at <https://a.b?x&amp;y>, <http://www.foo.com|www.foo.com>, "
        "<mailto:a@b.co|a@b.co> <#C000ROOM2|delivery> <#C000ROOM4|> <!here> :+1::skin-tone-4:"
    )


def test_the_local_slack_divides_no_entity() -> None:
    """Where an address ends before a sign that is escaped."""
    slack = LocalSlack(yaml.safe_load(Path("manifest.yaml").read_text(encoding="utf-8")))
    for typed in (
        "https://a.b/?x=1&y=<2>",
        "see https://a.b?x& www.foo.com/a&",
        "<https://a.b>",
        "(www.a.b>)",
    ):
        text = written(slack.core.workspace, typed)
        assert message_text(text, {}).replace("http://", "") == typed
