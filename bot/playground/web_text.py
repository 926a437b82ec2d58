"""Local Slack, pages: Slack's text as HTML, for one reader. Everything is escaped before it is marked up.

Sources: docs.slack.dev/messaging/formatting-message-text and
docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bot.playground.manifest import Json
from bot.playground.web_emoji import character, with_emoji
from bot.playground.workspace import Person, Workspace

LINK = re.compile(r"(?:https?://|mailto:)\S+")
BARE_LINK = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")
CODE_BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
CONTROL = re.compile(r"<([^<>\n]+)>")
HELD = re.compile("[\ue000-\uf8ff]")  # private-use characters stand for finished pieces of HTML
STYLES = (("*", "strong"), ("_", "em"), ("~", "s"))
DATE = re.compile(r"!date\^([0-9]{1,10})\^([^^]*)(?:\^(.*))?")
DATE_TOKEN = re.compile(r"\{(\w+)\}")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def unescape(text: str) -> str:
    """Slack's three entities as the characters they stand for."""
    for entity, letter in ENTITIES:
        text = text.replace(entity, letter)
    return text


@dataclass(frozen=True)
class Reader:
    """Who reads, and when: names, mentions, and times in the reader's own zone depend on it."""

    workspace: Workspace
    person: Person
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone."""
        return ZoneInfo(self.person.tz)

    def text(self, node: Json) -> Markup:
        """A text object of Block Kit, or a rich_text block."""
        if node["type"] == "mrkdwn":
            return self.mrkdwn(node["text"], autolink=not node.get("verbatim", False))
        return self.plain(node["text"])

    def plain(self, text: str) -> Markup:
        """Plain text: only emoji names and line breaks mean anything."""
        return Markup("<br>").join(escape(line) for line in with_emoji(text).split("\n"))

    def mrkdwn(self, text: str, *, autolink: bool = False) -> Markup:
        """Slack's own markup."""
        pieces: list[Markup] = []

        def hold(html: Markup) -> str:
            pieces.append(html)
            return chr(0xE000 + len(pieces) - 1)

        text = HELD.sub("", text)
        text = CODE_BLOCK.sub(lambda m: hold(Markup("<pre>{}</pre>").format(unescape(m[1]))), text)
        text = CODE.sub(lambda m: hold(Markup("<code>{}</code>").format(unescape(m[1]))), text)
        text = CONTROL.sub(lambda m: hold(self._control(m[1])), text)
        if autolink:
            text = BARE_LINK.sub(lambda m: hold(link(unescape(m[0]), unescape(m[0]))), text)
        html = str(escape(with_emoji(unescape(text))))
        for sign, tag in STYLES:
            html = _style(html, sign, tag)
        return Markup(HELD.sub(lambda m: pieces[ord(m[0]) - 0xE000], _lines(html)))  # noqa: S704 - escaped above

    def _control(self, inside: str) -> Markup:
        target, _, label = inside.partition("|")
        if target.startswith("@"):
            return self.mention(target[1:])
        if target.startswith("#"):
            return self.channel(target[1:])
        if target.startswith("!date"):
            return self._date(target, label)
        if target.startswith("!"):
            name = label or "@" + target[1:].partition("^")[0]
            return Markup('<span class="mention">{}</span>').format(name)
        return link(unescape(target), with_emoji(unescape(label or target)))

    def mention(self, user: str) -> Markup:
        """Somebody's name as a mention; the reader's own is marked."""
        known = self.workspace.people.get(user)
        mine = " mine" if user == self.person.id else ""
        name = known.real_name if known else user
        return Markup('<span class="mention{}">@{}</span>').format(mine, name)

    def channel(self, channel: str) -> Markup:
        """A channel's name, hidden from those who may not know it."""
        known = self.workspace.channels.get(channel)
        visible = known is not None and (known.kind == "public" or self.person.id in known.members)
        name = known.name if known and visible else "private channel"
        return Markup('<span class="mention">#{}</span>').format(name)

    def _date(self, target: str, fallback: str) -> Markup:
        date = DATE.fullmatch(target)
        if date is None:
            return Markup("{}").format(unescape(fallback))
        seconds, pattern, url = date.groups()
        moment = datetime.fromtimestamp(int(seconds), UTC).astimezone(self.zone)
        shown = DATE_TOKEN.sub(lambda m: self.date_token(m[1], moment) or m[0], unescape(pattern))
        html = Markup('<time title="{}">{}</time>').format(moment.strftime("%A, %d %B %Y, %H:%M %Z"), shown)
        return link(unescape(url), html) if url else html

    def date_token(self, name: str, moment: datetime) -> str | None:
        """One token of `<!date^…>`; None for a name Slack does not know."""
        base = name.removesuffix("_pretty")
        days = (moment.date() - self.now.astimezone(self.zone).date()).days
        if base != name and days in PRETTY:
            return PRETTY[days]
        if base == "ago":
            return ago((self.now - moment).total_seconds())
        return moment.strftime(DATE_FORMATS[base]).replace(" 0", " ") if base in DATE_FORMATS else None

    def clock_time(self, moment: datetime) -> str:
        """Hours and minutes where the reader is."""
        return moment.astimezone(self.zone).strftime("%H:%M")


PRETTY = {0: "today", 1: "tomorrow", -1: "yesterday"}
DATE_FORMATS = {
    "date_num": "%Y-%m-%d",
    "date": "%B %d, %Y",
    "date_short": "%b %d, %Y",
    "date_long": "%A, %B %d, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
}
SPANS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def ago(seconds: float) -> str:
    """A distance in time in words: "5 minutes ago", "in 2 hours"."""
    for size, unit in SPANS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'s' if count > 1 else ''}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def link(target: str, label: str | Markup) -> Markup:
    """A link out of the local Slack; anything but web and mail addresses stays text."""
    if not LINK.fullmatch(target):
        return Markup("{}").format(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(target, label)


def _style(html: str, sign: str, tag: str) -> str:
    """Turn `*text*` into <strong>text</strong>, only at the borders of words and within a line."""
    mark = re.escape(sign)
    pattern = rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"
    return re.sub(pattern, rf"<{tag}>\1</{tag}>", html)


def _lines(html: str) -> str:
    """Quoted lines as a quote, other line breaks as they are."""
    parts: list[str] = []
    for line in html.split("\n"):
        quoted = line.startswith("&gt;")
        body = line.removeprefix("&gt;").lstrip() if quoted else line
        if quoted and parts and parts[-1].startswith("<blockquote>"):
            parts[-1] = f"{parts[-1].removesuffix('</blockquote>')}<br>{body}</blockquote>"
        elif quoted:
            parts.append(f"<blockquote>{body}</blockquote>")
        else:
            parts.append(body)
    joined = "<br>".join(parts)
    return joined.replace("</blockquote><br>", "</blockquote>").replace("<br><blockquote>", "<blockquote>")


RICH_LEAVES: dict[str, Callable[[Reader, Json], Markup]] = {
    "text": lambda reader, node: reader.plain(node["text"]),
    "link": lambda reader, node: link(node["url"], node.get("text") or node["url"]),
    "emoji": lambda reader, node: escape(character(node["name"])),
    "user": lambda reader, node: reader.mention(node["user_id"]),
    "channel": lambda reader, node: reader.channel(node["channel_id"]),
    "usergroup": lambda reader, node: Markup('<span class="mention">@{}</span>').format(node["usergroup_id"]),
    "team": lambda reader, node: Markup('<span class="mention">{}</span>').format(node["team_id"]),
    "broadcast": lambda reader, node: Markup('<span class="mention">@{}</span>').format(node["range"]),
    "color": lambda reader, node: Markup("<code>{}</code>").format(node["value"]),
    "date": lambda reader, node: escape(rich_date(reader, node)),
}
RICH_STYLES = (("bold", "strong"), ("italic", "em"), ("strike", "s"), ("underline", "u"), ("code", "code"))


def rich_date(reader: Reader, node: Json) -> str:
    """A date element in its own format, in the reader's zone."""
    moment = datetime.fromtimestamp(node["timestamp"], UTC).astimezone(reader.zone)
    return DATE_TOKEN.sub(lambda m: reader.date_token(m[1], moment) or m[0], node["format"])


def rich_leaves(reader: Reader, elements: list[Json]) -> Markup:
    """The inline elements of a rich_text section, styled."""
    shown = Markup("")
    for node in elements:
        html = RICH_LEAVES[node["type"]](reader, node)
        for name, tag in RICH_STYLES:
            if node.get("style", {}).get(name):
                html = Markup("<{0}>{1}</{0}>").format(Markup(tag), html)  # noqa: S704 - a constant
        shown += html
    return shown
