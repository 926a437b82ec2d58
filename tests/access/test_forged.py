"""Every routed id with values no client of Slack's would send: no row changes, one line of audit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.playground.delivery import INTERACTIVE, Delivery
from bot.slack import ids, routes
from bot.stages import find
from bot.store import tables as t
from tests.access.acts import Try, common, press, submit, view
from tests.access.front import Front, open_front
from tests.access.matrix import Table, dump, put_back
from tests.access.scene import BOSS, MEMBER, H, R, Scene, mark, move_in
from tests.edge.acts import rows

FOREIGN = "bbbbb9"  # an incident of another workspace in the same database
OWN = {ids.START, ids.PRACTISE, ids.BEGIN_WITH, ids.FORGET, ids.LIST}  # about oneself, whatever the value
SILENT = {ids.PICK, ids.LEAVE_OUT}  # read nothing and keep nothing; the second opens an empty window
HOSTILE = (
    "", "zzzzzz", "0", "-1", "null", "../../etc/passwd", "' OR 1=1 --", "{{ 7*7 }}", "%s%n{0.__class__}",
    "x" * 2000, '{"i":{"i":[[]]}}', "00000000-0000-4000-8000-000000000000",
)  # fmt: skip


@pytest.fixture
async def front(tmp_path: Path, transport: str) -> AsyncIterator[Front]:
    async with open_front(tmp_path, transport, move_in) as opened:
        yield opened


@pytest.fixture
async def table(front: Front, tmp_path: Path) -> AsyncIterator[Table]:
    scene = await front.set_scene()
    await front.database.write(foreign)
    golden = await front.database.read(dump)
    await front.database.write(put_back, golden)
    made = Table(front, scene, tmp_path, golden)
    yield made
    last = {state for state, known in made.before.items() if made.fingerprint(state) != known}
    made.rows.close()
    assert made.meant or not last


def foreign(connection: Connection) -> None:
    """The told incident once more, as somebody else's."""
    for source in (t.incidents, t.pages, t.events, t.parties):
        key = source.c.id if source is t.incidents else source.c.incident
        for row in connection.execute(select(source).where(key == "aaaaa4")).mappings().all():
            copied = dict(row) | {"tenant": "T000OTHER", key.name: FOREIGN}
            copied.pop("seq", None)
            connection.execute(insert(source).values(copied))


def attempt(front: Front, scene: Scene, user: str) -> Try:
    person, now = front.slack.workspace.people[user], int(front.now().timestamp())
    return Try(front.slack.core, person, scene, "told", now, lambda page, party: 1)


def values(scene: Scene, user: str) -> Iterator[str]:
    """Made up by anybody; true ones by somebody who has no part in any of it."""
    yield from (*HOSTILE, FOREIGN)
    if user == MEMBER:
        yield from (scene.incident[state] for state in ("draft", "told", "closed"))
        yield from {key[1]: post for key, post in scene.posts.items() if key[0] == "acknowledged"}.values()


async def tried(front: Front, table: Table, delivery: Delivery) -> tuple[object, int, bool]:
    """(status, lines of audit, whether anything changed)."""
    before = table.refusals()
    done = await front.deliver(delivery)
    await front.settle()
    changed = table.fingerprint("told") != table.before["told"]
    return done.status, table.refusals() - before, changed


@pytest.mark.parametrize("user", [MEMBER, R])
async def test_every_button(front: Front, table: Table, user: str) -> None:
    wrong = []
    for kind in sorted(set(routes.ACTIONS) - OWN):
        for value in values(table.scene, user):
            made = press(attempt(front, table.scene, user), kind, value)
            status, audited, changed = await tried(front, table, made)
            answered = (status == 200) is (kind != ids.INPUT)  # what isn't kept isn't answered as if it were
            if not answered or (audited, changed) != (0 if kind in SILENT else 1, False):
                wrong.append((kind, value[:40], status, audited, changed))
    assert wrong == []


@pytest.mark.parametrize("user", [MEMBER, R])
async def test_every_button_of_a_view(front: Front, table: Table, user: str) -> None:
    """The metadata of a view is looked up, never trusted."""
    wrong = []
    for kind in sorted(set(routes.ACTIONS) - OWN - SILENT):
        for value in values(table.scene, user):
            made = of_view(front, table.scene, user, kind, value)
            status, audited, changed = await tried(front, table, made)
            answered = (status == 200) is (kind != ids.INPUT)
            if not answered or (audited, changed) != (1, False):
                wrong.append((kind, value[:40], status, audited, changed))
    assert wrong == []


def of_view(front: Front, scene: Scene, user: str, kind: str, value: str) -> Delivery:
    who = attempt(front, scene, user)
    shown = view(
        who, "page", "assess", private_metadata=json.dumps({"i": value, "s": "assess", "p": "", "v": 1})
    )
    act = {"type": "button", "action_id": kind, "block_id": "b", "value": value, "action_ts": "1.5"}
    body = common(who, "block_actions") | {"view": shown, "actions": [act]}
    return Delivery(INTERACTIVE, body | {"trigger_id": front.slack.core.triggers.issue(user)})


@pytest.mark.parametrize("user", [MEMBER, R])
async def test_every_submission(front: Front, table: Table, user: str) -> None:
    wrong = []
    for callback in sorted(routes.VIEWS):
        for value in values(table.scene, user):
            who = attempt(front, table.scene, user)
            shown = view(
                who, callback, "assess", private_metadata=json.dumps({"i": value, "s": "assess", "v": 1})
            )
            picked = {"pick": {"type": "radio_buttons", "selected_option": {"value": value}}}
            shown["state"]["values"] |= {"which": picked, "next": picked, "reason": {"pick": {"value": "so"}}}
            if callback == ids.REASON:
                shown["private_metadata"] = value
            made = Delivery(INTERACTIVE, common(who, "view_submission") | {"view": shown})
            status, audited, changed = await tried(front, table, made)
            if (status, audited, changed) != (200, 1, False):
                wrong.append((callback, value[:40], status, audited, changed))
    assert wrong == []


async def test_ids_nobody_made(front: Front, table: Table) -> None:
    """Unknown buttons, windows, shortcuts and kinds of payload."""
    who = attempt(front, table.scene, R)
    shown = view(who, "root", "assess")
    made = [
        press(who, "root", table.scene.incident["told"]),
        Delivery(INTERACTIVE, common(who, "view_submission") | {"view": shown}),
        Delivery(INTERACTIVE, common(who, "shortcut") | {"callback_id": "root", "action_ts": "1.5"}),
    ]
    for one in made:
        assert await tried(front, table, one) == (200, 1, False)
    for kind in ("block_suggestion", "dialog_submission", "workflow_step_edit", "view_closed"):
        body = common(who, kind) | {"action_id": "x", "block_id": "y", "value": "1", "view": shown}
        status, audited, changed = await tried(front, table, Delivery(INTERACTIVE, body))
        assert (audited, changed) == (0, False), kind
        assert status in (200, 404, None), kind


async def test_a_view_made_for_one_party_is_none_for_another(front: Front, table: Table) -> None:
    who = attempt(front, table.scene, H)
    for party in ("C2", "C999999999", "c1", " C1", "x" * 40):
        assert await tried(front, table, submit("contact", party)(who)) == (200, 1, False), party
    assert await tried(front, table, submit("assess", "C1")(who)) == (200, 1, False)


async def test_fields_that_were_not_drawn_are_not_read(front: Front, table: Table, tmp_path: Path) -> None:
    """The handler sends the reporter's private answers along, and one that no page has."""
    who = replace(attempt(front, table.scene, H), version=lambda page, party: 1)
    made = submit("more")(who)
    values = made.payload["view"]["state"]["values"]
    assert "q4_differently" in values
    values["root"] = {"x": {"type": "plain_text_input", "value": "zqroot"}}
    table.meant.add("told")
    await front.deliver(made)
    await front.settle()
    key = table.scene.incident["told"]
    ((answers, by),) = rows(
        tmp_path, "SELECT answers, saved_by FROM pages WHERE incident = ? AND stage = 'more'", key
    )
    assert by == H
    kept: dict[str, Any] = json.loads(answers)
    assert kept["q4_differently"] == f"{mark('more', 'q4_differently')} in words"
    assert kept["q2_actions"] == f"{mark('more', 'q2_actions')} typed"
    assert "zqroot" not in answers
    more = find("more")
    assert more is not None
    assert set(kept) == {f.key for f in more.fields}


async def test_nobody_is_named_by_a_payload(front: Front, table: Table) -> None:
    """The actor is the envelope's; a user in a value or in the metadata is nobody."""
    who = attempt(front, table.scene, MEMBER)
    made = press(who, "notice.seen", table.scene.posts["told", "notice", BOSS])
    made.payload["actions"][0] |= {"user": BOSS, "selected_user": BOSS}
    made.payload["message"] = {"user": BOSS, "ts": "1.000001"}
    assert await tried(front, table, made) == (200, 1, False)


async def test_what_no_database_can_take_is_left_out(front: Front, table: Table) -> None:
    """A name with it is nobody's. (That the rest of a typed text is kept: tests/edge.)"""
    who = attempt(front, table.scene, R)
    for name in ("nul\x00byte", "half \ud800 a letter"):
        assert await tried(front, table, press(who, "open", name)) == (200, 1, False)
