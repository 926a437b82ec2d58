"""Posts to a response URL: five uses, half an hour, replacing, deleting, speaking to all."""

from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.server import LocalSlack

from .tinybolt import NOTICE, TinyBolt

DELIVERY = "C000ROOM2"


async def hook(slack: LocalSlack, app: TinyBolt) -> AsyncWebhookClient:
    """The response URL of a command typed in a channel."""
    await slack.person("reporter").command("/raw", "x", channel=DELIVERY)
    return AsyncWebhookClient(app.seen[-1]["response_url"])


async def test_it_works_five_times(slack: LocalSlack, app: TinyBolt) -> None:
    url = await hook(slack, app)
    for number in range(5):
        assert (await url.send(text=str(number))).status_code == 200
    sixth = await url.send(text="6")
    assert (sixth.status_code, "used_url" in sixth.body) == (404, True)
    assert [message.text for message in slack.person("reporter").ephemerals[1:]] == list("01234")
    assert [call.error for call in slack.unexpected()] == ["used_url"]
    slack.expect("used_url")


async def test_it_works_for_half_an_hour(slack: LocalSlack, app: TinyBolt) -> None:
    url = await hook(slack, app)
    slack.clock.advance(29 * 60)
    assert (await url.send(text="in time")).status_code == 200
    slack.clock.advance(2 * 60)
    slack.expect("expired_url")
    assert (await url.send(text="too late")).status_code == 404
    slack.expect("no_such_hook")
    assert (await AsyncWebhookClient(f"{slack.url}/hooks/T/x").send(text="?")).status_code == 404


async def test_it_can_speak_to_all(slack: LocalSlack, app: TinyBolt) -> None:
    url = await hook(slack, app)
    await url.send(text="for all", response_type="in_channel")
    assert [message.text for message in slack.workspace.channels[DELIVERY].messages.values()] == ["for all"]


async def test_it_replaces_and_deletes_where_it_came_from(slack: LocalSlack, app: TinyBolt) -> None:
    bert = slack.person("boss")
    await app.client.chat_postMessage(channel=bert.id, text="old", blocks=NOTICE)
    await bert.click(bert.dm[0], "seen")
    url = AsyncWebhookClient(app.seen[-1]["response_url"])
    await url.send(text="new", replace_original=True)
    assert (bert.dm[0].text, bert.dm[0].blocks) == ("new", [])
    await url.send(delete_original=True)
    assert bert.dm[0].deleted


async def test_ephemeral_messages_can_be_clicked_and_replaced(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await (await hook(slack, app)).send(text="psst", blocks=NOTICE)
    shown = rina.ephemerals[-1]
    await rina.click(shown, "seen")
    click = app.seen[-1]
    assert click["container"]["is_ephemeral"]
    assert "message" not in click
    await AsyncWebhookClient(click["response_url"]).send(text="done", replace_original=True)
    assert shown.text == "done"


async def test_faults_reach_it_too(slack: LocalSlack, app: TinyBolt) -> None:
    url = await hook(slack, app)
    slack.faults.add(method="response_url", kind="503")
    assert (await url.send(text="x")).status_code == 503
    assert (await url.send(text="x")).status_code == 200
