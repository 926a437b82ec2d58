"""words: the Jinja environments, one a sink. A sink decides how a filled-in value is made harmless.

- `plain`: plain_text blocks, modal fields, labels: Slack shows them to the letter.
- `slack`: mrkdwn and the notification text: `&`, `<`, `>` are escaped and nothing else
  (docs.slack.dev/messaging/formatting-message-text), so typed `<!here>` reaches nobody.
- `markdown`: exports; characters that mean something to Markdown are escaped.
- `html`: exports; Jinja's own autoescape.

Only templates of this project are rendered; text that people type enters as values, never as a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context, Undefined

from bot.words import times
from bot.words.phrases import capital, prose

Sink = Literal["plain", "slack", "markdown", "html"]
Part = Callable[[Context], Iterator[str]]  # a block, as Jinja compiled it
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def escape_slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escape_markdown(text: str) -> str:
    """Backslash before every character that starts Markdown or HTML; entities for `<` and `&`."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+\-.!|~>])", r"\\\1", text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


ESCAPES: Mapping[Sink, Callable[[str], str]] = {
    "plain": lambda text: text,
    "slack": escape_slack,
    "markdown": escape_markdown,
    "html": lambda text: text,  # autoescape does it
}


def _finalize(sink: Sink) -> Callable[[object], object]:
    escape = ESCAPES[sink]

    def finalize(value: object) -> object:
        if isinstance(value, Undefined):
            return value
        return escape(value) if isinstance(value, str) else value

    return finalize


@pass_context
def _localtime(context: Context, at: datetime | str, tz: str) -> str:
    return times.moment(at, tz, context["now"])


@pass_context
def _clock(context: Context, at: datetime, tz: str) -> str:
    return times.clock(at, tz, context["now"])


@pass_context
def _dated(context: Context, at: datetime, tz: str) -> str:
    return times.dated(at, tz, context["now"])


@cache
def environment(sink: Sink) -> Environment:
    """Filters: `localtime(tz)` (zone named), `clock(tz)` (without), `dated(tz)` (zone and day named), all of
    which need `now` in the context; `sentence`: with a capital at its beginning.
    """
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=sink == "html",  # noqa: S701 - the other sinks escape in `finalize`
        finalize=_finalize(sink),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    env.filters["localtime"] = _localtime
    env.filters["clock"] = _clock
    env.filters["prose"] = prose
    env.filters["dated"] = _dated
    env.filters["sentence"] = capital
    return env


def blocks(name: str, sink: Sink) -> Mapping[str, Callable[[Mapping[str, Any]], str]]:
    """The `{% block %}`s of a template as functions of their variables: one file holds all words of a page.

    Raises: jinja2.TemplateNotFound; jinja2.UndefinedError when a variable is missing.
    """
    found = template(name, sink)

    def renderer(part: Part) -> Callable[[Mapping[str, Any]], str]:
        return lambda values: said(part, found.new_context(dict(values)))

    return {block: renderer(part) for block, part in found.blocks.items()}


def template(name: str, sink: Sink) -> Template:
    """Raises: jinja2.TemplateNotFound."""
    return environment(sink).get_template(name)


def said(part: Part, context: Context) -> str:
    """The text of a block. A context costs more than a block: who needs many of one template makes only one.

    Raises: jinja2.UndefinedError when a variable is missing.
    """
    return "".join(part(context)).strip()
