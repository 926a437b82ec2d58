"""On the way to the app: signatures, lost acks, repetitions, connections that come and go."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.delivery import EVENT, INTERACTIVE, Delivery, encode, sign
from bot.playground.server import LocalSlack

from .tinybolt import TinyBolt, modal, refused


@asynccontextmanager
async def session_and_socket(slack: LocalSlack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare WebSocket to the local Slack, before its first word."""
    client = AsyncWebClient(base_url=slack.api_url)
    opened = await client.apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as ws:
        yield ws


@asynccontextmanager
async def connected(slack: LocalSlack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A bare WebSocket that has been greeted."""
    async with session_and_socket(slack) as ws:
        assert (await ws.receive_json())["type"] == "hello"
        await slack.wait(lambda: slack.socket.connections)
        yield ws


async def test_signatures_are_slacks_own() -> None:
    body, content_type = encode(Delivery(INTERACTIVE, {"type": "shortcut", "text": "ö & <"}))
    verifier = SignatureVerifier("secret")
    assert content_type == "application/x-www-form-urlencoded"
    headers = sign("secret", body, int(verifier.clock.now()))
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(body + b"x", headers)


async def test_a_repeated_event_says_so(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.open_home()
    await slack.wait(lambda: app.events("app_home_opened"))
    await slack.settle()
    first = slack.deliveries[-1]
    again = await slack.redeliver(first, retry_num=2)
    assert again.ok
    assert (app.headers[-1], again.event_id) == ("2", first.event_id)
    assert again.subject == first.subject == "app_home_opened"
    twin = await slack.twin(first)
    assert twin.event_id != first.event_id
    assert len(app.events("app_home_opened")) == 3


async def test_a_lost_ack_keeps_the_modal_and_its_text(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    await rina.fill("what", "typed")
    slack.socket.drop_acks(1)
    result = await rina.submit()
    assert result.action == "trouble"
    assert rina.modal is not None
    assert rina.modal["state"]["values"]["what"]["typed"]["value"] == "typed"
    assert (await rina.submit()).action == "close"
    assert len(app.events("view_submission")) == 2


async def test_a_repeated_submission_carries_what_was_typed_then(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    await rina.fill("what", "first")
    app.answer = {"response_action": "errors", "errors": {"what": "again"}}
    submitted = (await rina.submit()).delivery
    await rina.fill("what", "second")
    await slack.redeliver(submitted)
    assert app.seen[-1]["view"]["state"]["values"]["what"]["typed"]["value"] == "first"


async def test_a_share_of_acks_is_lost(slack: LocalSlack, app: TinyBolt) -> None:
    slack.socket.drop_acks(0.5)
    results = [await slack.person("reporter").command("/raw") for _ in range(40)]
    assert 8 < sum(not result.ok for result in results) < 32


async def test_a_late_ack_is_a_timeout(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    slack.expect("operation_timeout")
    slack.ack_timeout = 0.05
    await rina.command("/tiny")
    app.wait_before_ack.clear()
    late = await rina.fill("what", "typed")
    assert late is not None
    assert late.error == "operation_timeout"
    assert slack.unexpected() == []
    app.wait_before_ack.set()


async def test_an_app_that_raises(slack: LocalSlack, app: TinyBolt) -> None:
    slack.ack_timeout = 0.2
    slack.expect("operation_timeout", "http_service_error")
    slack.faults.add(method="views.open", kind="error:fatal_error")
    result = await slack.person("reporter").command("/tiny")
    assert not result.ok
    assert result.ephemerals[0].user == "USLACKBOT"


async def test_nobody_there(slack: LocalSlack) -> None:
    slack.expect("dispatch_failed")
    rina = slack.person("reporter")
    assert (await rina.command("/tiny")).error == "dispatch_failed"
    slack.events_url = "http://127.0.0.1:9/slack/events"
    assert (await rina.command("/tiny")).error == "dispatch_failed"


async def test_events_are_repeated_three_times_when_asked_for(slack: LocalSlack) -> None:
    slack.expect("dispatch_failed")
    slack.retry_events, slack.retry_delays = True, (0.0, 0.0, 0.0)
    await slack.person("reporter").open_home()
    await slack.settle()
    assert [one.retry_num for one in slack.deliveries] == [0, 1, 2, 3]
    assert slack.deliveries[1].retry_reason == "connection_failed"


async def test_an_app_can_ask_for_no_repetition(slack: LocalSlack) -> None:
    slack.expect("http_service_error")

    async def refuse(request: web.Request) -> web.Response:
        assert json.loads(await request.text())["type"] == "event_callback"
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    server = web.Application()
    server.router.add_post("/", refuse)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.events_url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    slack.retry_events, slack.retry_delays = True, (0.0, 0.0, 0.0)
    await slack.person("reporter").open_home()
    await slack.settle()
    await runner.cleanup()
    assert [one.status for one in slack.deliveries] == [500]


async def test_payloads_go_to_any_connection(slack: LocalSlack, socket_app: TinyBolt) -> None:
    await socket_app.connect()
    first, second = slack.socket.connections
    rina = slack.person("reporter")
    await asyncio.gather(*(rina.command("/raw", str(n)) for n in range(10)))
    assert len(socket_app.seen) == 10
    assert first.delivered == second.delivered == 5


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_refreshed_connection_comes_back(
    slack: LocalSlack, socket_app: TinyBolt, reason: str
) -> None:
    old = slack.socket.connections[0]
    await slack.socket.disconnect(reason)
    await slack.wait(lambda: slack.socket.connections and slack.socket.connections[0] is not old)
    assert (await slack.person("reporter").command("/raw")).ok


async def test_a_warning_does_not_close_the_connection(slack: LocalSlack) -> None:
    async with connected(slack) as ws:
        await slack.socket.disconnect("warning")
        assert (await ws.receive_json())["reason"] == "warning"
        assert not slack.socket.connections[0].draining


async def test_who_does_not_go_is_closed(slack: LocalSlack) -> None:
    slack.socket.drain_seconds = 0.0
    async with connected(slack) as ws:
        await slack.socket.disconnect()
        assert (await ws.receive_json())["reason"] == "refresh_requested"
        assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_two_connections_refreshed_in_turn_lose_nothing(
    slack: LocalSlack, socket_app: TinyBolt
) -> None:
    await socket_app.connect()
    rina = slack.person("reporter")

    async def refresh() -> None:
        for _ in range(5):
            oldest = slack.socket.connections[0]
            await slack.socket.disconnect(connection=oldest)
            await slack.wait(lambda: sum(not one.draining for one in slack.socket.connections) == 2)

    turning = asyncio.create_task(refresh())
    sent = 0
    while not turning.done():
        assert (await rina.command("/raw", str(sent))).ok
        sent += 1
    await turning
    assert sent == len(socket_app.seen) > 5


async def test_an_ack_may_come_over_the_next_connection(slack: LocalSlack, socket_app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    socket_app.wait_before_ack.clear()
    typing = asyncio.create_task(rina.fill("what", "typed"))
    await slack.wait(lambda: slack.socket.connections[0].waiting)
    old = slack.socket.connections[0]
    await slack.socket.disconnect()
    await slack.wait(lambda: slack.socket.connections and slack.socket.connections[0] is not old)
    socket_app.wait_before_ack.set()
    delivery = await typing
    assert delivery is not None
    assert delivery.ok


async def test_a_lost_connection_fails_what_was_on_its_way(slack: LocalSlack, socket_app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    slack.expect("dispatch_failed")
    socket_app.wait_before_ack.clear()
    typing = asyncio.create_task(rina.fill("what", "typed"))
    await slack.wait(lambda: slack.socket.connections[0].waiting)
    slack.socket.cut()
    delivery = await typing
    assert delivery is not None
    assert delivery.error == "dispatch_failed"
    socket_app.wait_before_ack.set()


async def test_ten_connections_are_the_most(slack: LocalSlack) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connected(slack)) for _ in range(10)]
        assert len(slack.socket.connections) == len(sockets)
        async with session_and_socket(slack) as eleventh:
            refusal = await eleventh.receive_json()
        assert (refusal["type"], refusal["reason"]) == ("disconnect", "too_many_websockets")


async def test_a_black_hole_swallows_acks_and_stays_open(slack: LocalSlack) -> None:
    slack.expect("operation_timeout")
    slack.socket.ping_seconds, slack.ack_timeout = None, 0.05
    async with connected(slack) as ws:
        slack.socket.black_hole()
        typed = asyncio.create_task(slack.person("reporter").command("/raw"))
        envelope = await ws.receive_json()
        await ws.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await typed).error == "operation_timeout"
        assert len(slack.socket.connections) == 1
        slack.socket.cut()


async def test_a_connection_needs_a_ticket(slack: LocalSlack) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{slack.url}/link?ticket=guessed") as answer:
        assert answer.status == 403


async def test_forged_payloads_can_be_sent(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    await rina.fill("what", "typed")
    forged = {**slack.deliveries[-1].payload, "user": {"id": "U0", "team_id": "T0", "username": "nobody"}}
    await slack.outbound.send(Delivery(INTERACTIVE, forged))
    assert app.seen[-1]["user"]["id"] == "U0"
    await refused(app.client.views_update(view_id="V0", view=modal("x")), slack, "not_found")
    assert slack.deliveries[-1].kind != EVENT
