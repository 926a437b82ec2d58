"""`views.*`: triggers, hashes, the stack, names, sizes, and which typed values survive."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import LocalSlack

from .tinybolt import MANIFEST, entry, modal, refused, text


@pytest.fixture
def trigger(slack: LocalSlack) -> str:
    """A fresh trigger id of the reporter's."""
    return slack.core.triggers.issue(slack.person("reporter").id)


async def test_a_trigger_works_once(slack: LocalSlack, client: AsyncWebClient, trigger: str) -> None:
    await client.views_open(trigger_id=trigger, view=modal("One"))
    await refused(client.views_open(trigger_id=trigger, view=modal("Two")), slack, "exchanged_trigger_id")
    slack.exchanged_trigger = "trigger_exchanged"
    await refused(client.views_open(trigger_id=trigger, view=modal("Two")), slack, "trigger_exchanged")


async def test_a_trigger_dies(slack: LocalSlack, client: AsyncWebClient, trigger: str) -> None:
    slack.trigger_life = 0.0
    await refused(client.views_open(trigger_id=trigger, view=modal("One")), slack, "expired_trigger_id")
    slack.expired_trigger = "trigger_expired"
    await refused(client.views_open(trigger_id=trigger, view=modal("One")), slack, "trigger_expired")
    await refused(client.views_open(trigger_id="1.2.x", view=modal("One")), slack, "invalid_trigger_id")


async def test_a_malformed_view_is_refused_and_the_trigger_stays_good(
    slack: LocalSlack, client: AsyncWebClient, trigger: str
) -> None:
    broken = modal("A title that is far too long to be shown")
    error = await refused(client.views_open(trigger_id=trigger, view=broken), slack, "invalid_arguments")
    assert "title" in error.response["response_metadata"]["messages"][0]
    assert slack.violations[0].method == "views.open"
    slack.violations.clear()
    await client.views_open(trigger_id=trigger, view=modal("One"))


async def test_a_view_has_a_size(slack: LocalSlack, client: AsyncWebClient, trigger: str) -> None:
    block = {"type": "section", "text": text("x" * 2900)}
    view = modal("Big", *[block] * 99)
    await refused(client.views_open(trigger_id=trigger, view=view), slack, "view_too_large")


async def test_updates_need_the_present_hash(slack: LocalSlack, client: AsyncWebClient, trigger: str) -> None:
    first = (await client.views_open(trigger_id=trigger, view=modal("One", external_id="page-1")))["view"]
    second = (await client.views_update(view_id=first["id"], hash=first["hash"], view=modal("Two")))["view"]
    late = client.views_update(view_id=first["id"], hash=first["hash"], view=modal("Three"))
    await refused(late, slack, "hash_conflict")
    await client.views_update(view_id=first["id"], view=modal("Four", external_id="page-1"))
    assert second["hash"] != first["hash"]
    await client.views_update(external_id="page-1", view=modal("Five"))
    await refused(client.views_update(external_id="page-1", view=modal("Six")), slack, "not_found")
    await slack.person("reporter").close_modal()
    await refused(client.views_update(view_id=first["id"], view=modal("Seven")), slack, "not_found")


async def test_three_views_are_a_full_stack(slack: LocalSlack, client: AsyncWebClient, trigger: str) -> None:
    rina = slack.person("reporter")
    await client.views_open(trigger_id=trigger, view=modal("1"))
    for title in ("2", "3"):
        fresh = slack.core.triggers.issue(rina.id, rina.stack[-1].id)
        await client.views_push(trigger_id=fresh, view=modal(title))
    fresh = slack.core.triggers.issue(rina.id, rina.stack[-1].id)
    await refused(client.views_push(trigger_id=fresh, view=modal("4")), slack, "push_limit_reached")
    unrelated = slack.core.triggers.issue(rina.id)
    await refused(client.views_push(trigger_id=unrelated, view=modal("4")), slack, "invalid_trigger_id")
    await client.views_open(trigger_id=unrelated, view=modal("Alone"))
    assert len(rina.stack) == 1


async def test_external_ids_are_unique(slack: LocalSlack, client: AsyncWebClient, trigger: str) -> None:
    await client.views_open(trigger_id=trigger, view=modal("One", external_id="same"))
    other = slack.core.triggers.issue(slack.person("boss").id)
    taken = client.views_open(trigger_id=other, view=modal("Two", external_id="same"))
    await refused(taken, slack, "duplicate_external_id")
    await slack.person("reporter").close_modal()
    await client.views_open(trigger_id=other, view=modal("Two", external_id="same"))


async def test_typed_values_survive_only_under_the_same_ids(
    slack: LocalSlack, client: AsyncWebClient, trigger: str
) -> None:
    rina = slack.person("reporter")
    opened = await client.views_open(trigger_id=trigger, view=modal("One", entry("kept"), entry("renamed")))
    await rina.fill("kept", "a", dispatch=False)
    await rina.fill("renamed", "b", dispatch=False)
    again = modal("Two", entry("kept", initial_value="new"), entry("other", initial_value="fresh"))
    await client.views_update(view_id=opened["view"]["id"], view=again)
    assert rina.modal is not None
    values = rina.modal["state"]["values"]
    assert {block: value["typed"]["value"] for block, value in values.items()} == {
        "kept": "a",
        "other": "fresh",
    }


async def test_the_home_tab_is_guarded_by_its_hash(slack: LocalSlack, client: AsyncWebClient) -> None:
    user = slack.person("reporter").id
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await client.views_publish(user_id=user, view=home))["view"]
    second = (await client.views_publish(user_id=user, view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    await refused(client.views_publish(user_id=user, view=home, hash=first["hash"]), slack, "hash_conflict")
    await refused(client.views_publish(user_id="U0", view=home), slack, "invalid_arguments")


async def test_without_a_home_tab_nothing_is_published() -> None:
    features = {**MANIFEST["features"], "app_home": {"home_tab_enabled": False}}
    slack = LocalSlack({**MANIFEST, "features": features})
    await slack.start()
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await refused(client.views_publish(user_id="U000RINA", view=home), slack, "not_enabled")
    await slack.stop()
