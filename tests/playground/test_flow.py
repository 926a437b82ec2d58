"""A real Bolt app against the local Slack, over both transports: ways in, modals, messages, Home."""

import copy

import pytest

from bot.playground.driver import Member
from bot.playground.errors import ClientRefused
from bot.playground.server import LocalSlack
from bot.playground.workspace import Message

from .tinybolt import NOTICE, TinyBolt, entry, modal


async def test_a_command_opens_a_modal_and_a_submission_replaces_it(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    result = await rina.command("/tiny", "hello @bert in #general <b>")
    first = await rina.wait_modal()
    assert result.ok
    assert app.seen[0]["text"] == "hello <@U000BERT|bert> in <#C000ROOM1|general> &lt;b&gt;"
    await rina.fill("what", "the wrong file")
    assert app.seen[-1]["view"]["state"]["values"]["what"]["typed"]["value"] == "the wrong file"
    app.answer = {"response_action": "update", "view": modal("Two", entry("what"), entry("who"))}
    submitted = await rina.submit()
    assert submitted.action == "update"
    assert rina.modal is not None
    assert (rina.modal["id"], rina.modal["title"]["text"]) == (first["id"], "Two")
    assert rina.modal["hash"] != first["hash"]
    values = rina.modal["state"]["values"]
    assert (values["what"]["typed"]["value"], values["who"]["typed"]["value"]) == ("the wrong file", None)


async def test_required_inputs_are_checked_before_anything_is_sent(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    result = await rina.submit()
    assert (result.action, list(result.errors), result.delivery) == ("errors", ["what"], None)
    with pytest.raises(ClientRefused, match="200 characters"):
        await rina.fill("what", "x" * 201)


async def test_the_four_answers_to_a_submission(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    await rina.fill("what", "x", dispatch=False)
    app.answer = {"response_action": "errors", "errors": {"what": "say more"}}
    assert (await rina.submit()).errors == {"what": "say more"}
    app.answer = {"response_action": "push", "view": modal("Below")}
    assert (await rina.submit()).action == "push"
    assert [view.body["title"]["text"] for view in rina.stack] == ["One", "Below"]
    assert rina.stack[1].previous_id == rina.stack[1].root_id == rina.stack[0].id
    await rina.fill("what", "y", dispatch=False)
    app.answer = {}
    assert (await rina.submit()).action == "close"
    assert len(rina.stack) == 1
    app.answer = {"response_action": "clear"}
    assert (await rina.submit()).action == "clear"
    assert rina.modal is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "no such input"}},
        {
            "response_action": "update",
            "view": {**modal("Two"), "title": {"type": "plain_text", "text": "x" * 25}},
        },
    ],
)
async def test_a_broken_answer_leaves_the_modal_with_what_was_typed(
    slack: LocalSlack, app: TinyBolt, answer: dict[str, object]
) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    await rina.fill("what", "precious")
    app.answer = answer
    assert (await rina.submit()).action == "trouble"
    assert rina.modal is not None
    assert rina.modal["state"]["values"]["what"]["typed"]["value"] == "precious"
    assert [violation.method for violation in slack.violations] == ["response_action"]
    slack.violations.clear()


async def test_closing_tells_the_app_only_when_it_asked(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.command("/tiny")
    assert await rina.close_modal() is None
    await rina.command("/tiny")
    trigger = slack.core.triggers.issue(rina.id, rina.stack[0].id)
    await app.client.views_push(trigger_id=trigger, view=modal("Two", notify_on_close=True))
    await rina.close_modal()
    assert (app.seen[-1]["type"], app.seen[-1]["is_cleared"]) == ("view_closed", False)
    assert len(rina.stack) == 1


async def test_a_command_may_answer_in_its_ack(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    result = await rina.command("/raw", "<hi> @bert", channel="C000ROOM2")
    assert [message.text for message in result.ephemerals] == ["You said: <hi> @bert"]
    assert rina.ephemerals[0].channel == "C000ROOM2"


async def test_what_the_manifest_does_not_declare_cannot_be_used(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    result = await rina.command("/unknown")
    assert (result.error, result.ephemerals[0].user) == ("invalid_command", "USLACKBOT")
    with pytest.raises(ClientRefused):
        await rina.shortcut("about")
    with pytest.raises(ClientRefused):
        await slack.person("outsider").command("/tiny")
    assert app.seen == []


async def test_shortcuts(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.shortcut("start")
    assert rina.modal is not None
    said = await rina.say("C000ROOM1", "I sent the wrong file")
    await rina.message_shortcut("about", said.channel, said.ts)
    assert app.seen[-1]["message"]["text"] == "I sent the wrong file"
    assert app.seen[-1]["channel"] == {"id": "C000ROOM1", "name": "general"}
    with pytest.raises(ClientRefused):
        await slack.person("outsider").message_shortcut("about", said.channel, said.ts)


async def notify(app: TinyBolt, bert: Member) -> Message:
    """Let the app send the boss its notice."""
    channel = (await app.client.conversations_open(users=[bert.id]))["channel"]["id"]
    await app.client.chat_postMessage(channel=channel, text="Something happened", blocks=NOTICE)
    return bert.dm[0]


async def test_a_notice_with_reactions_and_a_reply(slack: LocalSlack, app: TinyBolt) -> None:
    bert = slack.person("boss")
    notice = await notify(app, bert)
    await bert.react(notice, "eyes")
    await bert.unreact(notice, "eyes")
    await slack.wait(lambda: app.events("reaction_removed"))
    item = {"type": "message", "channel": notice.channel, "ts": notice.ts}
    assert app.events("reaction_added")[0]["item"] == app.events("reaction_removed")[0]["item"] == item
    await bert.say(notice.channel, "thanks", thread_ts=notice.ts)
    await slack.wait(lambda: app.events("message"))
    assert app.events("message")[0]["thread_ts"] == notice.ts


async def test_buttons_on_todays_and_yesterdays_card(slack: LocalSlack, app: TinyBolt) -> None:
    bert = slack.person("boss")
    notice = await notify(app, bert)
    old = copy.deepcopy(notice)
    assert (await bert.click(notice, "seen")).ok
    click = app.seen[-1]
    assert click["container"]["message_ts"] == notice.ts
    assert click["actions"][0]["value"] == "seen-value"
    await app.client.chat_update(channel=notice.channel, ts=notice.ts, text="Seen", blocks=NOTICE[:1])
    with pytest.raises(ClientRefused):
        await bert.click(notice, "later")
    assert (await bert.click(old, "later")).ok
    with pytest.raises(ClientRefused):
        await slack.person("reporter").click(notice, "later")


async def test_the_home_tab(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    await rina.open_home()
    await slack.wait(lambda: app.events("app_home_opened"))
    assert "view" not in app.events("app_home_opened")[0]
    home = {"type": "home", "blocks": [{"type": "actions", "elements": NOTICE[1]["elements"]}]}
    await app.client.views_publish(user_id=rina.id, view=home)
    await rina.press("seen", on="home")
    assert app.seen[-1]["view"]["type"] == "home"
    assert rina.home is not None
    await rina.open_home("messages")
    await slack.wait(lambda: len(app.events("app_home_opened")) == 2)
    assert app.events("app_home_opened")[1]["view"]["id"] == rina.home["id"]
