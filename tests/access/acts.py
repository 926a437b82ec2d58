"""Everything somebody can try, as the payloads Slack would deliver for it, and the right that it asks for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from bot.domain import field as kinds
from bot.domain.stage import Stage
from bot.playground import payloads
from bot.playground.core import Core
from bot.playground.delivery import COMMAND, EVENT, INTERACTIVE, Delivery
from bot.playground.workspace import Person
from bot.stages import find
from tests.access.expected import AFTER, FORGOTTEN, LIVE, OPENED, PAGES, STATES, TOLD, allowed, page_allowed
from tests.access.scene import BOSS, DEPUTY, TEAM_CHANNEL, H, P, R, Scene, mark

Json = dict[str, Any]
NOBODY = "zzzzz9"  # an incident, and a post, that do not exist
NO_POST = "f" * 32
VIEWS = count(1)  # what a window shows is remembered by its id
OF = {"mine": "R2"}  # the first co-reporter's key
OPTIONS: Mapping[str, Any] = {
    "to": DEPUTY, "boss": BOSS, "channel": TEAM_CHANNEL, "which": "1", "level": "critical",
    "result": "voicemail", "how": "send", "still_going": "yes",
}  # fmt: skip


@dataclass(frozen=True)
class Try:
    """One person, one incident (or none that exists), one place and time."""

    core: Core
    person: Person
    scene: Scene
    state: str
    now: int  # seconds
    version: Callable[[str, str], int]  # of a page: what the view was drawn from
    real: bool = True

    @property
    def incident(self) -> str:
        return self.scene.incident[self.state] if self.real else NOBODY

    def post(self, kind: str, recipient: str) -> str:
        return self.scene.posts.get((self.state, kind, recipient), NO_POST) if self.real else NO_POST

    def metadata(self, stage: str, party: str) -> str:
        version = self.version(stage, party) if self.real else 0
        return json.dumps({"i": self.incident, "s": stage, "p": party, "v": version})


Build = Callable[[Try], Delivery]
Rule = Callable[[str, set[str]], bool]  # state, columns -> whether it happens


@dataclass(frozen=True)
class Act:
    """`states`: where the thing it is about is there. `quiet`: nobody waits for words about it."""

    name: str
    build: Build
    rule: Rule
    states: frozenset[str] = frozenset(STATES)
    mine: bool = False  # about something of the person's own: no incident is named
    quiet: bool = False
    but: str = ""  # whose it is: not tried by them
    later: timedelta = timedelta(0)  # tried so long after the scene
    in_channel: bool = False  # pressed in the team's channel, so by nobody who is not in it


def right(name: str) -> Rule:
    return lambda state, columns: allowed(name, columns)


# --- views ----------------------------------------------------------------------------------------
def element(item: kinds.Field, stage: Stage, now: int) -> Json:
    """What Slack sends for a field that was filled in properly."""
    given = OPTIONS.get(item.key)
    if isinstance(item, kinds.Text):
        return {"type": "plain_text_input", "value": f"{mark(stage.key, item.key)} typed"}
    if isinstance(item, kinds.Choice):
        return {"type": "radio_buttons", "selected_option": {"value": given or item.options[0]}}
    if isinstance(item, kinds.Person):
        return {"type": "users_select", "selected_user": given or DEPUTY}
    if isinstance(item, kinds.Channel):
        return {"type": "conversations_select", "selected_conversation": given}
    if isinstance(item, kinds.Listed):
        return {"type": "static_select", "selected_option": {"value": given} if given else None}
    if isinstance(item, kinds.Moment):
        when = now + 86_400 if item.when == "future" else now - 3600
        return {"type": "datetimepicker", "selected_date_time": when}
    if isinstance(item, kinds.Day):
        return {"type": "datepicker", "selected_date": "2099-01-01"}
    return {"type": "checkboxes", "selected_options": []}


def view(attempt: Try, callback: str, stage_key: str, party: str = "", **more: Any) -> Json:  # noqa: ANN401
    stage = find(stage_key)
    fields = stage.fields if stage else ()
    state = {f.key: {f"input.{stage_key}.{party}": element(f, stage, attempt.now)} for f in fields if stage}
    return {
        "id": f"VFORGED{next(VIEWS)}", "type": "modal", "callback_id": callback, "hash": "1.abc",
        "private_metadata": attempt.metadata(stage_key, party), "state": {"values": state},
        "blocks": [{"type": "input", "block_id": f.key} for f in fields], **more,
    }  # fmt: skip


def common(attempt: Try, kind: str) -> Json:
    return payloads._common(attempt.core, attempt.person, kind)


def submit(stage: str, party: str = "") -> Build:
    def build(attempt: Try) -> Delivery:
        body = common(attempt, "view_submission") | {"view": view(attempt, "page", stage, party)}
        return Delivery(INTERACTIVE, body | {"trigger_id": attempt.core.triggers.issue(attempt.person.id)})

    return build


def reason(attempt: Try) -> Delivery:
    shown = view(attempt, "reason", "", private_metadata=attempt.post("int.due", attempt.person.id))
    shown["state"] = {"values": {"reason": {"pick": {"value": "not now"}}}}
    return Delivery(INTERACTIVE, common(attempt, "view_submission") | {"view": shown})


def hub_choice(attempt: Try) -> Delivery:
    shown = view(attempt, "hub", "hub")
    shown["state"] = {"values": {"next": {"pick": {"selected_option": {"value": "assess:"}}}}}
    return Delivery(INTERACTIVE, common(attempt, "view_submission") | {"view": shown})


def choice(attempt: Try) -> Delivery:
    shown = view(attempt, "choose", "")
    shown["state"] = {"values": {"which": {"pick": {"selected_option": {"value": attempt.incident}}}}}
    return Delivery(INTERACTIVE, common(attempt, "view_submission") | {"view": shown})


def in_view(action: str, stage: str, party: str = "") -> Build:
    """A button (or a key pressed) in a modal."""

    def build(attempt: Try) -> Delivery:
        shown = view(attempt, "page", stage, party)
        act = {"type": "button", "action_id": action, "block_id": "nav", "action_ts": f"{attempt.now}.5"}
        body = common(attempt, "block_actions") | {"view": shown, "actions": [act]}
        return Delivery(INTERACTIVE, body | {"trigger_id": attempt.core.triggers.issue(attempt.person.id)})

    return build


# --- messages -------------------------------------------------------------------------------------
def press(attempt: Try, action: str, value: str, channel: str = "") -> Delivery:
    place = channel or attempt.core.dm(attempt.person.id).id
    act = {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.5"}
    body = common(attempt, "block_actions") | {
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": place},
        "channel": {"id": place, "name": "here"},
        "response_url": payloads._response_url(attempt.core, attempt.person, place, None),
        "trigger_id": attempt.core.triggers.issue(attempt.person.id),
        "actions": [act],
    }
    return Delivery(INTERACTIVE, body)


def on_post(action: str, kind: str, recipient: str = "", channel: str = "") -> Build:
    """A button of a message of that kind: the one that went to `recipient`, or to the person themselves."""
    return lambda attempt: press(attempt, action, attempt.post(kind, recipient or attempt.person.id), channel)


def on_incident(action: str) -> Build:
    return lambda attempt: press(attempt, action, attempt.incident)


# --- commands and events --------------------------------------------------------------------------
def command(text: str) -> Build:
    def build(attempt: Try) -> Delivery:
        core, person = attempt.core, attempt.person
        said = text.replace("ID", attempt.incident)
        made = payloads.command(core, person, core.dm(person.id), "/screwedup", said)
        return Delivery(COMMAND, made | {"team_id": person.team_id})

    return build


def shortcut(attempt: Try) -> Delivery:
    return Delivery(INTERACTIVE, payloads.shortcut(attempt.core, attempt.person, "screwedup_global"))


def home(attempt: Try) -> Delivery:
    event = {"type": "app_home_opened", "user": attempt.person.id, "tab": "home", "event_ts": "1.5"}
    return Delivery(EVENT, attempt.core._envelope(event, None))


def reply(attempt: Try) -> Delivery:
    """A typed answer to the notice that went to them, in their direct messages."""
    channel = f"D{attempt.person.id[1:]}"
    event = {
        "type": "message", "channel_type": "im", "channel": channel, "user": attempt.person.id,
        "text": "I see it", "ts": f"{attempt.now}.000700", "event_ts": f"{attempt.now}.000700",
    }  # fmt: skip
    return Delivery(EVENT, attempt.core._envelope(event, None))


def saving() -> list[Act]:
    """Next, on every page."""
    per_party = {s for s in PAGES if (stage := find(s)) and stage.per_party}

    def rule(page: str) -> Rule:
        return lambda state, columns: page_allowed(page, state, columns)

    every = frozenset(STATES)
    chosen = {"send": every - {"draft", "open"}}  # before that, nobody has been picked to send it to
    return [
        Act(f"save {p}", submit(p, OF.get(p, "C1" if p in per_party else "")), rule(p), chosen.get(p, every))
        for p in PAGES
    ]


def own_reminder(attempt_state: str, columns: set[str]) -> bool:
    return allowed("own reminder", columns)


REMINDED = frozenset({"R", "H", "lead", "first", "told", "seen", "P", "helper"})
START = right("start one")
ASKED = frozenset({"acknowledged", FORGOTTEN})  # where a plan waits for its yes
ACTS: tuple[Act, ...] = (
    *saving(),
    Act("type own", in_view("input.own.", "own"), right("own page"), frozenset(LIVE), quiet=True),
    Act("type assess", in_view("input.assess.", "assess"), right("edit facts"), frozenset(LIVE), quiet=True),
    Act("type send", in_view("input.send.", "send"), right("tell"), frozenset(LIVE), quiet=True),
    Act("type note", in_view("input.note.", "note"), right("note"), frozenset(TOLD), quiet=True),
    Act("skip own", in_view("skip", "own"), right("own page"), frozenset(LIVE)),
    Act("skip more", in_view("skip", "more"), right("edit facts"), frozenset(LIVE)),
    Act("back", in_view("back", "assess"), right("edit facts"), frozenset(LIVE)),
    Act("go", in_view("go.more", "assess"), right("edit facts"), frozenset(LIVE)),
    Act("refresh", in_view("refresh", "hub"), right("enter")),
    Act("timeline", in_view("timeline", "hub"), right("see timeline")),
    Act("ledger", in_view("ledger", "hub"), right("see timeline")),
    Act("withdraw", in_view("withdraw", "hub"), right("tell"), frozenset(TOLD)),
    Act("copy", in_view("copy", "client_call_script", "C1"), right("get drafts"), frozenset(OPENED)),
    Act("fill anew", in_view("anew", "client_call_script", "C1"), right("get drafts"), frozenset(OPENED)),
    Act("ask for the go-ahead", in_view("ask.plan", "plan"), right("edit facts"), frozenset(LIVE)),
    Act("ask for nothing", in_view("ask.root", "plan"), right("nothing"), frozenset(LIVE)),
    Act("hub: go on", hub_choice, right("enter")),
    Act("choose", choice, right("enter")),
    Act("continue", on_incident("open"), right("enter")),
    Act("continue, blank", on_incident("blank"), right("enter")),
    Act("accept button", on_incident("accept"), right("enter")),
    *(
        Act(f"notice {b}", on_post(f"notice.{b}", "notice", BOSS), right("acknowledge"), frozenset(AFTER))
        for b in ("seen", "call", "take")
    ),
    Act("details", on_post("details", "notice", BOSS), right("acknowledge"), frozenset(AFTER)),
    Act("a question nobody asked", on_post("which.x", "notice", BOSS), right("nothing"), frozenset(AFTER)),
    Act("arrived", on_post("arrived", "notice", BOSS), right("tell"), frozenset(AFTER)),
    Act("send again", on_post("again", "notice", BOSS), right("tell"), frozenset(AFTER)),
    Act("answer yes", on_post("answer.yes", "ask", BOSS), right("approve"), ASKED),
    Act("answer yes, late", on_post("answer.yes", "ask", BOSS), right("approve late"),
        ASKED, later=timedelta(hours=6)),
    Act("answer no", on_post("answer.no", "ask", BOSS), right("approve"), ASKED),
    Act("snooze mine", on_post("snooze.30", "int.due"), own_reminder, frozenset(AFTER)),
    Act("snooze theirs", on_post("snooze.30", "int.due", H), right("nothing"), frozenset(AFTER), but=H),
    Act("leave out mine", reason, own_reminder, frozenset(AFTER)),
    Act("read card", on_post("card.seen", "card", TEAM_CHANNEL, TEAM_CHANNEL), right("read card"),
        frozenset(AFTER), in_channel=True),
    Act("offer help", on_post("card.help", "card", TEAM_CHANNEL, TEAM_CHANNEL), right("offer help"),
        frozenset(AFTER), in_channel=True),
    Act("help from elsewhere", on_post("card.help", "card", TEAM_CHANNEL), right("nothing"),
        frozenset(AFTER)),
    Act("notice button on the card", on_post("notice.seen", "card", TEAM_CHANNEL, TEAM_CHANNEL),
        right("nothing"), frozenset(AFTER), in_channel=True),
    Act("card button on the notice", on_post("card.help", "notice", BOSS), right("nothing"),
        frozenset(AFTER)),
    Act("a button nobody made", on_post("notice.root", "notice", BOSS), right("nothing"), frozenset(AFTER)),
    Act("status", command("status ID"), right("see summary")),
    Act("export", command("export ID"), right("export")),
    Act("export all", command("export"), right("own data"), mine=True),
    Act("forget?", command("forget"), right("own data"), mine=True),
    Act("forget", in_view("forget", "hub"), right("own data"), mine=True),
    Act("command", command("I sent the list to the wrong people"), START, mine=True),
    Act("shortcut", shortcut, START, mine=True),
    Act("practice", command("practice"), START, mine=True),
    Act("start", on_incident("start"), START, mine=True),
    Act("practise", on_incident("practise"), START, mine=True),
    Act("begin with", on_incident("begin_with"), START, mine=True),
    Act("older", on_incident("list.older"), right("own data"), mine=True),
    Act("home", home, right("own data"), mine=True, quiet=True),
    Act("reply", reply, right("acknowledge"), mine=True, quiet=True),
)  # fmt: skip


def foreign(attempt: Try) -> Try:
    """The same person's payload, as it comes when Slack says that they are of another workspace."""
    return replace(attempt, person=replace(attempt.person, team_id="T000ELSEW"))


OWNERS = (R, H, BOSS, P)
