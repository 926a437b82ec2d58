"""slack: screens as modal views: a page, the hub, the choice between several incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.guide.outcome import Choose, Hub, Screen, Shown
from bot.slack import blocks, fields, ids
from bot.slack.blocks import Block
from bot.slack.hub_view import hub
from bot.stages import find
from bot.words.pages import Words, facts, problem, words

GATED = ("contact", "spoke", "bulk")  # pages whose gate can be asked for where it is closed


def view(screen: Screen) -> Block:
    """The modal for any screen."""
    if isinstance(screen, Shown):
        return page(screen)
    return hub(screen) if isinstance(screen, Hub) else choose(screen)


def page(shown: Shown) -> Block:
    """One stage: progress, guidance, ways back and out at the top, then its inputs."""
    stage = shown.stage
    values = _values(shown)
    if stage.of:
        values["called"] = words("surfaces/drafts", values)(f"draft__{stage.key}")
    text = words(stage.template, values)
    frame = words("surfaces/frame", values)
    called = ids.input_id(stage.key, shown.party, shown.incident.id)
    inputs = [
        fields.draw(f, text, shown.values.get(f.key), called)
        for f in stage.fields
        if f.key in shown.values and f.applies(shown.incident, shown.party)
    ]
    return blocks.modal(
        callback_id=ids.TEXT if stage.of else ids.PAGE,
        title=text("title"),
        submit=text("submit"),
        close=frame("close"),
        private_metadata=ids.metadata(shown.incident.id, stage.key, shown.party, shown.version),
        blocks=[*_top(shown, text, frame), *inputs],
    )


def _values(shown: Shown) -> dict[str, Any]:
    return {
        **facts(shown.incident, shown.reader.names, shown.party),
        **shown.facts,
        "stage": shown.stage,
        "progress": shown.progress,
        "said": shown.said,
        "theirs": shown.theirs,
        "now": shown.reader.now,
        "tz": shown.reader.tz,
        "user": shown.reader.user,
    }


def _top(shown: Shown, text: Words, frame: Words) -> list[Block]:
    lines = [frame("practice")] if shown.incident.practice else []
    lines += [frame("progress")] if shown.progress else []
    top = [blocks.context(line) for line in lines]
    top += [blocks.section(text("guidance"))]
    for key, found in shown.problems.items():
        said = words("surfaces/frame", {"label": text(key), "said": problem(found)})("problem")
        top += [blocks.section(said)]
    if shown.theirs is not None:
        top += [*blocks.paragraphs(frame("conflict")), blocks.divider()]
    top += blocks.hints(shown.hints, frame("hint_from"))
    if shown.facts["erased"]:
        top.append(blocks.section(frame("erased")))
    if shown.said:
        top += blocks.paragraphs(frame("said"))
    return [*top, *blocks.actions("nav", [*_ways(shown, frame), *_with_text(shown, text)]), *_drafts(shown)]


def _with_text(shown: Shown, text: Words) -> list[Block]:
    """What can be done with a text besides changing it."""
    if not shown.stage.of:
        return []
    buttons = [blocks.button(text("copy"), ids.COPY)]
    if shown.facts["own_words"]:
        sure = blocks.confirm(text("anew"), text("anew__sure"), text("anew"), text("anew__not"))
        buttons.append(blocks.button(text("anew"), ids.ANEW) | {"confirm": sure})
    return buttons


def _drafts(shown: Shown) -> list[Block]:
    """What to say, ready to be read; and a way into each text that can be changed."""
    if not shown.drafts:
        return []
    say = words("surfaces/drafts", _values(shown))
    buttons = [
        blocks.button(say(f"draft__{key}"), ids.action(ids.GO, key), shown.party or "-")
        for key, _ in shown.drafts
        if find(key)
    ]
    return [
        blocks.divider(),
        *blocks.paragraphs(shown.drafts[0][1]),
        *([blocks.context(say("open_one"))] if buttons else []),
        *blocks.actions("drafts", buttons),
        blocks.divider(),
    ]


def _ways(shown: Shown, frame: Words) -> list[Block]:
    """Back where there is something before this page, Skip where it may be left out, pages it offers."""
    first = shown.progress is not None and shown.progress[0] == 1
    ways = [] if first else [blocks.button(frame("back"), ids.BACK)]
    if shown.stage.skippable:
        ways.append(blocks.button(frame("skip"), ids.SKIP))
    if (shown.stage.of or shown.stage.key) in GATED and shown.facts["gate"]:
        ways.append(blocks.button(frame("ask"), ids.action(ids.ASK, shown.facts["gate"])))
    for key in shown.stage.offers:
        stage = find(key)
        if stage is None or not stage.applies(shown.incident, shown.reader.user):
            continue
        offered = words(f"stages/{key}", _values(shown))
        ways.append(blocks.button(offered("offer"), ids.action(ids.GO, key), shown.party or "-"))
    return ways


def choose(screen: Choose) -> Block:
    """Which one? The new text first (and preselected) where there is one, then the open ones."""
    reader = screen.reader
    text = words("surfaces/choose", {"said": screen.said, "now": reader.now, "tz": reader.tz})
    choices: list[tuple[str, Sequence[str]]] = []
    if screen.fresh:
        choices.append((screen.fresh, (text("fresh"),)))
    for incident in screen.open:
        line = words("surfaces/choose", {"inc": incident, "now": reader.now, "tz": reader.tz})
        choices.append((incident.id, (line("open"), line("at"), incident.id)))
    options = blocks.options(choices, always=1)
    return blocks.modal(
        callback_id=ids.CHOOSE,
        title=text("title"),
        submit=text("submit"),
        close=text("close"),
        blocks=[
            blocks.section(text("guidance")),
            blocks.input_block(
                "which", text("which"), blocks.radio(ids.PICK, options, screen.fresh), optional=False
            ),
            *([blocks.context(text("more"))] if screen.more else []),
        ],
    )


def reason(post: str) -> Block:
    """Why a reminder is left out: one line, kept with it."""
    text = words("surfaces/reason", {})
    line = {"type": "plain_text_input", "action_id": ids.pick_ids(post)[0], "max_length": 300}
    return blocks.modal(
        callback_id=ids.REASON,
        title=text("title"),
        submit=text("submit"),
        close=text("close"),
        private_metadata=post,
        blocks=[
            blocks.section(text("guidance")),
            blocks.input_block("reason", text("label"), line, optional=False),
        ],
    )


def typed_reason(view: Mapping[str, Any], post: str) -> str:
    """The line typed into that reminder's window, "" for none."""
    value = (fields.element_of(view, "reason", ids.pick_ids(post)) or {}).get("value")
    return value.strip()[:300] if isinstance(value, str) else ""


def note(code: str, **values: str) -> Block:
    """A sentence in a window of its own: a block of `templates/surfaces/windows.j2`."""
    text = words("surfaces/windows", values)
    return blocks.modal(
        callback_id=ids.READ, title=text("title"), close=text("close"), blocks=[blocks.section(text(code))]
    )


def picked(view: Mapping[str, Any], block_id: str, of: str = "") -> str:
    """The value of a radio or menu of hub (of that incident) and choice, "" for none."""
    option = (fields.element_of(view, block_id, ids.pick_ids(of)) or {}).get("selected_option")
    value = option.get("value") if isinstance(option, Mapping) else None
    return value if isinstance(value, str) else ""
