"""slack: files for one person, into their own DM: uploaded where we may, else as plain text in pieces.

Source: docs.slack.dev/messaging/working-with-files: an address for the upload, the bytes, and the word that
all is there (files:write, which an installer may refuse).
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable

import aiohttp

from bot.guide import own_data
from bot.guide.outcome import File
from bot.outbox.ports import Verdict
from bot.slack.answers import answer, ask, text
from bot.slack.edge import Edge

log = logging.getLogger(__name__)


async def send(edge: Edge, user: str, files: Iterable[File]) -> None:
    """Each of these files; what cannot be uploaded goes through the outbox as text."""
    opened = await answer(edge.client.conversations_open(users=[user]), "channel", "id")
    for file in files:
        sent = opened.verdict is Verdict.YES and await _uploaded(edge, opened.value, file)
        if not sent:
            await edge.do(own_data.in_pieces, user, file)


async def _uploaded(edge: Edge, dm: str, file: File) -> bool:
    """Whether it is in that DM now, as far as Slack says."""
    content = file.content.encode()
    found, asked = await ask(edge.client.files_getUploadURLExternal(filename=file.name, length=len(content)))
    url = text(found.get("upload_url"))
    if asked.verdict is not Verdict.YES or not edge.settings.may_upload(url):
        log.info("not uploaded", extra={"reason": asked.reason})
        return False
    try:
        proxy, sent = edge.settings.proxy_for(url), io.BytesIO(content)
        async with edge.session.post(url, data=sent, proxy=proxy, allow_redirects=False) as response:
            taken = response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    named: list[dict[str, str | None]] = [{"id": text(found.get("file_id")), "title": file.name}]
    done = (
        await answer(edge.client.files_completeUploadExternal(files=named, channel_id=dm)) if taken else None
    )
    return done is not None and done.verdict is Verdict.YES
