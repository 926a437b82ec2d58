"""Events come twice, late, in the wrong order, over a connection that is being replaced: one effect each."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from bot.playground.delivery import EVENT, Delivery
from tests.edge.acts import Json, deliver, fingerprint, rows, to_page
from tests.edge.test_input import locked
from tests.house import House, open_house


async def noticed(house: House) -> None:
    """The boss has the notice, and the reporter's card says that it was sent."""
    await to_page(house, "send")
    assert (await house.reporter.submit()).action == "update"
    await house.slack.wait(lambda: house.boss.dm and "Sent to" in house.reporter.dm[0].text)


def reaction(house: House, kind: str = "reaction_added", name: str = "eyes", at: str = "") -> Json:
    """The event of the boss's reaction on the notice."""
    message = house.boss.dm[0]
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event = {"type": kind, "user": house.boss.id, "reaction": name, "item": item}
    return house.slack.core._envelope({**event, "event_ts": at or house.slack.clock.ts()}, None)


async def test_a_redelivered_event_has_one_effect(house: House, tmp_path: Path) -> None:
    """F1: the same event_id up to four times, one after the other and all at once."""
    await noticed(house)
    payload = reaction(house)
    for number in range(4):
        again = Delivery(EVENT, payload, retry_num=number, retry_reason="http_timeout")
        assert (await house.slack.outbound.send(again)).ok
    await asyncio.gather(*(deliver(house, payload, EVENT) for _ in range(10)))
    assert rows(tmp_path, "SELECT COUNT(*) FROM signals") == [(1,)]
    await house.slack.wait(lambda: "Seen by" in house.reporter.dm[0].text)


async def test_two_event_ids_of_one_act_have_one_effect(house: House, tmp_path: Path) -> None:
    """F3: as happens in shared channels."""
    rina, bert = house.reporter, house.boss
    await noticed(house)
    before = len(rina.dm)
    message = await bert.say(bert.dm[0].channel, "Thank you. I am calling them now.")
    await house.slack.settle()
    event = next(d for d in house.slack.deliveries if "calling them" in str(d.payload))
    await house.slack.twin(event)
    await house.slack.redeliver(event)
    await house.slack.wait(lambda: len(rina.dm) > before)
    await house.bot.tick()
    assert message.text in rina.dm[-1].text
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'") == [(1,)]


async def test_order_does_not_matter(house: House, tmp_path: Path) -> None:
    """F4: added, removed, added again, in all orders of arrival: the latest act stands."""
    await noticed(house)
    acts = [
        reaction(house, kind, at=f"{1_900_000_000 + n}.000100")
        for n, kind in enumerate(("reaction_added", "reaction_removed", "reaction_added"))
    ]
    for order in itertools.permutations(acts):
        for payload in order:
            assert (await deliver(house, payload, EVENT)).ok
        assert rows(tmp_path, "SELECT standing FROM signals") == [(1,)]
    assert (await deliver(house, reaction(house, "reaction_removed", at="1900000009.0"), EVENT)).ok
    assert rows(tmp_path, "SELECT standing FROM signals") == [(0,)]


async def test_an_edit_or_a_deletion_of_a_reply_is_not_a_reply(house: House, tmp_path: Path) -> None:
    bert = house.boss
    await noticed(house)
    message = await bert.say(bert.dm[0].channel, "On it.")
    await house.slack.wait(lambda: rows(tmp_path, "SELECT * FROM posts WHERE kind = 'passed_on'"))
    await bert.edit(message, "On it!")
    await bert.delete(message)
    await house.slack.settle()
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'") == [(1,)]


@pytest.mark.parametrize("name", ["eyes", "+1::skin-tone-3", "tada", "man-raising-hand", "some_custom_emoji"])
async def test_any_emoji_of_the_boss_is_seen_and_taken_back(house: House, name: str) -> None:
    rina, bert = house.reporter, house.boss
    await noticed(house)
    await bert.react(bert.dm[0], name)
    await house.slack.wait(lambda: "Seen by" in rina.dm[0].text)
    await bert.unreact(bert.dm[0], name)
    await house.slack.wait(lambda: "Seen by" not in rina.dm[0].text)


async def test_an_event_that_cannot_be_kept_is_delivered_again(house: House, tmp_path: Path) -> None:
    """F9: no 200 while the database is locked, so Slack comes back; then it counts."""
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.ack_timeout = 1.5
    await noticed(house)
    payload = reaction(house)
    with locked(tmp_path):
        assert not (await deliver(house, payload, EVENT)).ok
    retry = Delivery(EVENT, payload, retry_num=1, retry_reason="http_error")
    assert (await house.slack.outbound.send(retry)).ok
    await house.slack.wait(lambda: "Seen by" in house.reporter.dm[0].text)


@pytest.mark.parametrize("at", ["NaN", "inf", "-inf", "1e400", "9" * 40, "soon", "1700000000.0001\n", ""])
async def test_an_event_of_no_time_is_dropped_once(
    house: House, tmp_path: Path, at: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack never sends one; whoever holds the secret may, and must not have it sent again and again."""
    await noticed(house)
    before = fingerprint(tmp_path)
    said = {"type": "message", "channel_type": "im", "user": house.boss.id, "text": "canary-77", "ts": at}
    said |= {"channel": house.boss.dm[0].channel, "event_ts": at}
    react = reaction(house)
    react["event"]["event_ts"] = at
    for payload in (house.slack.core._envelope(said, None), react):
        answer = await deliver(house, payload, EVENT)
        assert (answer.ok, answer.status) == (True, 200)
    assert fingerprint(tmp_path) == before
    assert "event without a time dropped" in caplog.text
    assert "canary-77" not in caplog.text


# --- Socket Mode only ---------------------------------------------------------------------------
async def test_a_refresh_never_closes_both_connections(tmp_path: Path) -> None:
    """F17: Slack asks both to go at the same moment, several times; one is open at every moment."""
    async with open_house(tmp_path, "socket") as house:
        sockets, counts = house.slack.socket, [2]
        house.slack.on_change(lambda: counts.append(len(sockets.connections)))
        for turn in range(4):
            old = set(sockets.connections)
            await sockets.disconnect("refresh_requested" if turn % 2 else "warning")
            await house.slack.wait(
                lambda old=old: (
                    len(set(sockets.connections) - old) >= 2 and not set(sockets.connections) & old
                ),
                timeout=10,
            )
        assert min(counts) >= 1
        assert len(counts) > 16


async def test_nothing_is_lost_while_one_connection_is_replaced(tmp_path: Path) -> None:
    """Every keystroke of somebody who types meanwhile is acknowledged and kept."""
    async with open_house(tmp_path, "socket") as house:
        rina, sockets = house.reporter, house.slack.socket
        await to_page(house, "assess")
        for turn in range(6):
            going = sockets.connections[turn % 2]
            await sockets.disconnect("refresh_requested", connection=going)
            key = 0
            while going in sockets.connections or len(sockets.connections) < 2:
                key += 1
                delivery = await rina.fill("q1_mistake", f"turn {turn}, key {key}")
                assert delivery is not None
                assert delivery.ok
            kept = str(rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'assess'"))
            assert f"turn {turn}, key {key}" in kept


async def test_lost_connections_come_back_by_themselves(tmp_path: Path) -> None:
    """The network breaks without a word."""
    async with open_house(tmp_path, "socket") as house:
        house.slack.expect("dispatch_failed", "operation_timeout")
        await to_page(house, "assess")
        house.slack.socket.cut()
        await house.slack.wait(lambda: not house.slack.socket.connections)
        await house.slack.wait(lambda: len(house.slack.socket.connections) >= 1, timeout=15)
        delivery = await house.reporter.fill("q1_mistake", "after the break")
        assert delivery is not None
        assert delivery.ok
