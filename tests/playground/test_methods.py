"""Web API methods other than views: tokens, scopes, who may post where, history, people, uploads."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import LocalSlack

from .tinybolt import NOTICE, refused

GENERAL, DELIVERY, LEADS, SECRET, ARCHIVED, PARTNERS = (f"C000ROOM{n}" for n in range(1, 7))
SMILE = "slightly_smiling_face"


async def test_tokens(slack: LocalSlack, client: AsyncWebClient) -> None:
    who = await client.auth_test()
    assert (who["user_id"], who["bot_id"]) == (slack.core.bot.id, slack.core.bot_id)
    assert "chat:write" in who.headers["X-OAuth-Scopes"]
    wrong = AsyncWebClient(token="xoxb-wrong", base_url=slack.api_url)
    await refused(wrong.auth_test(), slack, "invalid_auth")
    await refused(AsyncWebClient(base_url=slack.api_url).auth_test(), slack, "not_authed")
    await refused(client.apps_connections_open(app_token=slack.bot_token), slack, "not_allowed_token_type")
    slack.refusal = "token_revoked"
    await refused(client.auth_test(), slack, "token_revoked")


async def test_a_missing_scope_names_itself(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.scopes.discard("users:read")
    error = await refused(client.users_info(user="U000RINA"), slack, "missing_scope")
    assert error.response["needed"] == "users:read"
    assert "chat:write" in error.response["provided"].split(",")
    await refused(client.conversations_info(channel=slack.core.dm("U000RINA").id), slack, "missing_scope")
    await refused(client.reactions_add(channel=DELIVERY, timestamp="1.1", name=SMILE), slack, "missing_scope")


async def test_what_slack_does_not_have_is_unexpected(slack: LocalSlack, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="unknown_method"):
        await client.api_call("chat.sing")
    assert [call.method for call in slack.unexpected()] == ["chat.sing"]  # type: ignore[union-attr]
    slack.expect("unknown_method")
    assert slack.unexpected() == []


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        (GENERAL, "not_in_channel"),
        (SECRET, "channel_not_found"),
        (ARCHIVED, "is_archived"),
        ("C0", "channel_not_found"),
        ("U000DAVE", "channel_not_found"),
    ],
)
async def test_where_the_app_may_not_post(
    slack: LocalSlack, client: AsyncWebClient, channel: str, error: str
) -> None:
    await refused(client.chat_postMessage(channel=channel, text="hello"), slack, error)
    assert not slack.calls[-1].executed


async def test_where_the_app_may_post(slack: LocalSlack, client: AsyncWebClient) -> None:
    for channel in (DELIVERY, LEADS, slack.core.dm("U000RINA").id, "U000BERT"):
        await client.chat_postMessage(channel=channel, text="hello")
    assert slack.person("boss").dm[0].text == "hello"
    slack.scopes.add("chat:write.public")
    await client.chat_postMessage(channel=GENERAL, text="hello")


async def test_content_rules(slack: LocalSlack, client: AsyncWebClient) -> None:
    post, update = client.chat_postMessage, client.chat_update
    await refused(client.api_call("chat.postMessage", json={"channel": DELIVERY}), slack, "no_text")
    posted = await post(channel=DELIVERY, text="x", metadata={"event_type": "n", "event_payload": {"n": "1"}})
    await refused(update(channel=DELIVERY, ts=posted["ts"], text="x" * 4001), slack, "msg_too_long")
    await refused(update(channel=DELIVERY, ts="1.1", text="x"), slack, "message_not_found")
    await refused(post(channel=DELIVERY, text="x", thread_ts="1.1"), slack, "thread_not_found")
    said = await slack.person("t1").say(DELIVERY, "mine")
    await refused(update(channel=DELIVERY, ts=said.ts, text="x"), slack, "cant_update_message")
    await refused(client.chat_delete(channel=DELIVERY, ts=said.ts), slack, "cant_delete_message")
    await update(channel=DELIVERY, ts=posted["ts"], text="y")
    message = slack.workspace.message(DELIVERY, posted["ts"])
    assert message is not None
    assert (message.text, message.metadata) == ("y", {"event_type": "n", "event_payload": {"n": "1"}})
    await client.chat_delete(channel=DELIVERY, ts=posted["ts"])
    assert message.deleted


async def test_malformed_blocks_are_refused(slack: LocalSlack, client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]
    post = client.chat_postMessage(channel=DELIVERY, text="x", blocks=blocks)
    await refused(post, slack, "invalid_blocks")
    assert slack.violations
    slack.violations.clear()


async def test_one_message_a_second_when_asked_for(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.enforce_rate = True
    await client.chat_postMessage(channel=DELIVERY, text="1")
    await client.chat_postMessage(channel=LEADS, text="2")
    error = await refused(client.chat_postMessage(channel=DELIVERY, text="3"), slack, "ratelimited")
    assert (error.response.status_code, error.response.headers["Retry-After"]) == (429, "1")


async def test_history_of_the_apps_own_dm(slack: LocalSlack, client: AsyncWebClient) -> None:
    bert = slack.person("boss")
    channel = (await client.conversations_open(users=bert.id))["channel"]["id"]
    meta = {"event_type": "nudge", "event_payload": {"n": "abc"}}
    posted = [await client.chat_postMessage(channel=channel, text=str(n), metadata=meta) for n in range(5)]
    await client.chat_postMessage(channel=channel, text="reply", thread_ts=posted[0]["ts"])
    oldest = posted[0]["ts"]
    page = await client.conversations_history(
        channel=channel, oldest=oldest, limit=3, include_all_metadata=True
    )
    assert [message["text"] for message in page["messages"]] == ["4", "3", "2"]
    assert page["messages"][0]["metadata"] == meta
    cursor = page["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=channel, oldest=oldest, limit=3, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["1"]
    assert "metadata" not in rest["messages"][0]
    assert not rest["has_more"]
    thread = await client.conversations_replies(channel=channel, ts=oldest)
    assert [message["text"] for message in thread["messages"]] == ["0", "reply"]
    slack.faults.history_lag = 60.0
    assert (await client.conversations_history(channel=channel))["messages"] == []


async def test_history_of_others_cannot_be_read(slack: LocalSlack, client: AsyncWebClient) -> None:
    await refused(client.conversations_history(channel=DELIVERY), slack, "missing_scope")
    slack.scopes.add("channels:history")
    await refused(client.conversations_history(channel=GENERAL), slack, "not_in_channel")


@pytest.mark.parametrize(
    ("role", "error"),
    [("robot", "cannot_dm_bot"), ("deactivated", "user_disabled"), ("stranger", "user_not_visible")],
)
async def test_whom_the_app_cannot_write_to(
    slack: LocalSlack, client: AsyncWebClient, role: str, error: str
) -> None:
    await refused(client.conversations_open(users=slack.person(role).id), slack, error)


async def test_opening_a_dm_is_idempotent(slack: LocalSlack, client: AsyncWebClient) -> None:
    first = await client.conversations_open(users="U000RINA")
    again = await client.conversations_open(users="U000RINA")
    assert first["channel"] == again["channel"]
    assert again["already_open"]
    assert (await client.conversations_open(users=slack.person("outsider").id))["ok"]
    await refused(client.conversations_open(users="U0"), slack, "user_not_found")


async def test_what_the_app_sees_of_channels(slack: LocalSlack, client: AsyncWebClient) -> None:
    partners = (await client.conversations_info(channel=PARTNERS))["channel"]
    assert (partners["is_ext_shared"], partners["is_member"]) == (True, True)
    assert not (await client.conversations_info(channel=GENERAL))["channel"]["is_member"]
    assert (await client.conversations_info(channel=ARCHIVED))["channel"]["is_archived"]
    await refused(client.conversations_info(channel=SECRET), slack, "channel_not_found")
    members = await client.conversations_members(channel=LEADS, limit=3)
    more = await client.conversations_members(
        channel=LEADS, cursor=members["response_metadata"]["next_cursor"]
    )
    found = {*members["members"], *more["members"]}
    assert found == slack.workspace.channels[LEADS].members
    both = await client.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    names = {channel["name"] for channel in both["channels"]}
    assert names == {"general", "delivery", "leads", "partners"}


async def test_a_new_private_channel(slack: LocalSlack, client: AsyncWebClient) -> None:
    made = (await client.conversations_create(name="inc-1-calm-river", is_private=True))["channel"]
    await client.conversations_invite(channel=made["id"], users=["U000RINA", "U000BERT"])
    assert slack.workspace.channels[made["id"]].members >= {"U000RINA", "U000BERT"}
    await refused(client.conversations_create(name="inc-1-calm-river", is_private=True), slack, "name_taken")
    await refused(
        client.conversations_create(name="Not Good", is_private=True), slack, "invalid_name_specials"
    )
    again = client.conversations_invite(channel=made["id"], users=["U000RINA"])
    await refused(again, slack, "already_in_channel")
    await refused(client.conversations_create(name="open"), slack, "missing_scope")
    await refused(client.conversations_join(channel=GENERAL), slack, "missing_scope")
    slack.scopes.add("channels:join")
    await client.conversations_join(channel=GENERAL)


async def test_people(slack: LocalSlack, client: AsyncWebClient) -> None:
    rina = (await client.users_info(user="U000RINA"))["user"]
    assert (rina["tz"], rina["is_bot"], rina["deleted"]) == ("Europe/London", False, False)
    assert (await client.users_info(user=slack.person("guest").id))["user"]["is_restricted"]
    assert (await client.users_info(user=slack.person("robot").id))["user"]["is_bot"]
    gone = (await client.users_info(user=slack.person("deactivated").id))["user"]
    assert gone["deleted"]
    assert "tz" not in gone
    olga = (await client.users_info(user=slack.person("outsider").id))["user"]
    assert olga["team_id"] != slack.workspace.team_id
    assert "is_stranger" not in olga
    assert (await client.users_info(user=slack.person("stranger").id))["user"]["is_stranger"]
    await refused(client.users_info(user="U0"), slack, "user_not_found")
    assert not (await client.dnd_info(user="U000RINA"))["dnd_enabled"]


async def test_reactions(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.scopes.add("reactions:write")
    place = {"channel": DELIVERY, "timestamp": (await slack.person("t1").say(DELIVERY, "hm")).ts}
    await client.reactions_add(**place, name=SMILE)
    await refused(client.reactions_add(**place, name=SMILE), slack, "already_reacted")
    got = (await client.reactions_get(**place))["message"]["reactions"]
    assert got == [{"name": SMILE, "users": [slack.core.bot.id], "count": 1}]
    await client.reactions_remove(**place, name=SMILE)
    await refused(client.reactions_remove(**place, name=SMILE), slack, "no_reaction")
    await refused(
        client.reactions_add(channel=DELIVERY, timestamp="1.1", name=SMILE), slack, "message_not_found"
    )


async def test_ephemeral_messages_and_links(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel=DELIVERY, user="U000RINA", text="psst", blocks=NOTICE)
    assert slack.person("reporter").ephemerals[0].text == "psst"
    outside = client.chat_postEphemeral(channel=LEADS, user="U000RINA", text="psst")
    await refused(outside, slack, "user_not_in_channel")
    said = await slack.person("t1").say(DELIVERY, "hm")
    link = (await client.chat_getPermalink(channel=DELIVERY, message_ts=said.ts))["permalink"]
    assert link == f"https://local-slack.slack.com/archives/{DELIVERY}/p{said.ts.replace('.', '')}"


async def test_an_upload(slack: LocalSlack, client: AsyncWebClient) -> None:
    await client.files_upload_v2(channel=DELIVERY, filename="a.md", content="# What happened", title="Report")
    file = next(iter(slack.workspace.files.values()))
    assert (file.content, file.title, file.complete) == (b"# What happened", "Report", True)
    unsent = await client.files_getUploadURLExternal(filename="b.md", length=3)
    done = client.files_completeUploadExternal(files=[{"id": unsent["file_id"], "title": "b"}])
    await refused(done, slack, "file_not_found")


async def test_broken_json_is_refused_like_anything_else(slack: LocalSlack) -> None:
    slack.expect("invalid_json")
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    is_json = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, more in (("{", is_json), ("[]", is_json), ({"view": "{"}, {})):
            async with session.post(f"{slack.api_url}views.open", data=body, headers=more) as answer:
                assert (await answer.json())["error"] == "invalid_json"
    assert [call.error for call in slack.calls] == ["invalid_json"] * 3


async def test_only_loopback_names_and_own_pages_get_in(slack: LocalSlack) -> None:
    address = f"{slack.url}/api/auth.test"
    token = {"Authorization": f"Bearer {slack.bot_token}"}
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            async with session.post(address, headers={**token, **headers}) as answer:
                assert answer.status == 403
        async with session.post(address, headers={**token, "Origin": slack.url}) as answer:
            assert (await answer.json())["ok"]
    assert len(slack.calls) == 1
