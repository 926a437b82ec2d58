"""One parser a kind of value, total over all input: what it means, or nothing; never an exception."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import values
from bot.domain.field import Problem
from bot.words import times
from tests.contract.test_fields import KINDS, NOW

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
DIGITS = st.text("0123456789.-+eE_ ", max_size=40)
SHAPED = st.from_regex(r"-?[0-9]{1,14}", fullmatch=True) | st.from_regex(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True
)
ANY = JSON | DIGITS | SHAPED | st.sampled_from(sorted(available_timezones()))
MANY = settings(max_examples=150, deadline=None)


@MANY
@given(ANY)
def test_no_value_is_too_odd_for_a_parser(value: Any) -> None:  # noqa: ANN401
    for decimals in (0, 2, 3):
        assert isinstance(values.number(value, decimals), int | None)
    assert isinstance(values.moment(value), datetime | None)
    assert isinstance(values.stamp(value), datetime | None)
    assert isinstance(values.day(value), date | None)
    assert isinstance(values.ident(value), bool)
    assert isinstance(values.zone(str(value)), str)


@MANY
@given(ANY, st.sampled_from(KINDS))
def test_no_value_is_too_odd_for_a_field(value: Any, field: Any) -> None:  # noqa: ANN401
    for given_ in (value, [value], {"value": value}):
        cleaned = field.clean(given_, NOW)
        assert isinstance(cleaned, Problem | str | int | list | None)
        if not isinstance(cleaned, Problem):
            assert field.clean(field.raw(cleaned), NOW) in (cleaned, None)


NO_NUMBER = (
    "1e999999999",
    "1e5",
    "1_000",
    "１２",
    "",
    ".",
    "-",
    "NaN",
    "Infinity",
    "0x1F",
    "12,5",
    " 12",
    "1.2.3",
)


@pytest.mark.parametrize("written", [*NO_NUMBER, "9" * 400, True, None, [], 1.5])
def test_what_is_no_number(written: object) -> None:
    assert values.number(written) is None


def test_a_number_of_so_many_decimals() -> None:
    assert [values.number(one, 2) for one in ("12.50", "12.5", ".5", "12.", "0", 7)] == [
        1250,
        1250,
        50,
        1200,
        0,
        700,
    ]
    assert values.number("12.505", 2) is None
    assert values.number("-3") == -3


FOLDERS = ("America", "Europe", "America/Argentina", "Etc", "posix", "right", "US", ".", "..", "/")
NO_ZONE = ("", "Nowhere/Land", "europe berlin", "../../etc/passwd", "/etc/localtime", "nul\x00byte", "\ud800")


@pytest.mark.parametrize("name", [*FOLDERS, *NO_ZONE, "x" * 5000, "tzdata.zi", "zone.tab", "leapseconds"])
def test_a_name_that_is_no_zone_is_none_and_reads_as_utc(name: str) -> None:
    assert values.zone(name) == ""
    assert times.zone(name) == ZoneInfo("UTC")
    assert times.clock(NOW, name, NOW)


def test_a_zone_is_a_zone() -> None:
    for name in ("Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC"):
        assert values.zone(name) == name


OUT_OF_REACH = (
    *(0, -1, -86_400 * 365 * 30, 999_999_999, 10_000_000_000),
    *(253_402_300_799, 253_402_300_800, 10**18, -(10**18), 10**400),
)


@pytest.mark.parametrize("seconds", OUT_OF_REACH)
@pytest.mark.parametrize("when", ["past", "future", "any"])
def test_a_time_that_slack_gives_and_does_not_take_back_is_refused(seconds: int, when: Any) -> None:  # noqa: ANN401
    field = next(f for f in KINDS if f.key == "moment")
    found = type(field)(key="m", when=when).clean(seconds, NOW)
    assert isinstance(found, Problem)
    assert found.code in ("out_of_reach", "not_a_time")


@pytest.mark.parametrize("written", ["9999-12-31", "2287-01-01"])
def test_a_day_out_of_reach_is_refused(written: str) -> None:
    found = next(f for f in KINDS if f.key == "day").clean(written, NOW)
    assert isinstance(found, Problem)
    assert found.code == "out_of_reach"


@pytest.mark.parametrize(
    "written", ["20260320", "2026-W12-5", "2026-02-30", "0000-01-01", "２０２６-03-20", 20260320]
)
def test_what_is_no_day(written: object) -> None:
    assert values.day(written) is None


def test_the_edges_of_what_slack_takes() -> None:
    first, last = 1_000_000_000, 9_999_999_999
    reach = [values.in_reach(datetime.fromtimestamp(s, UTC)) for s in (first - 1, first, last, last + 1)]
    assert reach == [False, True, True, False]
