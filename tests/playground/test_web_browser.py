"""The pages in a real browser: what HTTP alone cannot show. Focus, keys, and nothing typed is ever lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.browser import PATIENCE_MS, chromium

from .site import Json, Site, running_site
from .test_blockkit import GOOD
from .tinybolt import NOTICE, button, entry, modal, refused

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
CHARACTER = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
CONFIRM = {"title": "Skip this?", "text": "You can come back.", "confirm": "Skip", "deny": "Stay"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all these tests; each has a context of its own."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    """The pages; at the end nothing may have gone wrong unexpectedly."""
    async with running_site() as running:
        yield running
        await running.slack.settle()
        assert running.slack.unexpected() == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(site: Site, browser: Browser) -> AsyncIterator[Page]:
    """The reporter's page; at the end the browser's console must be empty."""
    complaints: list[str] = []
    shown = await browser.new_page(viewport={"width": 1280, "height": 800}, base_url=site.slack.url)
    shown.set_default_timeout(PATIENCE_MS)
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    await shown.route(
        "https://example.com/**", lambda route: route.fulfill(content_type="image/svg+xml", body=SVG)
    )
    await shown.goto("/")
    yield shown
    await shown.close()
    assert complaints == []


def typed_values(site: Site) -> list[str]:
    """What the block "what" held at each interaction the app was told of."""
    views = [body["view"] for body in site.tiny.events("block_actions")]
    return [view["state"]["values"]["what"]["typed"]["value"] for view in views]


async def test_a_command_is_offered_sent_by_enter_and_answered_by_a_focused_modal(
    site: Site, page: Page
) -> None:
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/ti")
    await expect(page.get_by_test_id("command-/tiny")).to_be_visible()
    await expect(page.get_by_test_id("command-/raw")).to_be_hidden()
    await composer.press("Tab")
    await expect(composer).to_have_value("/tiny ")
    await composer.press("Enter")
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await expect(page.locator('[data-block-id="what"] input')).to_be_focused()
    await expect(composer).to_have_value("")


async def test_the_offered_commands_stay_when_the_page_is_drawn_anew(site: Site, page: Page) -> None:
    await page.get_by_test_id("composer").press_sequentially("/ti")
    await expect(page.get_by_test_id("command-/tiny")).to_be_visible()
    await site.slack.person("boss").say("C000ROOM2", "something else happens meanwhile")
    await expect(page.get_by_test_id("tab-delivery").locator(".badge")).to_have_text("1")
    await expect(page.get_by_test_id("command-/tiny")).to_be_visible()


async def test_typing_is_told_once_it_pauses_and_survives_every_refresh(site: Site, page: Page) -> None:
    await site.open_modal("reporter", modal("One", entry("what", **CHARACTER)))
    field = page.locator('[data-block-id="what"] input')
    await field.press_sequentially("half a sen", delay=20)
    await site.slack.person("boss").say("C000ROOM2", "something else happens meanwhile")
    await expect(page.get_by_test_id("tab-delivery").locator(".badge")).to_have_text("1")
    await field.press_sequentially("tence", delay=20)
    await expect(field).to_have_value("half a sentence")
    await site.slack.wait(lambda: "half a sentence" in typed_values(site))
    assert len(typed_values(site)) <= 3


async def test_the_app_redraws_a_modal_under_the_typing_hand(site: Site, page: Page) -> None:
    view = await site.open_modal("reporter", modal("One", entry("what", **CHARACTER)))
    field = page.locator('[data-block-id="what"] input')
    await field.press_sequentially("not yet sent")
    again = modal("Anew", {"type": "divider", "block_id": "line"}, entry("what", **CHARACTER))
    await site.tiny.client.views_update(view_id=view["id"], view=again)
    await expect(page.get_by_test_id("modal-title")).to_have_text("Anew")
    await expect(field).to_have_value("not yet sent")
    await expect(field).to_be_focused()
    await page.keyboard.type("!")
    await site.slack.wait(lambda: "not yet sent!" in typed_values(site))


async def test_errors_stand_under_the_field_and_the_text_stays(site: Site, page: Page) -> None:
    await site.open_modal("reporter", modal("One"))
    site.tiny.answer = {"response_action": "errors", "errors": {"what": "In other words, please."}}
    field = page.locator('[data-block-id="what"] input')
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-error")).to_have_text("Please complete this required field.")
    await field.fill("a")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-error")).to_have_text("In other words, please.")
    await expect(field).to_have_value("a")
    await expect(field).to_be_focused()


async def test_too_much_text_is_counted_refused_and_kept(site: Site, page: Page) -> None:
    await site.open_modal("reporter", modal("One"))
    field = page.locator('[data-block-id="what"] input')
    await field.fill("x" * 203)
    await expect(page.locator(".counter")).to_have_text("-3")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-error")).to_be_visible()
    await expect(field).to_have_value("x" * 203)
    assert site.tiny.events("view_submission") == []


async def test_two_quick_presses_submit_once(site: Site, page: Page) -> None:
    await site.open_modal("reporter", modal("One"))
    site.tiny.answer = {
        "response_action": "update",
        "view": modal("Two", entry("next", initial_value="kept")),
    }
    await page.locator('[data-block-id="what"] input').fill("abc")
    await page.get_by_test_id("modal-submit").dblclick()
    await expect(page.get_by_test_id("modal-title")).to_have_text("Two")
    await expect(page.locator('[data-block-id="next"] input')).to_have_value("kept")
    await site.slack.settle()
    assert len(site.tiny.events("view_submission")) == 1


async def test_an_app_that_does_not_answer_leaves_the_modal_as_it_was(site: Site, page: Page) -> None:
    site.slack.ack_timeout = 0.2
    site.slack.expect("operation_timeout")
    await site.open_modal("reporter", modal("One"))
    await site.tiny.stop()
    site.slack.expect("dispatch_failed")
    await page.locator('[data-block-id="what"] input').fill("abc")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-trouble")).to_have_text(
        "We had some trouble connecting. Try again?"
    )
    await expect(page.locator('[data-block-id="what"] input')).to_have_value("abc")


async def test_a_broken_rule_is_seen_over_an_open_modal(site: Site, page: Page) -> None:
    view = await site.open_modal("reporter", modal("One"))
    await page.locator('[data-block-id="what"] input').press_sequentially("abc")
    broken = site.tiny.client.views_update(view_id=view["id"], view=modal("x" * 25))
    await refused(broken, site.slack, "invalid_arguments")
    await expect(page.get_by_test_id("violations")).to_contain_text("title.text: 25 characters, 24 at most")
    await page.get_by_test_id("violations").get_by_role("button").click()
    await expect(page.get_by_test_id("violations")).to_have_count(0)
    await expect(page.locator('[data-block-id="what"] input')).to_have_value("abc")


async def test_escape_closes_and_the_focus_is_free_again(site: Site, page: Page) -> None:
    await site.open_modal("reporter", modal("One"))
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await page.get_by_test_id("composer").fill("free")
    assert site.slack.person("reporter").modal is None


async def test_a_button_asks_first_where_it_should(site: Site, page: Page) -> None:
    words = {key: {"type": "plain_text", "text": value} for key, value in CONFIRM.items()}
    block = {"type": "actions", "block_id": "nav", "elements": [{**button("later"), "confirm": words}]}
    await site.open_modal("reporter", modal("One", block))
    for answer, sent in (("Stay", 0), ("Skip", 1)):
        await page.locator('[data-action-id="later"]').click()
        await expect(page.get_by_test_id("confirm")).to_contain_text("You can come back.")
        await page.get_by_role("button", name=answer).click()
        await expect(page.get_by_test_id("confirm")).to_be_hidden()
        await site.slack.wait(lambda sent=sent: len(site.tiny.events("block_actions")) == sent)


async def test_every_input_can_be_filled_in_by_hand(site: Site, page: Page) -> None:
    drawn = [b for b in GOOD["every input"]["blocks"] if b.get("element", {}).get("type") != "file_input"]
    blocks = [{**block, "block_id": f"k{n}"} for n, block in enumerate(drawn)]
    await site.open_modal("reporter", {**GOOD["every input"], "blocks": blocks, "callback_id": "page"})
    values = {
        "plain_text_input": ("textarea", "by hand"),
        "number_input": ("input", "1.5"),
        "email_text_input": ("input", "a@example.com"),
        "url_text_input": ("input", "https://example.com"),
        "datepicker": ("input", "2026-11-22"),
        "timepicker": ("input", "08:05"),
        "datetimepicker": ("input", "2026-11-22T08:05"),
    }
    for number, block in enumerate(blocks):
        place, kind = page.locator(f'[data-block-id="k{number}"]'), block.get("element", {}).get("type", "")
        if kind in values:
            await place.locator(values[kind][0]).fill(values[kind][1])
        elif kind in ("radio_buttons", "checkboxes") or kind.startswith("multi_"):
            await place.locator("input").first.check()
        elif kind.endswith("select"):
            await place.locator("select").select_option(index=1)
    await page.get_by_test_id("modal-submit").click()
    state = await submitted(site)
    assert [state[kind] for kind in ("plain_text_input", "number_input")] == ["by hand", "1.5"]
    assert state["datetimepicker"] == 1_795_334_700
    assert [option["value"] for option in state["checkboxes"]] == ["a", "c"]
    assert state["radio_buttons"]["value"] == "a"
    assert state["users_select"] in site.slack.workspace.people


async def submitted(site: Site) -> Json:
    """What the inputs of the submitted modal held, by type (the last of each)."""
    await site.slack.wait(lambda: site.tiny.events("view_submission"))
    values = site.tiny.events("view_submission")[0]["view"]["state"]["values"]
    states = [state for actions in values.values() for state in actions.values()]
    return {
        state["type"]: next(v for k, v in state.items() if k not in ("type", "timezone")) for state in states
    }


async def test_a_notice_is_seen_answered_and_reacted_to_by_the_boss(site: Site, page: Page) -> None:
    await site.tiny.client.chat_postMessage(channel=site.slack.person("boss").id, text="x", blocks=NOTICE)
    await expect(page.get_by_test_id("badge-boss")).to_have_text("1")
    await page.get_by_test_id("person-boss").click()
    await page.get_by_role("button", name="seen").click()
    await site.slack.wait(lambda: site.tiny.events("block_actions"))
    assert site.tiny.events("block_actions")[0]["actions"][0]["value"] == "seen-value"
    await page.get_by_test_id("message").hover()
    await page.get_by_test_id("add-reaction").click()
    await page.get_by_test_id("pick-eyes").click()
    await expect(page.get_by_test_id("reaction-eyes")).to_have_attribute("aria-pressed", "true")
    await page.get_by_test_id("reaction-eyes").click()
    await expect(page.get_by_test_id("reaction-eyes")).to_have_count(0)


async def test_threads_have_a_composer_of_their_own(site: Site, page: Page) -> None:
    await site.slack.person("boss").say("C000ROOM2", "parent")
    await page.goto("/?as=reporter&c=C000ROOM2")
    await page.get_by_test_id("message").hover()
    await page.get_by_test_id("reply").click()
    await page.get_by_test_id("thread-composer").fill("a reply")
    await page.get_by_test_id("thread-send").click()
    await expect(page.get_by_test_id("thread").get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("replies")).to_have_text("1 reply")


async def test_nothing_can_be_typed_or_pressed_before_the_page_listens(site: Site, page: Page) -> None:
    looked = asyncio.Event()

    async def late(route: Route) -> None:
        await looked.wait()
        await route.continue_()

    await page.route("**/static/*.js", late)
    await page.get_by_test_id("person-boss").click()
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    looked.set()
    await page.get_by_test_id("composer").fill("in time")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("message")).to_contain_text("in time")


async def test_a_half_written_message_waits_for_its_author(site: Site, page: Page) -> None:
    await page.get_by_test_id("composer").fill("half a message")
    await site.tiny.client.chat_postMessage(channel=site.slack.person("reporter").id, text="meanwhile")
    await expect(page.get_by_test_id("message")).to_contain_text("meanwhile")
    await expect(page.get_by_test_id("composer")).to_have_value("half a message")
    await page.get_by_test_id("person-boss").click()
    await expect(page.get_by_test_id("composer")).to_have_value("")
    await page.get_by_test_id("person-reporter").click()
    await expect(page.get_by_test_id("composer")).to_have_value("half a message")


@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_is_wider_than_the_screen(site: Site, page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await site.tiny.client.chat_postMessage(
        **{**GOOD["a message"], "channel": site.slack.person("reporter").id}
    )
    for place in ("/", "/?c=home", "/?inspect=1", "/?c=C000ROOM2"):
        await page.goto(place)
        assert await page.evaluate("document.documentElement.scrollWidth") == width
    await site.open_modal("reporter", GOOD["every input"])
    await expect(page.get_by_test_id("modal")).to_be_visible()
    assert await page.evaluate("document.querySelector('.modal .scroll').scrollWidth") <= width
