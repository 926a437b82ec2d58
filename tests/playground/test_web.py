"""The pages over plain HTTP: what they show, what an action does, and what is refused."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.playground.forms import STATE_KEYS
from bot.playground.web_forms import control_name
from bot.playground.workspace import Channel

from .site import Drawn, Json, Site, running_site
from .test_blockkit import GOOD
from .tinybolt import entry, modal

WHAT = control_name("what", "typed")
VIEWS = {name: payload for name, payload in GOOD.items() if payload.get("type") == "modal"}
MESSAGES = {
    name: payload for name, payload in GOOD.items() if payload.get("blocks") and "type" not in payload
}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The pages; at the end nothing may have gone wrong unexpectedly."""
    async with running_site() as running:
        yield running
        await running.slack.settle()
        assert running.slack.unexpected() == []
        assert running.slack.violations == []


def names(view: Json) -> dict[str, str]:
    """The hidden fields of a modal's form."""
    return {"view": view["id"], "hash": view["hash"]}


async def test_the_page_shows_who_one_is_and_what_one_may_see(site: Site) -> None:
    page = await site.get("/?as=boss")
    assert 'data-testid="person-boss" id="person-boss" aria-current="true"' in page
    assert 'data-testid="tab-leads"' in page
    assert 'data-testid="tab-leads"' not in await site.get("/?as=reporter")


async def test_a_conversation_one_is_not_in_is_not_shown(site: Site) -> None:
    await site.slack.person("boss").say("C000ROOM3", "among leads")
    assert "among leads" in await site.get("/?as=boss&c=C000ROOM3")
    assert "among leads" not in await site.get("/?as=reporter&c=C000ROOM3")


@pytest.mark.parametrize("path", ["/?as=nobody", "/client?as=robot", "/?as=deactivated"])
async def test_nobody_else_can_be_looked_at(site: Site, path: str) -> None:
    async with site.http.get(site.slack.url + path) as answer:
        assert answer.status == 404


async def test_the_page_may_neither_be_framed_nor_run_foreign_scripts(site: Site) -> None:
    async with site.http.get(site.slack.url) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
async def test_other_sites_cannot_act(site: Site, headers: dict[str, str]) -> None:
    address = f"{site.slack.url}/as/reporter/say"
    form = {"channel": "C000ROOM2", "text": "from elsewhere"}
    async with site.http.post(address, data=form, headers=headers) as answer:
        assert answer.status == 403
    assert "from elsewhere" not in await site.get("/?c=C000ROOM2")


async def test_unknown_actions_and_people_are_not_found(site: Site) -> None:
    assert await site.do("reporter", "fly") == 404
    assert await site.do("robot", "say", channel="C000ROOM2", text="x") == 404


async def test_a_message_is_written_and_unread_for_those_it_names(site: Site) -> None:
    assert await site.do("reporter", "say", channel="C000ROOM2", text="@bert look") == 204
    assert 'data-testid="badge-boss"' in await site.get("/?as=reporter")
    assert "@Bert Lindqvist" in await site.get("/?as=boss&c=C000ROOM2")
    assert 'data-testid="badge-boss"' not in await site.get("/?as=reporter")


async def test_a_slash_command_opens_a_modal(site: Site) -> None:
    await site.do("reporter", "say", channel="app", text="/tiny")
    await site.slack.person("reporter").wait_modal()
    assert 'data-testid="modal-submit"' in await site.get("/client?as=reporter")


async def test_an_unknown_command_is_answered_by_slackbot(site: Site) -> None:
    await site.do("reporter", "say", channel="app", text="/nothing at all")
    await site.slack.wait(lambda: site.slack.person("reporter").ephemerals)
    page = await site.get("/?as=reporter")
    assert "Slackbot" in page
    assert "Only visible to you" in page


async def test_a_command_in_a_thread_is_refused_as_slack_does(site: Site) -> None:
    parent = await site.slack.person("boss").say("C000ROOM2", "parent")
    await site.do("reporter", "say", channel="C000ROOM2", text="/tiny", thread=parent.ts)
    assert "do not work in threads" in await site.get("/?as=reporter")
    assert site.tiny.seen == []


async def test_both_kinds_of_shortcuts_reach_the_app(site: Site) -> None:
    message = await site.slack.person("boss").say("C000ROOM2", "look at this")
    await site.do("reporter", "shortcut", callback_id="start")
    await site.do("reporter", "shortcut", callback_id="about", channel="C000ROOM2", ts=message.ts)
    await site.slack.wait(lambda: len(site.tiny.seen) == 2)
    assert [body["type"] for body in site.tiny.seen] == ["shortcut", "message_action"]


async def test_a_reaction_is_given_and_taken_back(site: Site) -> None:
    message = await site.slack.person("boss").say("C000ROOM2", "look")
    for shown in (True, False):
        await site.do("reporter", "react", channel="C000ROOM2", ts=message.ts, name="eyes")
        assert ('data-testid="reaction-eyes"' in await site.get("/?c=C000ROOM2")) is shown


async def test_typing_is_told_to_the_app_only_as_the_block_wants(site: Site) -> None:
    on_character = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    view = await site.open_modal("reporter", modal("One", entry("what", **on_character), entry("enter")))
    typed = {**names(view), WHAT: "abc", control_name("enter", "typed"): "xyz", "action_id": "typed"}
    await site.do("reporter", "use", block_id="what", **typed)
    await site.do("reporter", "use", block_id="enter", **typed)
    await site.do("reporter", "use", block_id="enter", pressed="enter", **typed)
    await site.slack.wait(lambda: len(site.tiny.seen) == 2)
    assert [body["actions"][0]["block_id"] for body in site.tiny.seen] == ["what", "enter"]
    values = site.tiny.seen[0]["view"]["state"]["values"]
    assert [values[key]["typed"]["value"] for key in ("what", "enter")] == ["abc", "xyz"]


async def test_a_submission_with_a_required_field_empty_is_not_sent(site: Site) -> None:
    view = await site.open_modal("reporter", modal("One"))
    await site.do("reporter", "submit", **names(view), **{WHAT: ""})
    assert "Please complete this required field." in await site.get("/client?as=reporter")
    assert site.tiny.seen == []


async def test_the_apps_errors_stand_under_their_fields_until_the_next_try(site: Site) -> None:
    view = await site.open_modal("reporter", modal("One"))
    site.tiny.answer = {"response_action": "errors", "errors": {"what": "In other words, please."}}
    await site.do("reporter", "submit", **names(view), **{WHAT: "abc"})
    page = await site.get("/client?as=reporter")
    assert "In other words, please." in page
    assert 'value="abc"' in page
    site.tiny.answer = {"response_action": "update", "view": modal("Two")}
    await site.do("reporter", "submit", **names(view), **{WHAT: "abc"})
    assert "In other words" not in await site.get("/client?as=reporter")


async def test_a_form_of_an_older_view_is_not_submitted_again(site: Site) -> None:
    view = await site.open_modal("reporter", modal("One"))
    site.tiny.answer = {
        "response_action": "update",
        "view": modal("Two", entry("next", initial_value="kept")),
    }
    for _ in range(2):
        await site.do("reporter", "submit", **names(view), **{WHAT: "abc"})
    assert len(site.tiny.seen) == 1
    await site.do("reporter", "use", block_id="what", action_id="typed", **names(view), **{WHAT: "late"})
    assert 'value="kept"' in await site.get("/client?as=reporter")


async def test_too_long_a_text_is_said_under_the_field(site: Site) -> None:
    view = await site.open_modal("reporter", modal("One"))
    await site.do("reporter", "submit", **names(view), **{WHAT: "x" * 201})
    assert 'data-testid="modal-error"' in await site.get("/client?as=reporter")
    assert site.tiny.seen == []


async def test_no_answer_to_a_submission_is_said_in_the_modal(site: Site) -> None:
    view = await site.open_modal("reporter", modal("One"))
    site.slack.expect("invalid_response_action")
    site.tiny.answer = {"response_action": "errors", "errors": {"elsewhere": "x"}}
    await site.do("reporter", "submit", **names(view), **{WHAT: "abc"})
    page = await site.get("/client?as=reporter")
    assert "We had some trouble connecting. Try again?" in page
    assert 'data-testid="violations"' in page
    assert 'value="abc"' in page
    site.slack.violations.clear()


async def test_closing_takes_the_modal_away(site: Site) -> None:
    view = await site.open_modal("reporter", modal("One"))
    await site.do("reporter", "close", **names(view))
    await site.slack.wait(lambda: site.slack.person("reporter").modal is None)
    assert 'data-testid="modal"' not in await site.get("/client?as=reporter")


async def test_the_clock_moves(site: Site) -> None:
    before = site.slack.clock.offset
    await site.do("reporter", "clock", by="15m")
    await site.do("reporter", "clock", by="1h")
    assert site.slack.clock.offset == before + 75 * 60
    await site.do("reporter", "clock", by="morning")
    assert ", 09:00" in await site.get("/?as=reporter")


async def test_looking_at_the_home_tab_tells_the_app(site: Site) -> None:
    await site.get("/?as=boss&c=home")
    await site.slack.wait(lambda: site.tiny.events("app_home_opened"))
    assert site.tiny.events("app_home_opened")[0]["tab"] == "home"


async def test_the_inspector_shows_payloads_both_ways(site: Site) -> None:
    await site.do("reporter", "say", channel="app", text="/tiny abc")
    await site.slack.person("reporter").wait_modal()
    page = await site.get("/client?as=reporter&inspect=1")
    assert "views.open" in page
    assert "Slack → app" in page
    assert "&#34;text&#34;: &#34;abc&#34;" in page


async def test_a_file_is_offered_to_be_saved_and_never_shown(site: Site) -> None:
    html = "<script>alert(1)</script>"
    await site.tiny.client.files_upload_v2(
        channel="C000ROOM2", content=html, filename='a "b"\n.html', title="Export"
    )
    page = await site.get("/?as=boss&c=C000ROOM2")
    assert "<b>Export</b>" in page
    file = next(iter(site.slack.workspace.files))
    async with site.http.get(f"{site.slack.url}/files/{file}") as answer:
        assert await answer.text() == html
        assert answer.headers["Content-Disposition"] == 'attachment; filename="a _b__.html"'
        assert answer.content_type == "application/octet-stream"


async def test_a_group_conversation_is_shown(site: Site) -> None:
    members = {site.slack.person(key).id for key in ("reporter", "boss")}
    site.slack.workspace.channels["G000GROUP"] = Channel("G000GROUP", "rina-and-bert", "mpim", members)
    await site.slack.person("boss").say("G000GROUP", "among us")
    assert "among us" in await site.get("/?as=reporter&c=G000GROUP")


async def test_a_change_rings(site: Site) -> None:
    async with site.http.get(f"{site.slack.url}/changes") as stream:
        await site.slack.person("boss").say("C000ROOM2", "look")
        async with asyncio.timeout(5):
            assert await stream.content.readline() == b"data: changed\n"


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
async def test_every_block_of_a_modal_is_drawn(site: Site, view: Json) -> None:
    await site.open_modal("reporter", view)
    page = await site.get("/client?as=reporter")
    assert page.count("data-block-id=") == len(view["blocks"])
    assert "does not draw it" not in page.replace("A file_input (this local Slack does not draw it)", "")


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
async def test_every_block_of_a_message_is_drawn(site: Site, message: Json) -> None:
    await site.tiny.client.chat_postMessage(**{**message, "channel": "C000ROOM2"})
    page = await site.get("/client?as=reporter&c=C000ROOM2")
    assert page.count("data-block-id=") == len(message["blocks"])


async def test_a_form_sent_as_it_was_drawn_changes_nothing(site: Site) -> None:
    blocks = [b for b in VIEWS["every input"]["blocks"] if not loses_style(b)]
    view = await site.open_modal("reporter", {**VIEWS["every input"], "blocks": blocks})
    drawn = Drawn()
    drawn.feed(await site.get("/client?as=reporter"))
    address = f"{site.slack.url}/as/reporter/submit"
    async with site.http.post(address, data=aiohttp.FormData(drawn.modal)) as answer:
        assert answer.status == 204
    now = site.slack.person("reporter").modal
    assert now is not None
    assert contents(now) == contents(view)


def contents(view: Json) -> list[object]:
    """What the inputs of a view hold, in order."""
    states = [state for actions in view["state"]["values"].values() for state in actions.values()]
    return [state[STATE_KEYS[state["type"]]] for state in states]


def loses_style(block: Json) -> bool:
    """Whether the pages keep less of it than Slack: bold and the like in a rich text input."""
    return bool(block.get("element", {}).get("type") == "rich_text_input")
