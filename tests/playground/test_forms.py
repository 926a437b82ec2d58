"""Every kind of input: what it starts with, what it takes, what Slack's client would not let through."""

from typing import Any

import pytest

from bot.playground import forms
from bot.playground.errors import ClientRefused
from bot.playground.forms import Value
from bot.playground.server import LocalSlack

from .tinybolt import MANIFEST, TinyBolt, entry, modal, text

Json = dict[str, Any]
A, B = {"text": text("A"), "value": "a"}, {"text": text("B"), "value": "b"}


def element(kind: str, **more: object) -> Json:
    """An element of some kind."""
    return {"type": kind, "action_id": "x", **more}


@pytest.mark.parametrize(
    ("given", "value", "state"),
    [
        (element("plain_text_input"), "hello", {"value": "hello"}),
        (element("plain_text_input"), "", {"value": None}),
        (element("number_input", is_decimal_allowed=True), "12.5", {"value": "12.5"}),
        (element("static_select", options=[A, B]), "b", {"selected_option": B}),
        (
            element("static_select", option_groups=[{"label": text("G"), "options": [A]}]),
            "a",
            {"selected_option": A},
        ),
        (element("radio_buttons", options=[A, B]), None, {"selected_option": None}),
        (element("checkboxes", options=[A, B]), ["a", "b"], {"selected_options": [A, B]}),
        (element("checkboxes", options=[A, B]), [], {"selected_options": []}),
        (element("users_select"), "U1", {"selected_user": "U1"}),
        (element("multi_users_select"), ["U1"], {"selected_users": ["U1"]}),
        (element("conversations_select"), "C1", {"selected_conversation": "C1"}),
        (element("datepicker"), "2026-11-21", {"selected_date": "2026-11-21"}),
        (
            element("timepicker", timezone="Europe/Kyiv"),
            "09:30",
            {"selected_time": "09:30", "timezone": "Europe/Kyiv"},
        ),
        (element("datetimepicker"), 1763730000, {"selected_date_time": 1763730000}),
        (element("email_text_input"), "a@b.example", {"value": "a@b.example"}),
        (element("url_text_input"), "https://b.example/x", {"value": "https://b.example/x"}),
    ],
)
def test_what_a_person_puts_in(given: Json, value: Value, state: Json) -> None:
    assert forms.accept(given, value) == {"type": given["type"], **state}


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (element("plain_text_input"), "x" * 3001),
        (element("plain_text_input", max_length=5), "123456"),
        (element("number_input"), "twelve"),
        (element("static_select", options=[A]), "z"),
        (element("checkboxes", options=[A]), "a"),
        (element("multi_users_select", max_selected_items=1), ["U1", "U2"]),
        (element("datepicker"), "21.11.2026"),
        (element("timepicker"), "25:00"),
        (element("datetimepicker"), "2026-11-21"),
        (element("email_text_input"), "nobody"),
        (element("url_text_input"), "example"),
    ],
)
def test_what_the_client_refuses(given: Json, value: Value) -> None:
    with pytest.raises(ClientRefused):
        forms.accept(given, value)


@pytest.mark.parametrize(
    ("given", "start"),
    [
        (element("plain_text_input", initial_value="x"), "x"),
        (element("static_select", options=[A], initial_option=A), A),
        (element("checkboxes", options=[A], initial_options=[A]), [A]),
        (element("multi_users_select"), []),
        (element("users_select", initial_user="U1"), "U1"),
        (element("datetimepicker", initial_date_time=1763730000), 1763730000),
        (element("timepicker"), None),
    ],
)
def test_what_an_input_starts_with(given: Json, start: object) -> None:
    assert forms.initial(given) == start


def test_what_must_be_filled_in_before_sending() -> None:
    number = {**entry("number"), "element": element("number_input", min_value="1", max_value="9")}
    blocks = [entry("needed"), {**entry("free"), "optional": True}, entry("long", min_length=5), number]
    values = forms.start_values(blocks, {})
    assert set(forms.missing(blocks, values)) == {"needed", "long", "number"}
    values["long"]["typed"]["value"], values["number"]["x"]["value"] = "abc", "10"
    values["needed"]["typed"]["value"] = "here"
    assert forms.missing(blocks, values) == {
        "long": "Please write at least 5 characters.",
        "number": "Please choose a number in the range.",
    }


def test_missing_ids_are_added_as_slack_adds_them() -> None:
    bare = [{"type": "actions", "elements": [{"type": "button", "text": text("Go")}]}, {"type": "divider"}]
    filled = forms.with_ids(bare)
    assert all("block_id" in block for block in filled)
    assert filled[0]["elements"][0]["action_id"]
    assert "block_id" not in bare[0]


async def test_people_and_channels_must_be_in_the_list(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    rooms = element(
        "conversations_select", filter={"include": ["private"], "exclude_external_shared_channels": True}
    )
    blocks = [
        {"type": "input", "block_id": "who", "label": text("Who"), "element": element("users_select")},
        {"type": "input", "block_id": "where", "label": text("Where"), "element": rooms},
    ]
    trigger = slack.core.triggers.issue(rina.id)
    await app.client.views_open(trigger_id=trigger, view=modal("Pick", *blocks))
    await rina.fill("who", slack.person("robot").id)
    await rina.fill("where", "C000ROOM4")
    for block, value in (("who", "U0"), ("where", "C000ROOM1"), ("where", "C000ROOM3"), ("where", "C0")):
        with pytest.raises(ClientRefused):
            await rina.fill(block, value)
    assert (await rina.submit()).action == "close"
    with pytest.raises(ClientRefused, match="no modal"):
        await rina.submit()


async def test_radio_buttons_and_menus_tell_the_app_at_once(slack: LocalSlack, app: TinyBolt) -> None:
    rina = slack.person("reporter")
    radio = {"type": "radio_buttons", "action_id": "seen", "options": [A, B]}
    menu = {"type": "overflow", "action_id": "later", "options": [A, B]}
    blocks = [
        {"type": "actions", "block_id": "choice", "elements": [radio]},
        {"type": "section", "block_id": "more", "text": text("More"), "accessory": menu},
    ]
    trigger = slack.core.triggers.issue(rina.id)
    await app.client.views_open(trigger_id=trigger, view=modal("Choose", *blocks))
    await rina.press("seen", value="b")
    assert app.seen[-1]["actions"][0]["selected_option"]["value"] == "b"
    assert app.seen[-1]["view"]["state"]["values"]["choice"]["seen"]["selected_option"] == B
    await rina.press("later", "more", "a")
    assert app.seen[-1]["actions"][0]["selected_option"] == A
    with pytest.raises(ClientRefused, match="0 elements"):
        await rina.press("nothing")
    with pytest.raises(ClientRefused, match="Home"):
        await rina.press("seen", on="home")


async def test_a_read_only_messages_tab_takes_no_messages() -> None:
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    slack = LocalSlack({**MANIFEST, "features": {**MANIFEST["features"], "app_home": home}})
    rina = slack.person("reporter")
    with pytest.raises(ClientRefused, match="turned off"):
        await rina.say(slack.core.dm(rina.id).id, "hello")
