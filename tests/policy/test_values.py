"""Values are what they must be, before anything starts: ids, texts, lists, addresses, regions."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy import PolicyError, load_policy
from bot.policy.checks import SCHEMA, contradictions, problems
from bot.policy.shipped import SHIPPED
from bot.store.calendars import unknown_regions, usable_policy


def toml(value: object) -> str:
    """JSON's strings, numbers and lists are TOML's."""
    return json.dumps(value)


def wrong(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        usable_policy(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "person",
    ["@bea", "#bea", " U0BOSS001", "U0BOSS001 ", "u0boss001", "U0BOSS\n001", "U0\u0000BOSS",
     "bea@example.com", "<@U0BOSS001>", "Bea Lindqvist", "C0CHANNEL", "B0BOT00001", "U" * 40,
     "U0BÖSS", "\u200bU0BOSS001"],
)  # fmt: skip
@pytest.mark.parametrize(
    "line",
    ["[ladder]\ndeputy = {}", "[contacts]\nprivacy = {}", "[contacts]\nspeak_up = {}", "[phones]\n{} = '1'",
     "[[teams]]\nname = 'A'\nmembers = [{}]\nladder = {{person='', deputy='', duty_lead=''}}",
     "[[teams]]\nname = 'A'\nmembers = []\nladder = {{person={}, deputy='', duty_lead=''}}"],
)  # fmt: skip
def test_a_person_is_named_by_their_id(person: str, line: str) -> None:
    assert "Slack id like U0123ABCD" in wrong(line.format(toml(person)))


@pytest.mark.parametrize(
    "channel", ["#admins", "admins", "C0ADMINS ", "<#C0ADMINS>", "U0BOSS001", "D0DIRECT1"]
)
def test_a_channel_is_named_by_its_id(channel: str) -> None:
    said = wrong(f"[contacts]\nadmins_channel = {toml(channel)}")
    assert said.startswith("contacts.admins_channel = ")
    assert "id like C0123ABCD" in said


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "intranet/support", "//intranet",
     "https://", "https:// x", "https://a|b", "https://a>b", "https://[", "\u202ehttps://a", "https://a.example\u0000"],
)  # fmt: skip
def test_a_support_link_can_be_pressed(link: str) -> None:
    assert "begins with https://" in wrong(f"[contacts]\nsupport_link = {toml(link)}")


@pytest.mark.parametrize(
    "link", ["", "https://intranet.example/help?a=b#c", "http://intranet/", "mailto:a@b.example"]
)
def test_a_good_support_link_is_taken(link: str) -> None:
    assert usable_policy(f"[contacts]\nsupport_link = {toml(link)}").contacts.support_link == link


@pytest.mark.parametrize(
    "tags",
    [[], ["x" * 76], [""], [" sending"], ["a", "a"], [f"t{n}" for n in range(101)], ["a\u0000"], ["a\nb"],
     ["\u202eevil"], "sending", [1], [["a"]]],
    ids=lambda tags: str(tags)[:20],
)  # fmt: skip
def test_tags_fit_into_a_menu(tags: object) -> None:
    assert wrong(f"tags = {toml(tags)}").startswith("tags = ")


@pytest.mark.parametrize("tags", [["x" * 75], [f"t{n}" for n in range(100)]], ids=lambda tags: str(len(tags)))
def test_tags_at_the_limit_are_taken(tags: list[str]) -> None:
    assert usable_policy(f"tags = {toml(tags)}").tags == tuple(tags)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "money.currencies = " + toml([f"A{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ"]),
            "0 to 99 values",
        ),
        ("money.currency = 'Eur'", "ISO 4217"),
        ("emoji.done = [':white_check_mark:']", "without colons"),
        ("emoji.done = ['white check']", "without colons"),
        ('org.name = "\u200b"', "org.name"),
        ('org.name = "a\\u0000b"', "control characters"),
        ('org.phone = "' + "1" * 301 + '"', "at most 300"),
        ('locale = ""', "locale"),
        ("hours.morning = '\uff11\uff10:00'", "time of day"),
        ("[nudges.'upd.over']\nat = [15, 'x']", "rising list"),
        ("[nudges.'upd.over']\nat = [[15]]", "rising list"),
        ("[[teams]]\n" * 20_000, "20000 entries: must be at most 500"),
        ("[phones]\n" + "\n".join(f"U{n} = '1'" for n in range(5_001)), "must be at most 5000"),
        ("cap = 0x" + "f" * 5_000, "a whole number from 1"),
        ("cap = " + "9" * 5_000, "not a TOML file"),
        ("cap = " + "[" * 5_000, "not a TOML file"),
        ("surprise = '" + "x" * 10_000 + "'", "not known"),
        ("'\\u0007' = 1", "not known"),
        ("holiday_regions = ['XX']", "holiday_regions = 'XX'"),
    ],
    ids=lambda part: part[:30],
)
def test_whatever_else_cannot_be_used_is_a_sentence(text: str, words: str) -> None:
    said = wrong(text)
    assert words in said
    assert max(map(len, said.splitlines())) < 700
    assert said.isprintable() or "\n" in said


@pytest.mark.parametrize(
    "region",
    [
        "XX",
        "DE-",
        "DE-XX",
        "de",
        "",
        "-",
        "DE-BE-X",
        "HolidayBase",
        "country_holidays",
        "ECB",
        "../DE",
        "\u0000",
        "D E",
    ],
)
def test_a_region_without_holidays_is_named(region: str) -> None:
    (said,) = unknown_regions([region])
    assert said.startswith(f"holiday_regions = {region!r}")


def test_regions_that_are_known() -> None:
    assert unknown_regions(["DE", "DE-BE", "GB-ENG", "US-CA", "SE"]) == ()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(sorted(SHIPPED))


@settings(max_examples=300, deadline=None)
@given(
    changes=st.dictionaries(KEYS, ANYTHING, max_size=3), inner=st.dictionaries(st.text(), ANYTHING), at=KEYS
)
def test_any_tree_is_a_policy_or_sentences(changes: dict[str, Any], inner: dict[str, Any], at: str) -> None:
    tree = {**SHIPPED, **changes, at: inner}
    for sentence in list(problems(tree, SCHEMA)) or list(contradictions(tree)):
        assert sentence
        assert len(sentence) < 2_000


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_a_policy_or_sentences(text: str) -> None:
    with suppress(PolicyError):
        load_policy(text)


@pytest.mark.parametrize(
    "link",
    ["https://host:99999", "https://host:0", "https://.", "https://-", "https://a..b", "https://exa%mple",
     "https://a\\b", "https://user:pw@host", "mailto:", "mailto:help", "mailto:javascript:alert(1)"],
)  # fmt: skip
def test_a_support_link_leads_somewhere(link: str) -> None:
    assert "contacts.support_link = " in wrong(f"[contacts]\nsupport_link = {toml(link)}")


@pytest.mark.parametrize(
    "link",
    ["http://localhost:8080/x?a=b#c", "https://[::1]/", "https://münchen.example", "HTTPS://A.example./"],
)
def test_a_support_link_may_be_any_that_does(link: str) -> None:
    assert usable_policy(f"[contacts]\nsupport_link = {toml(link)}").contacts.support_link == link


@pytest.mark.parametrize("unseen", ["\u3164", "\u2800", "\ufe0f", "\u034f", "\u115f", "a\u200d", "a\u2060b"])
@pytest.mark.parametrize(
    "line",
    [
        "tags = [{}]",
        "org.name = {}",
        "clocks = [{{name = {}, hours = 1, offered = true}}]",
        "lint.blame = [{}]",
    ],
)
def test_what_cannot_be_seen_is_no_name(unseen: str, line: str) -> None:
    wrong(line.format(toml(unseen)))


@pytest.mark.parametrize(
    "line",
    ['tags = ["Print", "print"]', 'tags = ["a b", "a\u00a0b"]', 'tags = ["\uff21", "a"]',
     "clocks = [{name = 'A', hours = 1, offered = true}, {name = 'a', hours = 2, offered = true}]",
     'emoji.done = ["eyes"]', 'emoji.call = ["+1"]'],
)  # fmt: skip
def test_what_is_chosen_by_name_is_one_thing(line: str) -> None:
    wrong(line)
