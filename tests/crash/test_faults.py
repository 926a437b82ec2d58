"""Slack answers wrongly, late or not at all: each kind of answer has one outcome (F22 to F29), and no double.

Time is moved by the clock both sides share; nothing here waits for a lease.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.outbox.pace import Pace
from bot.playground.driver import Member
from tests.crash.rig import jump, share, until
from tests.edge.acts import SAID, rows, text_of, to_page
from tests.house import House, open_house

HISTORY = ("chat.postMessage", "chat.update")
# A fault, and whether Slack has done it all the same.
UNKNOWN = (
    *[(kind, when) for kind in ("500", "503", "reset", "truncated", "html") for when in ("before", "after")],
    *[(f"error:{code}", when) for code in ("fatal_error", "internal_error") for when in ("before", "after")],
    *[
        (f"body:{body}", when)
        for body in ("{}", "[]", "null", '{"ok": "yes"}', "")
        for when in ("before", "after")
    ],
    ("error:service_unavailable", "before"),
    ("error:something_new", "after"),
)
WAITS: tuple[tuple[str, str | int | None, float], ...] = (
    ("429", 0, 1),
    ("429", 3, 4),
    ("429", None, 31),
    ("429", "soon", 31),
    ("429", "-5", 1),
    ("429", "Wed, 21 Oct 2026 07:28:00 GMT", 31),
    ("429", "nan", 31),
    ("429", "1e9", 3601),
    ("error:ratelimited", 1, 31),
    ("error:message_limit_exceeded", 1, 31),
)
NEVER = (
    *("channel_not_found", "not_in_channel", "is_archived", "user_not_found", "cannot_dm_bot"),
    *(
        "restricted_action",
        "restricted_action_read_only_channel",
        "ekm_access_denied",
        "messages_tab_disabled",
    ),
)
PAUSED = (
    *("account_inactive", "token_revoked", "invalid_auth", "token_expired", "missing_scope"),
    "team_access_not_granted",
)
PLAINER = ("msg_too_long", "invalid_blocks", "metadata_too_large", "msg_blocks_too_long")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Over Socket Mode only: what goes out does not depend on how things come in."""
    async with open_house(tmp_path, "socket") as opened:
        opened.bot.sender.pace = Pace()
        yield opened
        opened.check()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


async def ready(house: House) -> Member:
    """The reporter stands before Send; her card is out and everybody has been looked up."""
    await to_page(house, "send")
    await house.slack.wait(lambda: house.reporter.dm)
    await house.bot.drain()
    return house.reporter


def state(folder: Path) -> str:
    """Of the notice."""
    ((found,),) = rows(folder, "SELECT state FROM posts WHERE kind = 'notice'")
    return str(found)


def to_boss(
    house: House, kind: str, when: str = "before", times: int | None = 1, retry: str | int | None = 1
) -> None:
    """A fault on the next message to the boss."""
    channel = house.slack.core.dm(house.boss.id).id
    house.slack.faults.add(
        method="chat.postMessage", kind=kind, when=when, times=times, retry_after=retry, channel=channel
    )


def notices(house: House) -> int:
    return sum("Hello Bert" in message.text for message in house.boss.dm)


async def settled(house: House, folder: Path, *states: str) -> str:
    """Move on in steps until the notice is in one of these states."""
    for _ in range(8):
        await house.bot.tick()
        await house.bot.drain()
        if state(folder) in states:
            return state(folder)
        house.bot.sender.pace.forget()  # kept in real time, which no one moves
        await jump(house, 20)
    raise AssertionError(state(folder))


@pytest.mark.parametrize(("kind", "when"), share(UNKNOWN, 3))
async def test_an_unknown_outcome_is_looked_up(house: House, folder: Path, kind: str, when: str) -> None:
    """F24, F25: neither lost nor doubled, whether it had been done or not."""
    rina = await ready(house)
    to_boss(house, kind, when)
    assert (await rina.submit()).action == "update"
    await until(lambda: state(folder) == "checking")
    assert "on its way" in text_of(rina.modal)
    assert await settled(house, folder, "sent") == "sent"
    assert notices(house) == 1
    await house.slack.wait(lambda: "Sent to" in rina.dm[0].text)


@pytest.mark.parametrize(("kind", "retry", "wait"), share(WAITS, 3))
async def test_slack_asks_to_wait(
    house: House, folder: Path, kind: str, retry: str | int | None, wait: float
) -> None:
    """F22, F23: this channel waits as long as it was told, and no attempt is lost by it."""
    rina = await ready(house)
    to_boss(house, kind, retry=retry)
    assert (await rina.submit()).action == "update"
    await until(lambda: [c for c in house.slack.calls if c.fault])
    await until(lambda: state(folder) == "pending")
    house.bot.sender.pace.forget()  # kept in real time, which no one moves
    await jump(house, wait)
    await house.slack.wait(lambda: notices(house) == 1)
    await until(lambda: state(folder) == "sent")
    assert notices(house) == 1


@pytest.mark.parametrize("code", share(NEVER, 4))
async def test_a_no_for_good_is_shown_and_not_repeated(house: House, folder: Path, code: str) -> None:
    """F27: the card says so, and asks what to do."""
    rina = await ready(house)
    to_boss(house, f"error:{code}", times=None)
    assert (await rina.submit()).action == "update"
    await until(lambda: state(folder) == "blocked")
    await house.slack.wait(lambda: "could not be delivered" in rina.dm[0].text)
    tries = len([c for c in house.slack.calls if c.fault])
    await jump(house, 3600)
    await house.bot.tick()
    assert len([c for c in house.slack.calls if c.fault]) == tries == 1
    house.slack.faults.clear()
    await rina.click(rina.dm[0], "again")
    await house.slack.wait(lambda: "Sent to" in rina.dm[0].text)
    assert notices(house) == 1


@pytest.mark.parametrize("code", share(PAUSED, 3))
async def test_a_closed_workspace_pauses_everything_until_it_opens(
    house: House, folder: Path, code: str
) -> None:
    """F28: nothing is burned, nothing is said to be sent, and all of it goes out once it can."""
    rina = await ready(house)
    house.slack.refusal = code
    house.slack.expect(code)
    assert (await rina.submit()).action == "update"
    await until(lambda: house.bot.sender._paused_until > 0)
    assert state(folder) == "pending"
    assert notices(house) == 0
    house.slack.refusal = None
    house.bot.sender._paused_until = float("-inf")  # a real minute later
    await jump(house, 61)
    await house.slack.wait(lambda: notices(house) == 1)
    await until(lambda: state(folder) == "sent")
    await jump(house, 61)
    await house.slack.wait(lambda: "Sent to" in rina.dm[0].text)


@pytest.mark.parametrize("code", share(PLAINER, 2))
async def test_a_form_slack_does_not_like_goes_out_plain(house: House, folder: Path, code: str) -> None:
    """F29: the same words without blocks."""
    rina = await ready(house)
    to_boss(house, f"error:{code}")
    assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: notices(house) == 1)
    await until(lambda: state(folder) == "sent")
    sent = [c for c in house.slack.calls if c.method == "chat.postMessage" and c.ok][-1]
    assert len(str(sent.args["text"])) <= 3000


@pytest.mark.parametrize(
    "kind", share(["500", "reset", "html", "truncated", "429", "error:fatal_error", "body:{}"], 3)
)
@pytest.mark.parametrize("method", ["conversations.open", "users.info"])
async def test_a_question_that_fails_is_asked_again(
    house: House, folder: Path, method: str, kind: str
) -> None:
    """What can be repeated is: the notice is late, not lost."""
    rina = await ready(house)
    await jump(house, 61)  # so that the boss is looked up once more before anything goes to them
    house.slack.faults.add(method=method, kind=kind, times=2)
    assert (await rina.submit()).action == "update"
    for _ in range(6):
        await house.bot.tick()
        await jump(house, 5)
    await house.slack.wait(lambda: notices(house) == 1)
    await until(lambda: state(folder) == "sent")


@pytest.mark.parametrize(
    "kind", share(["500", "reset", "truncated", "429", "error:fatal_error", "error:hash_conflict"], 3)
)
async def test_a_card_that_was_not_redrawn_is_redrawn(house: House, folder: Path, kind: str) -> None:
    rina = await ready(house)
    house.slack.faults.add(method="chat.update", kind=kind, times=2)
    assert (await rina.submit()).action == "update"
    for _ in range(4):
        await house.bot.tick()
        await jump(house, 31)
    await house.slack.wait(lambda: "Sent to" in rina.dm[0].text)
    assert len(rina.dm) == len({m.ts for m in rina.dm})
    assert notices(house) == 1


async def test_one_channel_that_must_wait_holds_nobody_else(house: House, folder: Path) -> None:
    """Slack asks for an hour's patience with the boss's channel: another person's card comes at once."""
    rina, zoe = await ready(house), house.t1
    to_boss(house, "429", retry=3600)
    assert (await rina.submit()).action == "update"
    await until(lambda: [c for c in house.slack.calls if c.fault])
    await to_page(house, "assess", zoe, "Another mistake by another person")
    await house.slack.wait(lambda: zoe.dm)


async def test_a_lookup_that_must_wait_holds_nobody_else(house: House, folder: Path) -> None:
    """The same for a person who cannot be looked up now."""
    rina, zoe = await ready(house), house.t1
    await house.bot.edge.people.know([zoe.id])
    await jump(house, 61)
    house.slack.faults.add(method="users.info", kind="429", retry_after=3600)
    assert (await rina.submit()).action == "update"
    await until(lambda: [c for c in house.slack.calls if c.fault])
    await to_page(house, "assess", zoe, "Another mistake by another person")
    await house.slack.wait(lambda: zoe.dm)


async def test_on_its_way_until_it_is_true(house: House, folder: Path) -> None:
    """Slack is down while telling: window, card and status say what is true, before and after."""
    rina = await ready(house)
    house.slack.faults.add(kind="503", times=None)
    assert (await rina.submit()).action == "update"
    assert "on its way" in text_of(rina.modal)
    for _ in range(3):
        await house.bot.tick()
        await jump(house, 30)
    said = (await rina.command("/screwedup", "status")).ephemerals[0].text
    assert "on its way" in said
    assert "Sent to" not in said
    house.slack.faults.clear()
    for _ in range(6):
        await house.bot.tick()
        await jump(house, 60)
    await house.slack.wait(lambda: notices(house) == 1)
    await house.slack.wait(lambda: "Sent to" in rina.dm[0].text)
    assert "Sent to" in (await rina.command("/screwedup", "status")).ephemerals[0].text


async def test_a_reaction_that_is_faster_than_slacks_answer_counts(house: House, folder: Path) -> None:
    """The boss sees the notice before the bot knows that it is there."""
    rina, bert = await ready(house), house.boss
    to_boss(house, "latency:0.5")
    assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: bert.dm)
    await bert.react(bert.dm[0], "eyes")
    await house.slack.settle()
    await until(lambda: state(folder) == "sent")  # whoever reacts to it has it
    await house.slack.wait(lambda: "Seen by" in rina.dm[0].text)


async def test_a_random_night_loses_and_doubles_nothing(house: House, folder: Path) -> None:
    """A third of all calls go wrong, before or after they took effect, for five people at once."""
    people = [house.slack.person(key) for key in ("reporter", "t1", "t2", "t3", "privacy")]
    house.slack.faults.random(
        0.3,
        seed=5,
        methods=frozenset(
            {"chat.postMessage", "chat.update", "users.info", "conversations.open", "conversations.history"}
        ),
    )
    for who in people:
        await to_page(house, "hub", who, SAID)
    for _ in range(40):
        await house.bot.tick()
        await jump(house, 20)
        house.bot.sender.pace.forget()
        if all(s == "sent" for (s,) in rows(folder, "SELECT state FROM posts WHERE kind = 'notice'")):
            break
    house.slack.faults.clear()
    assert rows(folder, "SELECT state, COUNT(*) FROM posts WHERE kind = 'notice' GROUP BY 1") == [("sent", 5)]
    assert notices(house) == len(people)
