"""Playground: what a person types, as Slack writes it down: entities, mentions, links, emoji by name.

Source: docs.slack.dev/messaging/formatting-message-text ("Escaping text", "Retrieving messages", "Emoji").
"""

import re

from bot.playground.web_emoji import EMOJI
from bot.playground.workspace import Workspace

ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
NAMES = {character: name for name, character in reversed(EMOJI.items())}
TONES = "🏻🏼🏽🏾🏿"
TYPED_EMOJI = re.compile(f"({'|'.join(sorted(map(re.escape, NAMES), key=len, reverse=True))})([{TONES}])?")
BROADCAST = re.compile(r"(?<!\w)@(here|channel|everyone)\b")
MENTION = re.compile(r"(?<!\w)@([\w.]+\w)")
CHANNEL = re.compile(r"(?<!\w)#([\w-]+)")
MAIL = re.compile(r"(?<![\w|:/.])([\w.+-]+@[\w-]+\.[\w.-]*\w)")
REST = r"(?:&amp;|[^\s<>|&])+(?<![.,;:!?)])"  # of an address, up to what can't be its end; no half an entity
URL = re.compile(rf"(?<!\w)(https?://{REST})")
BARE = re.compile(rf"(?<![\w/.@])(www\.{REST})")


def escaped(text: str) -> str:
    """The three characters that Slack escapes, and nothing else."""
    for character, entity in ENTITIES:
        text = text.replace(character, entity)
    return text


def written(workspace: Workspace, text: str) -> str:
    """The `text` of the message."""
    people = {person.handle: person.id for person in workspace.people.values()}
    channels = {channel.name: channel for channel in workspace.channels.values()}

    def person(found: re.Match[str]) -> str:
        return f"<@{people[found[1]]}>" if found[1] in people else found[0]

    def channel(found: re.Match[str]) -> str:
        place = channels.get(found[1])
        return f"<#{place.id}|{place.name if place.kind == 'public' else ''}>" if place else found[0]

    text = MAIL.sub(r"<mailto:\1|\1>", URL.sub(r"<\1>", escaped(text)))
    text = BARE.sub(r"<http://\1|\1>", BROADCAST.sub(r"<!\1>", text))
    return TYPED_EMOJI.sub(_named, CHANNEL.sub(channel, MENTION.sub(person, text)))


def _named(found: re.Match[str]) -> str:
    tone = f"::skin-tone-{TONES.index(found[2]) + 2}" if found[2] else ""
    return f":{NAMES[found[1]]}{tone}:"
