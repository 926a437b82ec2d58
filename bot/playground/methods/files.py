"""Playground: the two calls of an upload; the bytes between them go to the upload route.

Source: docs.slack.dev/reference/methods/files.getUploadURLExternal and completeUploadExternal.
"""

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.methods.chat import destination
from bot.playground.workspace import File, Message


def get_upload_url(core: Core, args: Json) -> Json:
    """files.getUploadURLExternal."""
    if not args.get("filename") or not str(args.get("length") or "").isdigit():
        raise SlackError("invalid_arguments")
    file = File(core.workspace.new_id("F"), str(args["filename"]), int(args["length"]))
    core.workspace.files[file.id] = file
    return {"upload_url": f"{core.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(core: Core, args: Json) -> Json:
    """files.completeUploadExternal: the files appear in `channel_id`, as one message, when one is given."""
    named = args.get("files") or []
    found = [core.workspace.files.get(str(item.get("id"))) for item in named]
    files = [file for file in found if file is not None and len(file.content) == file.length]
    if not files or len(files) < len(found):
        raise SlackError("file_not_found")
    for file, item in zip(files, named, strict=True):
        file.title, file.complete = str(item.get("title") or file.name), True
    if args.get("channel_id"):
        _share(core, args, files)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _share(core: Core, args: Json, files: list[File]) -> None:
    channel = destination(core, str(args["channel_id"]))
    message = Message(
        ts=core.clock.ts(),
        channel=channel.id,
        user=core.bot.id,
        text=str(args.get("initial_comment") or ""),
        thread_ts=args.get("thread_ts"),
        bot_id=core.bot_id,
        app_id=core.app_id,
        subtype="file_share",
        files=[file.id for file in files],
    )
    channel.add(message)
    core.emit_message(message)


METHODS = {
    "files.getUploadURLExternal": (get_upload_url, ("files:write",)),
    "files.completeUploadExternal": (complete_upload, ("files:write",)),
}
