"""Which events reach the app: what it subscribed to, has the scope for, and is there to see."""

import pytest

from bot.playground.errors import ClientRefused
from bot.playground.server import LocalSlack

from .tinybolt import TinyBolt

GENERAL, DELIVERY, LEADS = "C000ROOM1", "C000ROOM2", "C000ROOM3"


async def kinds(slack: LocalSlack, app: TinyBolt) -> list[str]:
    """The types of all events that arrived."""
    await slack.settle()
    return [one["type"] for one in app.seen]


async def test_reactions_need_membership_and_scope(slack: LocalSlack, app: TinyBolt) -> None:
    zoe = slack.person("t1")
    outside, inside = await zoe.say(GENERAL, "a"), await zoe.say(DELIVERY, "b")
    await zoe.react(outside, "eyes")
    assert await kinds(slack, app) == []
    await zoe.react(inside, "+1::skin-tone-3")
    assert await kinds(slack, app) == ["reaction_added"]
    slack.scopes.discard("reactions:read")
    await zoe.unreact(inside, "+1::skin-tone-3")
    assert await kinds(slack, app) == ["reaction_added"]


async def test_typed_replies_need_their_scope(slack: LocalSlack, app: TinyBolt) -> None:
    bert = slack.person("boss")
    channel = slack.core.dm(bert.id).id
    slack.scopes.discard("im:history")
    await bert.say(channel, "unheard")
    slack.scopes.add("im:history")
    said = await bert.say(channel, "heard")
    await bert.edit(said, "heard, edited")
    await bert.delete(said)
    await slack.settle()
    payloads = [one.payload["event"] for one in slack.deliveries]
    assert [one.get("subtype") for one in payloads] == [None, "message_changed", "message_deleted"]
    assert (payloads[0]["text"], payloads[0]["channel_type"]) == ("heard", "im")
    assert payloads[1]["message"]["text"] == "heard, edited"
    assert payloads[2]["previous_message"]["ts"] == said.ts
    with pytest.raises(ClientRefused):
        await slack.person("reporter").edit(said, "not mine")


async def test_the_apps_own_messages_come_back_to_it(slack: LocalSlack, app: TinyBolt) -> None:
    posted = await app.client.chat_postMessage(channel="U000BERT", text="x")
    await app.client.chat_update(channel=posted["channel"], ts=posted["ts"], text="y")
    await slack.settle()
    assert [one.payload["event"].get("subtype") for one in slack.deliveries] == [None, "message_changed"]
    assert slack.deliveries[0].payload["event"]["bot_id"] == slack.core.bot_id


async def test_joining_and_leaving(slack: LocalSlack, app: TinyBolt) -> None:
    zoe, boss = slack.person("t1"), slack.person("boss")
    await zoe.invite_app(GENERAL)
    await zoe.remove_app(GENERAL)
    await boss.remove_app(LEADS)
    assert await kinds(slack, app) == ["member_joined_channel", "channel_left", "group_left"]
    assert app.seen[0]["user"] == slack.core.bot.id
    with pytest.raises(ClientRefused):
        await zoe.invite_app(LEADS)


@pytest.mark.parametrize("tokens_first", [False, True])
async def test_an_uninstall_in_either_order(slack: LocalSlack, app: TinyBolt, tokens_first: bool) -> None:
    slack.uninstall(tokens_first=tokens_first)
    assert slack.refusal == "account_inactive"
    slack.reinstall()
    await slack.settle()
    order = [one.payload["event"]["type"] for one in slack.deliveries]
    assert order == (
        ["tokens_revoked", "app_uninstalled"] if tokens_first else ["app_uninstalled", "tokens_revoked"]
    )


async def test_where_nobody_can_write(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    for channel, thread in ((LEADS, None), (DELIVERY, "1.1"), ("C000ROOM5", None)):
        with pytest.raises(ClientRefused):
            await rina.say(channel, "x", thread_ts=thread)
    assert app.seen == []
