"""Bad input and what it gets: words under the field, everything typed kept (and nothing half written)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.domain.errors import Busy
from tests.crash.rig import share
from tests.edge.acts import (
    NEEDED,
    SAID,
    deliver,
    fingerprint,
    rows,
    stage_of,
    submission,
    text_of,
    to_page,
    typing,
    values_of,
)
from tests.house import House


@pytest.fixture(params=share(["socket", "http"], 2))
def transport(request: pytest.FixtureRequest) -> str:
    """What a page promises does not depend on the transport: both only for `make crash`."""
    return str(request.param)


async def next_with(house: House, field: str, value: str) -> dict[str, str]:
    """The errors that Next gets when that text field holds a value Slack's client would not let through."""
    rina = house.reporter
    made = submission(house, rina)
    action_id = next(iter(made["view"]["state"]["values"][field]))
    made["view"]["state"]["values"][field][action_id] = {"type": "plain_text_input", "value": value}
    body = (await deliver(house, made)).body
    assert isinstance(body, dict)
    assert body["response_action"] == "errors", body
    return dict(body["errors"])


async def test_a_text_that_does_not_fit(house: House, tmp_path: Path) -> None:
    await to_page(house, "open")
    for key, value in NEEDED["open"].items():
        await house.reporter.fill(key, value)
    for typed in ("   ", "\n\t ", "\x00", "ok", "x" * 151, "x" * 3001):
        errors = await next_with(house, "summary", typed)
        assert list(errors) == ["summary"]
        assert "lease" in errors["summary"] or "fits" in errors["summary"]
        (draft,) = rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'open'")
        assert '"reach": "one"' in draft[0]
    assert rows(tmp_path, "SELECT * FROM pages") == []


async def test_what_no_database_can_take_is_left_out_and_the_rest_is_kept(
    house: House, tmp_path: Path
) -> None:
    await to_page(house, "open")
    await house.reporter.fill("summary", "Prices to\x00 the \ud800wrong client")
    await house.slack.wait(lambda: rows(tmp_path, "SELECT 1 FROM drafts WHERE stage = 'open'"))
    (draft,) = rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'open'")
    assert "Prices to the wrong client" in draft[0]


async def test_a_time_in_the_future(house: House) -> None:
    rina = house.reporter
    await to_page(house, "open")
    for key, value in NEEDED["open"].items():
        await rina.fill(key, value)
    await rina.fill("happened_at", int(time.time()) + 3600)
    result = await rina.submit()
    assert list(result.errors) == ["happened_at"]
    assert "future" in result.errors["happened_at"]
    assert stage_of(rina.modal) == "open"
    await rina.fill("happened_at", int(time.time()) - 3600)
    assert (await rina.submit()).action == "update"


UNFIT = {
    "robot": "app",
    "guest": "Guests",
    "single_guest": "Guests",
    "deactivated": "no longer active",
    "outsider": "another organisation",
    "stranger": "another organisation",
    "reporter": "you",
}


async def test_a_boss_who_cannot_be_one(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "tell")
    await rina.fill("need", ["decide"])
    for who, says in UNFIT.items():
        await rina.fill("boss", house.slack.person(who).id)
        await house.bot.drain()
        lookups = [c for c in house.slack.calls if c.method == "users.info"]
        result = await rina.submit()
        assert list(result.errors) == ["boss"], who
        assert says in result.errors["boss"]
        assert [
            c for c in house.slack.calls if c.method == "users.info"
        ] == lookups  # known since it was picked
    assert "decide" in rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'tell'")[0][0]
    assert rows(tmp_path, "SELECT * FROM pages WHERE stage = 'tell'") == []


async def test_somebody_slack_did_not_tell_us_about_in_time_is_checked_before_sending(house: House) -> None:
    """Next waits a second at most, saves, and the outbox refuses what should not go out."""
    rina, gus = house.reporter, house.guest
    await to_page(house, "tell")
    await house.bot.drain()
    house.slack.faults.add(method="users.info", kind="latency:3", times=2)
    await rina.fill("boss", gus.id)
    started = time.monotonic()
    assert (await rina.submit()).action == "update"
    assert time.monotonic() - started < 1.5
    house.slack.faults.clear()
    assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: rina.dm and "could not be delivered" in rina.dm[0].text)
    assert gus.dm == []


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process holds the database's write lock."""
    other = sqlite3.connect(folder / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(house: House) -> Iterator[None]:
    """The disk has no room for one more byte of the database."""
    transact = house.bot.database.transact
    transact(lambda c: c.exec_driver_sql("CREATE TABLE ballast (weight BLOB)"))
    transact(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1"))  # as many as there are
    for size in (3000, 300, 3):
        with suppress(Busy):
            while True:
                transact(
                    lambda c, n: c.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(?))", (n,)), size
                )
    try:
        yield
    finally:
        transact(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000"))


async def test_next_while_the_database_is_locked(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    before = fingerprint(tmp_path)
    with locked(tmp_path):
        started = time.monotonic()
        result = await rina.submit()
        assert time.monotonic() - started < 2.5
        assert "couldn't save that" in next(iter(result.errors.values()))
    assert fingerprint(tmp_path) == before
    assert (await rina.submit()).action == "update"


async def test_next_while_the_disk_is_full(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    await rina.fill("undo", "partly")
    long = "ü" * 800  # more than what is free in a page that has room
    before = fingerprint(tmp_path)
    with full(house):
        await rina.fill("q1_mistake", long, dispatch=False)
        result = await rina.submit()
        assert "the disk I write to is full" in next(iter(result.errors.values()))
        assert fingerprint(tmp_path) == before
        assert values_of(rina.modal or {})["q1_mistake"] == SAID  # the same page, with what was typed on it
    assert (await rina.submit()).action == "update"


async def test_a_keystroke_that_cannot_be_kept_is_not_acknowledged(house: House, tmp_path: Path) -> None:
    """Slack then marks the field; the text is still on the screen and goes with the next one."""
    rina = house.reporter
    await to_page(house, "assess")
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.ack_timeout = 1.5
    with locked(tmp_path):
        delivery = await rina.fill("q1_mistake", "one")
        assert delivery is not None
        assert not delivery.ok
    delivery = await rina.fill("q1_mistake", "one two")
    assert delivery is not None
    assert delivery.ok
    assert "one two" in rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'assess'")[0][0]


async def test_a_command_that_cannot_be_kept_gives_the_words_back(house: House, tmp_path: Path) -> None:
    with locked(tmp_path):
        result = await house.reporter.command("/screwedup", SAID)
    assert result.ok
    assert SAID in result.ephemerals[0].text
    assert rows(tmp_path, "SELECT * FROM incidents") == []


async def test_a_button_that_cannot_be_kept_says_so(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    with locked(tmp_path):
        await rina.press("back")
        await house.slack.wait(lambda: "couldn't do that" in text_of(rina.modal))


SINKS = (
    "<!channel> <@U000BERT> <http://evil.example|click> &amp; &lt;",
    "{{ 7 * 7 }} {% raw %} {0} %s $(id) '; DROP TABLE drafts; --",
    "../../etc/passwd \u202etxt.exe \u200b zero",
    "*bold* _it_ ~no~ `code` :boom: > quote",
)


async def test_what_is_typed_is_shown_to_the_letter(house: House) -> None:
    """Nothing a person types becomes a mention, a link, a template or markup on any screen."""
    rina, bert = house.reporter, house.boss
    await to_page(house, "send", said=" | ".join(SINKS))
    text = values_of(rina.modal or {})["text"]
    assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: bert.dm and rina.dm)
    shown = [b["text"] for b in bert.dm[0].blocks if b["type"] == "section"]
    assert {one["type"] for one in shown} == {"plain_text"}
    assert "\n".join(one["text"] for one in shown).rstrip("… ") in text
    assert "<" not in bert.dm[0].text.replace("&lt;", "")


async def test_typing_over_what_another_window_has_saved_is_not_answered_as_if_it_were_kept(
    house: House, tmp_path: Path
) -> None:
    rina = house.reporter
    await to_page(house, "own")
    typed = typing(house, rina, "own_line", "typed in the other window", id="V0OTHER", root_view_id="V0OTHER")
    await rina.fill("own_line", NEEDED["own"]["own_line"])
    assert (await rina.submit()).action == "update"
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.ack_timeout = 0.5
    assert not (await deliver(house, typed)).ok
    assert "other window" not in str(rows(tmp_path, 'SELECT "values" FROM drafts'))
