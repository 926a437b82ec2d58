"""Playground: the payloads of commands, shortcuts, clicks and submissions, key for key as Slack sends them.

Source: docs.slack.dev/reference/interaction-payloads and /interactivity/implementing-slash-commands.
"""

from bot.playground.core import Core
from bot.playground.manifest import Json
from bot.playground.tickets import ResponseUrl
from bot.playground.workspace import Channel, Message, Person, View


def _common(core: Core, person: Person, kind: str) -> Json:
    return {
        "type": kind,
        "team": {"id": core.workspace.team_id, "domain": core.workspace.domain},
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team_id,
        },
        "api_app_id": core.app_id,
        "token": core.verification_token,
        "enterprise": {"id": org, "name": "Local"} if (org := core.workspace.enterprise) else None,
        "is_enterprise_install": False,
    }


def _response_url(core: Core, person: Person, channel: str, source: Message | None) -> str:
    return core.new_response_url(ResponseUrl(person.id, channel, source, core.clock.now()))


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": "privategroup" if channel.kind == "private" else channel.name}


def command(core: Core, person: Person, channel: Channel, name: str, text: str) -> Json:
    """A slash command's form fields."""
    return {
        "token": core.verification_token,
        "team_id": core.workspace.team_id,
        "team_domain": core.workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel(channel)["name"],
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": core.app_id,
        **({"enterprise_id": org, "enterprise_name": "Local"} if (org := core.workspace.enterprise) else {}),
        "is_enterprise_install": "false",
        "response_url": _response_url(core, person, channel.id, None),
        "trigger_id": core.triggers.issue(person.id),
    }


def shortcut(core: Core, person: Person, callback_id: str) -> Json:
    """A global shortcut."""
    return {
        **_common(core, person, "shortcut"),
        "action_ts": core.clock.ts(),
        "callback_id": callback_id,
        "trigger_id": core.triggers.issue(person.id),
    }


def message_shortcut(core: Core, person: Person, callback_id: str, message: Message) -> Json:
    """A shortcut in a message's menu."""
    return {
        **_common(core, person, "message_action"),
        "action_ts": core.clock.ts(),
        "callback_id": callback_id,
        "trigger_id": core.triggers.issue(person.id),
        "response_url": _response_url(core, person, message.channel, None),
        "message_ts": message.ts,
        "channel": _channel(core.workspace.channels[message.channel]),
        "message": message.as_dict(),
    }


def view_action(core: Core, person: Person, view: View, action: Json) -> Json:
    """A click or change in a modal or Home tab."""
    return {
        **_common(core, person, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": core.triggers.issue(person.id, view.id),
        "view": core.view_payload(view),
        "actions": [{**action, "action_ts": core.clock.ts()}],
    }


def message_action(core: Core, person: Person, message: Message, action: Json, values: Json) -> Json:
    """A click in a message; an ephemeral message is not sent along."""
    ephemeral = message.ephemeral_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return {
        **_common(core, person, "block_actions"),
        "container": container,
        "trigger_id": core.triggers.issue(person.id),
        "channel": _channel(core.workspace.channels[message.channel]),
        **({} if ephemeral else {"message": message.as_dict(with_metadata=True)}),
        "state": {"values": values},
        "response_url": _response_url(core, person, message.channel, message),
        "actions": [{**action, "action_ts": core.clock.ts()}],
    }


def submission(core: Core, person: Person, view: View) -> Json:
    """A modal sent off."""
    return {
        **_common(core, person, "view_submission"),
        "trigger_id": core.triggers.issue(person.id, view.id),
        "view": core.view_payload(view),
        "response_urls": [],
    }


def closed(core: Core, person: Person, view: View, *, is_cleared: bool) -> Json:
    """A modal closed, for views that asked to be told."""
    return {**_common(core, person, "view_closed"), "view": core.view_payload(view), "is_cleared": is_cleared}
