"""slack: the stepper's modals: Next, typing, Back, Skip, and the radio of hub and choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain import values
from bot.domain.errors import Refused
from bot.domain.field import Channel, People, Person, Problem
from bot.guide import entry, hub, showing, stepper, telling
from bot.guide.flow import Spot
from bot.guide.hub import Ledger
from bot.guide.outcome import Invalid, Screen, Shown
from bot.guide.stepper import Ref
from bot.slack import errors, fields, hub_view, ids, views
from bot.slack.blocks import Block
from bot.slack.edge import Edge, user_of
from bot.slack.hub_view import NEXT, OTHER
from bot.stages import find
from bot.words.pages import problem

Body = Mapping[str, Any]
Ack = dict[str, Any]


def _update(edge: Edge, screen: Screen) -> Ack:
    _meet(edge, screen)
    return {"response_action": "update", "view": views.view(screen)}


def _meet(edge: Edge, screen: Screen) -> None:
    """Whoever stands in a field already, or is named on a later page, is looked up while this one is read."""
    if isinstance(screen, Shown):
        edge.people.meet([*_picked(screen.stage.key, screen.values), *screen.facts["ladder"]])


def typed_into(view: Body, ref: Ref) -> dict[str, Any]:
    """What that page's fields hold, raw, by field."""
    stage = find(ref.stage)
    return fields.read(stage, view, ids.input_ids(ref)) if stage else {}


async def submit(edge: Edge, body: Body, received: float) -> Ack:
    """Next on a page."""
    ref = ids.ref(body["view"])
    raw = typed_into(body["view"], ref)
    await edge.people.know_in_time(_picked(ref.stage, raw))
    outside = await _outside(edge, ref.stage, raw)
    return await answered(edge, body, await edge.do(stepper.submit, ref, raw, user_of(body), outside))


async def answered(edge: Edge, body: Body, outcome: Screen | Invalid) -> Ack:
    """The answer to a submit: what comes next, or what is wrong, where it can be seen.

    Under its field if that is on the screen; else the page is drawn again and says it, since the field isn't
    there (an older release's page) or another page is. What was typed is kept.
    """
    if not isinstance(outcome, Invalid):
        return _update(edge, outcome)
    ref = ids.ref(body["view"])
    said = {key: problem(_seen(body["view"], ref, key, found)) for key, found in outcome.problems.items()}
    if said.keys() <= set(errors.seen_inputs(edge, body["view"])):
        return errors.under(said)
    stage = outcome.stage.key
    screen = await edge.see(showing.show, ref.incident, user_of(body), Spot(stage, ref.party))
    if isinstance(screen, Shown) and screen.stage.key == stage:
        return _update(edge, replace(screen, problems=outcome.problems))
    return errors.over("\n".join(said.values()))


def _seen(view: Body, ref: Ref, key: str, found: Problem) -> Problem:
    """An input of a blank page that was passed on empty counts as absent; what's wrong is that it's empty."""
    passed_on = fields.element_of(view, key, ids.input_ids(ref)) is not None
    return Problem("empty") if found.code == "not_passed_on" and passed_on else found


async def _outside(edge: Edge, stage_key: str, raw: Mapping[str, Any]) -> dict[str, Problem]:
    """What only Slack can say: whether we may make a channel, or post in the one that was picked."""
    if raw.get("where") == "new":
        return {} if await edge.may_make_rooms() else {"where": Problem("may_not_make")}
    stage = find(stage_key)
    wanted = stage is not None and raw.get("where") != "none"
    keys = [f.key for f in stage.fields if isinstance(f, Channel)] if stage and wanted else []
    found = {key: await edge.room_problem(str(raw[key])) for key in keys if raw.get(key)}
    return {key: ROOMS[code] for key, code in found.items() if code}


def _picked(stage_key: str, raw: Mapping[str, Any]) -> list[str]:
    stage = find(stage_key)
    picked = [raw.get(f.key) for f in stage.fields if isinstance(f, Person | People)] if stage else []
    listed = [value if isinstance(value, list) else [value] for value in picked]
    return [user for users in listed for user in users if isinstance(user, str)]


async def submit_hub(edge: Edge, body: Body, received: float) -> Ack:
    """Go on from the hub: to the page that was picked."""
    view, incident = body["view"], ids.ref(body["view"]).incident
    chosen = views.picked(view, OTHER, incident) or views.picked(view, NEXT, incident)
    stage, _, party = chosen.partition(":")
    screen = await edge.see(showing.show, incident, user_of(body), Spot(stage, party))
    return _update(edge, screen)


async def submit_choice(edge: Edge, body: Body, received: float) -> Ack:
    """Go on with one of several incidents."""
    return _update(edge, await edge.see(entry.pick, user_of(body), views.picked(body["view"], "which")))


async def typed(edge: Edge, body: Body, action: Body, received: float) -> None:
    """A key was pressed or something picked: keep all of the page, render nothing. Raises: Refused."""
    ref = ids.ref(body["view"])
    if action.get("action_id") not in ids.input_ids(ref):
        await edge.refuse("input of another page", user_of(body))
    raw = typed_into(body["view"], ref)
    if not await edge.do(stepper.keep, ref, raw, user_of(body), acted_at(action)):
        raise Refused("not_kept")
    if action.get("type") in ("users_select", "multi_users_select"):
        edge.spawn(edge.people.know(_picked(ref.stage, raw)))


def acted_at(action: Body) -> float:
    """When it was done, by Slack's clock; 0.0 where that does not say."""
    at = values.stamp(action.get("action_ts"))
    return at.timestamp() if at else 0.0


async def back(edge: Edge, body: Body, action: Body, received: float) -> None:
    ref = ids.ref(body["view"])
    raw = typed_into(body["view"], ref)
    show(edge, body, await edge.do(stepper.back, ref, raw, user_of(body), acted_at(action)))


async def skip(edge: Edge, body: Body, action: Body, received: float) -> None:
    ref = ids.ref(body["view"])
    raw = typed_into(body["view"], ref)
    show(edge, body, await edge.do(stepper.skip, ref, raw, user_of(body), acted_at(action)))


async def go(edge: Edge, body: Body, action: Body, received: float) -> None:
    """A page offered at the top of another, or a move of the hub."""
    ref = ids.ref(body["view"])
    spot = Spot(ids.rest_of(str(action["action_id"])), ref.party)
    raw = typed_into(body["view"], ref)
    show(edge, body, await edge.do(stepper.go, ref, raw, user_of(body), acted_at(action), spot))


async def ask(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Ask for the go-ahead: the question is on its way, and to whom."""
    ref = ids.ref(body["view"])
    raw, gate = typed_into(body["view"], ref), ids.rest_of(str(action["action_id"]))
    to = await edge.do(stepper.ask, ref, raw, user_of(body), acted_at(action), gate)
    edge.spawn(edge.push_view(body, views.note("asked" if to else "nobody_to_ask", name=to)))


async def refresh(edge: Edge, body: Body, action: Body, received: float) -> None:
    show(edge, body, await edge.see(showing.show, ids.ref(body["view"]).incident, user_of(body), HUB))


async def withdraw(edge: Edge, body: Body, action: Body, received: float) -> None:
    incident = ids.ref(body["view"]).incident
    await edge.do(telling.withdraw, incident, user_of(body))
    show(edge, body, await edge.see(showing.show, incident, user_of(body), HUB))


HUB = Spot("hub")
ROOMS = {
    "channel_unseen": Problem("channel_unseen"),
    "channel_archived": Problem("channel_archived"),
    "channel_shared": Problem("channel_shared"),
}


def show(edge: Edge, body: Body, screen: Screen) -> None:
    """Put that screen in the place of the one that was acted on."""
    _meet(edge, screen)

    async def anew() -> Block:
        incident, spot = ids.ref(body["view"]).incident, _spot(screen)
        return views.view(await edge.see(showing.show, incident, user_of(body), spot))

    edge.spawn(edge.update_view(body, views.view(screen), anew))


def _spot(screen: Screen) -> Spot:
    return Spot(screen.stage.key, screen.party) if isinstance(screen, Shown) else HUB


async def picked(edge: Edge, body: Body, action: Body, received: float) -> None:
    """The radio of hub or choice was moved: nothing to keep until Go on is pressed."""


async def course(edge: Edge, body: Body, action: Body, received: float) -> None:
    """What happened when, over the hub; [Older] and [Newer] in its place."""
    await _read(edge, body, action, hub_view.course)


async def ledger(edge: Edge, body: Body, action: Body, received: float) -> None:
    """What will be reminded of and what went out, in the same way."""
    await _read(edge, body, action, hub_view.ledger)


async def _read(edge: Edge, body: Body, action: Body, draw: Callable[[Ledger, str], Block]) -> None:
    async def drawn() -> Block:
        known = await edge.see(hub.ledger, ids.ref(body["view"]).incident, user_of(body))
        return draw(known, str(action.get("value") or ""))

    view = await drawn()
    turned = body["view"].get("callback_id") == ids.READ
    edge.spawn(edge.update_view(body, view, drawn) if turned else edge.push_view(body, view))
