"""Playground: posts to a response URL.

Source: docs.slack.dev/interactivity/handling-user-interaction, "message responses".
"""

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.forms import with_ids
from bot.playground.manifest import Json
from bot.playground.methods.chat import check_content, show_ephemeral
from bot.playground.tickets import ResponseUrl
from bot.playground.workspace import Message


def respond(core: Core, hook: ResponseUrl, args: Json) -> None:
    """Replace or delete the message the interaction came from, or say something new. Raises SlackError."""
    source = hook.source
    if args.get("delete_original"):
        if source is None:
            raise SlackError("cant_delete_message", status=404)
        source.deleted = True
        return
    check_content(args)
    core.judge_message("response_url", args)
    if source is not None and args.get("replace_original", args.get("response_type") is None):
        source.text, source.blocks = str(args.get("text") or ""), with_ids(args.get("blocks") or [])
        source.edited = core.clock.ts()
    elif args.get("response_type") == "in_channel":
        _post(core, hook, args)
    else:
        show_ephemeral(core, hook.channel, hook.user, args)


def _post(core: Core, hook: ResponseUrl, args: Json) -> None:
    message = Message(
        ts=core.clock.ts(),
        channel=hook.channel,
        user=core.bot.id,
        text=str(args.get("text") or ""),
        blocks=with_ids(args.get("blocks") or []),
        thread_ts=args.get("thread_ts"),
        bot_id=core.bot_id,
        app_id=core.app_id,
    )
    core.workspace.channels[hook.channel].add(message)
    core.emit_message(message)
