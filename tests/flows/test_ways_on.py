"""Where things lead: a small one to its end, a reminder to its page; and a question says what it is about."""

from __future__ import annotations

import pytest

from bot.playground.driver import Member
from tests.contract.hands import take
from tests.edge.acts import go_back, stage_of, text_of
from tests.flows.test_texts import open_text
from tests.house import IDS, House

SMALL = {
    "open": {"reach": "none", "still_going": "no"},
    "assess": {"q1_mistake": "I deleted next week from our calendar", "undo": "fully"},
}
LARGE = {
    "open": {"reach": "many", "still_going": "no"},
    "own": {"own_line": "I sent the wrong file"},
    "assess": {"q1_mistake": "The wrong file went to the printer", "undo": "partly"},
}


async def to_hub(house: House, answers: dict[str, dict[str, str]]) -> Member:
    """Told, over the whole line; the hub is open."""
    await house.monday_morning()
    rina: Member = house.reporter
    await rina.command("/screwedup", "Something went wrong this morning")
    await rina.wait_modal()
    while (here := stage_of(rina.modal)) != "hub":
        await send_off(rina, **answers.get(here, {}))
    await house.slack.wait(lambda: len(house.boss.dm) == 1)
    return rina


async def send_off(person: Member, **answers: object) -> None:
    for key, value in answers.items():
        await person.fill(key, value)
    assert (await person.submit()).action == "update"


async def test_a_small_one_is_closed_by_letting_go(house: House) -> None:
    rina = await to_hub(house, SMALL)
    await send_off(rina)
    assert stage_of(rina.modal) == "fixed"
    await send_off(rina, fixed_how="The week is back")
    await send_off(rina)
    assert stage_of(rina.modal) == "letgo"
    assert "closes this chapter" in text_of(rina.modal)
    await send_off(rina)
    assert "This chapter is closed" in text_of(rina.modal)


async def test_after_closing_only_what_is_open_is_named(house: House) -> None:
    rina = await to_hub(house, LARGE)
    await take(rina, "fixed:")
    await send_off(rina, fixed_how="Printed again", verified_by=IDS["boss"])
    await take(rina, "review:")
    await send_off(rina, factors="Two files of one name")
    await take(rina, "close:")
    await send_off(rina)
    assert "a step against a next time" in text_of(rina.modal)
    assert "the learning talk" not in text_of(rina.modal)


async def test_a_question_says_what_it_costs_and_who_asked(house: House) -> None:
    rina, boss = await to_hub(house, LARGE), house.boss
    await boss.click(boss.dm[0], "notice.seen")
    await house.slack.wait(lambda: "Seen by" in boss.dm[0].text)
    assert "without an answer" not in boss.dm[0].text
    await take(rina, "plan:")
    await send_off(rina, fix_text="Print all of it again", cost="480")
    assert "waits for a yes from Bert Lindqvist" in text_of(rina.modal)
    await house.slack.wait(lambda: len(boss.dm) == 2)
    assert "Rina Okafor has a plan" in boss.dm[1].text
    assert "It costs 480.00 EUR." in boss.dm[1].text


async def test_a_reminder_leads_to_the_page_it_is_about(house: House) -> None:
    rina, boss = await to_hub(house, LARGE), house.boss
    await house.later(minutes=5)
    await boss.click(boss.dm[0], "notice.seen")
    await rina.close_modal()
    await house.later(minutes=56)  # half of the time for a first contact; the note to the team is due later
    await house.slack.wait(lambda: len(rina.dm) == 2, timeout=10)
    await rina.click(rina.dm[1], "open.contact.C1")
    assert stage_of(await rina.wait_modal()) == "contact"


async def test_the_last_word_asks_for_nothing(house: House) -> None:
    rina = await to_hub(house, SMALL)
    await take(rina, "fixed:")
    await send_off(rina, fixed_how="The week is back")
    await take(rina, "letgo:")
    await send_off(rina)
    await house.slack.wait(lambda: any("let go of it now" in m.text for m in rina.dm), timeout=10)
    word = next(m for m in rina.dm if "let go of it now" in m.text)
    assert "snooze" not in str(word.blocks)


@pytest.mark.parametrize(
    ("status", "said"),
    [("someone_else", "Whether it is stopped: not yet"), ("stopped", "What is stopped: IT kills the link")],
)
async def test_the_details_say_stopped_only_of_what_is_stopped(house: House, status: str, said: str) -> None:
    await to_hub(house, {**LARGE, "open": {"reach": "many", "still_going": "yes"}, "halt": HALT[status]})
    boss = house.boss
    await boss.click(boss.dm[0], "details")
    await house.slack.wait(lambda: bool(boss.stack))
    assert said in text_of(boss.modal)
    assert ("What is stopped" in text_of(boss.modal)) is (status == "stopped")


async def test_what_is_said_to_be_over_is_not_called_unknown(house: House) -> None:
    await to_hub(house, LARGE)
    boss = house.boss
    await boss.click(boss.dm[0], "details")
    await house.slack.wait(lambda: bool(boss.stack))
    assert "it is not going on any more, says whoever reported it" in text_of(boss.modal)


@pytest.mark.parametrize(("works", "said"), [("mostly", "not all is well yet"), ("yes", "the end of it")])
async def test_closing_says_what_they_said(house: House, works: str, said: str) -> None:
    rina = await to_hub(house, LARGE)
    await take(rina, "fixed:")
    await send_off(rina, fixed_how="Printed again", verified_by=IDS["boss"])
    await take(rina, "debrief:C1")
    assert "you send it yourself" in text_of(await open_text(rina, "debrief_invite"))
    await go_back(rina)
    await send_off(rina, working_ok=works)
    await take(rina, "close:")
    assert said in text_of(rina.modal)


HALT = {
    status: {"halt_status": status, "halt_action": "IT kills the link"}
    for status in ("someone_else", "stopped")
}


async def test_one_word_that_may_be_a_sentence_begins_and_another_is_asked_about(house: House) -> None:
    zoe, rina = house.t1, house.reporter
    await zoe.command("/screwedup", "我不知道我做了什么")
    await zoe.wait_modal(where=lambda view: stage_of(view) == "open")
    assert "我不知道我做了什么" in text_of(zoe.modal)
    await rina.command("/screwedup", "lsit")
    await house.slack.wait(lambda: house.slack.workspace.ephemerals.get(rina.id))
    assert rina.modal is None


async def test_no_reminder_reaches_the_boss_before_the_notice(house: House) -> None:
    """They came to us first, and the lead is told in the minute in which a call back is due."""
    await house.monday_morning()
    rina = house.reporter
    await rina.command("/screwedup", "The client rang about a wrong invoice")
    await rina.wait_modal()
    await send_off(rina, reach="many", still_going="no", found_how="client")
    while (here := stage_of(rina.modal)) != "send":
        await send_off(rina, **LARGE.get(here, {}))
    await house.later(minutes=15)
    await house.slack.wait(lambda: any("A call back" in m.text for m in rina.dm))
    await send_off(rina)
    await house.slack.wait(lambda: len(house.boss.dm) == 2)
    assert "Hello Bert" in house.boss.dm[0].text
    assert "came to us first and waits for a call" in house.boss.dm[1].text
