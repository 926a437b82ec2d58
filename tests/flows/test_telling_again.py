"""Telling again: corrected, taken back, to somebody else, to a stand-in. What R read is what goes out."""

from __future__ import annotations

from pathlib import Path

from bot.playground.driver import Member
from tests.contract.hands import take
from tests.edge.acts import rows, stage_of, text_of, to_page, walk_on
from tests.flows.test_ways_on import send_off
from tests.house import IDS, House

FIRST = "The first text, written in a hurry: 40,000 customers got it. " + "x" * 110
SECOND = "The second text, calm and short: 400 customers got it. " + "y" * 110


async def told(house: House, text: str = FIRST) -> Member:
    """The boss has the first text; the reporter stands in the hub."""
    await house.monday_morning()
    rina: Member = house.reporter
    await to_page(house, "send")
    await send_off(rina, text=text)
    await house.slack.wait(lambda: "Sent to Bert" in rina.dm[0].text)
    return rina


async def seen(house: House) -> tuple[Member, Member]:
    rina, bert = await told(house), house.boss
    await bert.click(bert.dm[0], "notice.seen")
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)
    return rina, bert


async def taken_back(house: House) -> Member:
    rina = await told(house)
    await rina.press("withdraw")
    await house.slack.wait(lambda: "withdrawn" in house.boss.dm[0].text)
    return rina


async def test_a_corrected_text_goes_to_whoever_has_the_first_and_only_once(house: House) -> None:
    rina, bert = await told(house), house.boss
    await take(rina, "send:")
    await send_off(rina, text=SECOND)
    await house.slack.wait(lambda: len(bert.dm) == 2)
    assert SECOND[:50] in bert.dm[1].text
    assert "this replaces the message" in bert.dm[1].text
    await house.slack.wait(lambda: "The correction went to Bert" in rina.dm[0].text)
    await take(rina, "send:")
    await send_off(rina, text=SECOND)
    await house.later(seconds=5)
    assert len(bert.dm) == 2
    await bert.click(bert.dm[0], "details")
    assert SECOND[:50] in text_of(await bert.wait_modal())


async def test_taken_back_and_told_to_somebody_safe(house: House) -> None:
    rina = await taken_back(house)
    await house.slack.wait(lambda: "You took the message to Bert" in rina.dm[0].text)
    await take(rina, "safe:")
    await send_off(rina, boss=IDS["t1"])
    assert stage_of(rina.modal) == "send"
    assert "Hello Zo" in text_of(rina.modal)
    await send_off(rina)
    assert stage_of(rina.modal) == "hub"
    await house.slack.wait(lambda: house.t1.dm)
    await house.slack.wait(lambda: "Sent to Zo" in rina.dm[0].text)
    assert "Next: Tell" not in rina.dm[0].text
    await house.later(minutes=130)
    assert len(house.boss.dm) == 1


async def test_somebody_else_is_picked_without_taking_it_back(house: House) -> None:
    rina = await told(house)
    await take(rina, "tell:")
    await send_off(rina, boss=IDS["lead"])
    assert stage_of(rina.modal) == "send"
    assert "Hello Lee" in text_of(rina.modal)
    await send_off(rina)
    await house.slack.wait(lambda: house.lead.dm)
    assert "Hello Lee" in house.lead.dm[0].text


async def test_whoever_stands_in_gets_the_text_that_stands(house: House) -> None:
    rina = await taken_back(house)
    await take(rina, "tell:")
    await send_off(rina, special=["away"])
    assert stage_of(rina.modal) == "send"
    assert "so Dana Petrov gets exactly this text" in text_of(rina.modal)
    await send_off(rina, text=SECOND)
    dana = house.deputy
    await house.slack.wait(lambda: dana.dm)
    assert SECOND[:50] in dana.dm[0].text
    assert FIRST[:50] not in dana.dm[0].text
    await house.slack.wait(lambda: "Bert Lindqvist is away. Sent to Dana" in rina.dm[0].text)
    assert "You told Bert" not in rina.dm[0].text
    await dana.click(dana.dm[0], "details")
    shown = text_of(await dana.wait_modal())
    assert SECOND[:50] in shown
    assert FIRST[:50] not in shown


async def test_a_notice_of_unknown_fate_goes_no_more_once_another_is_told(
    house: House, tmp_path: Path
) -> None:
    """Slack failed on it; it was taken back, and somebody safe was told: the boss hears nothing of it."""
    await house.monday_morning()
    rina: Member = house.reporter
    await to_page(house, "send")
    channel = house.slack.core.dm(house.boss.id).id
    house.slack.faults.add(method="chat.postMessage", kind="500", channel=channel)
    await send_off(rina, text=FIRST)
    await house.slack.wait(lambda: rina.dm and "on its way" in rina.dm[0].text)
    await rina.press("withdraw")
    await rina.wait_modal(where=lambda view: "Take the message back" not in text_of(view))
    await take(rina, "safe:")
    await send_off(rina, boss=IDS["t1"])
    await send_off(rina)
    for _ in range(4):
        await house.later(seconds=20)
    assert house.boss.dm == []
    assert ("notice", "cancelled") in rows(tmp_path, "SELECT kind, state FROM posts")


async def test_a_page_left_open_counts_no_more_once_it_is_somebody_elses(house: House) -> None:
    """The same window has saved this page before; that is no right to save it again."""
    rina, zoe = await told(house), house.t1
    await take(rina, "assess:")
    await send_off(rina, q1_mistake="One invoice went to the wrong client")
    await take(rina, "handover:")
    await send_off(rina, to=IDS["t1"])
    await take(rina, "assess:")
    await house.slack.wait(lambda: zoe.dm)
    await zoe.click(zoe.dm[0], "accept")
    await zoe.wait_modal()
    await send_off(zoe, read_back="I see it through")
    await house.slack.wait(lambda: "handles it now" in rina.dm[0].text)
    house.slack.expect("http_service_error", "operation_timeout")  # typing that isn't kept isn't answered
    house.slack.ack_timeout = 0.5
    await rina.fill("q1_mistake", "Mine again")
    house.slack.ack_timeout = 3.0
    assert "can't find that" in next(iter((await rina.submit()).errors.values()))
    assert stage_of(rina.modal) == "assess"


async def test_an_answer_in_the_thread_of_a_question_reaches_whoever_asked(house: House) -> None:
    rina, bert = await seen(house)
    await take(rina, "plan:")
    await send_off(rina, fix_text="We send it again by courier", cost="500")
    await house.slack.wait(lambda: len(bert.dm) == 2)
    await bert.say(bert.dm[1].channel, "Not by courier.", thread_ts=bert.dm[1].ts)
    await house.slack.wait(lambda: any("Not by courier." in m.text for m in rina.dm))
    await bert.click(bert.dm[1], "answer.no")
    await house.slack.wait(lambda: any("about the plan: not yet" in m.text for m in rina.dm[1:]))
    await house.slack.wait(lambda: "says about the plan: not yet" in rina.dm[0].text)


async def test_nobody_is_asked_for_their_own_yes(house: House, tmp_path: Path) -> None:
    """Nobody is above the reporter: what they plan is agreed by their saving it."""
    await house.monday_morning()
    rina: Member = house.reporter
    await to_page(house, "tell")
    await send_off(rina, special=["senior"], peer=IDS["t1"])
    await walk_on(rina, "hub")
    await take(rina, "plan:")
    await send_off(rina, fix_text="We send it again by courier", cost="500")
    assert stage_of(rina.modal) == "hub"
    assert "waits for a yes" not in text_of(rina.modal)
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind IN ('ask', 'gate')") == [(0,)]
    await house.slack.wait(lambda: "You named Zo" in rina.dm[0].text)


async def test_a_credit_asks_for_its_yes(house: House) -> None:
    rina, bert = await seen(house)
    await take(rina, "fixed:")
    await send_off(rina, fixed_how="The right invoice is out", verified_by=IDS["t1"])
    await take(rina, "debrief:C1")
    await send_off(rina, working_ok="yes", credit_amount="100")
    await house.slack.wait(lambda: len(bert.dm) == 2)
    assert "100" in bert.dm[1].text
    await bert.click(bert.dm[1], "answer.yes")
    await house.slack.wait(lambda: any("says yes to the credit" in m.text for m in rina.dm))


async def test_a_text_that_was_only_looked_at_calls_nobody_back(house: House, tmp_path: Path) -> None:
    rina = await told(house)
    await take(rina, "spoke:C1")
    await rina.press("go.client_call_script")
    await rina.wait_modal(where=lambda view: stage_of(view) == "client_call_script")
    await rina.press("back")
    await rina.wait_modal(where=lambda view: stage_of(view) == "spoke")
    assert rows(tmp_path, "SELECT stage FROM drafts WHERE stage LIKE 'client%'") == []


async def test_what_still_runs_is_what_the_hub_recommends(house: House) -> None:
    await house.monday_morning()
    rina: Member = house.reporter
    await rina.command("/screwedup", "The price feed sends wrong prices")
    await rina.wait_modal()
    await send_off(rina, reach="many", still_going="yes")
    while (here := stage_of(rina.modal)) != "hub":
        known = {
            "halt": {"halt_status": "someone_else", "halt_owner": IDS["t1"]},
            "assess": {"q1_mistake": "The feed was switched on", "undo": "no"},
            "own": {"own_line": "I switched it on"},
        }
        await send_off(rina, **known.get(here, {}))
    assert "Nothing says yet that it has stopped" in text_of(rina.modal)
    radio = next(b for b in (rina.modal or {})["blocks"] if b.get("block_id") == "next")
    assert radio["element"]["initial_option"]["value"] == "halt:"


async def test_a_boss_whose_account_is_gone_is_said_at_once_and_the_deputy_is_asked(house: House) -> None:
    await house.monday_morning()
    rina: Member = house.reporter
    await to_page(house, "send")
    house.slack.core.workspace.people[house.boss.id].deleted = True
    house.slack.expect("user_disabled")
    await send_off(rina, text=FIRST)
    lost, so = "couldn't be delivered to Bert", "so it comes to you"
    await house.slack.wait(lambda: any(lost in text_of(m.blocks) + m.text for m in rina.dm))
    await house.slack.wait(lambda: any(so in text_of(m.blocks) + m.text for m in house.deputy.dm))
    assert "no answer yet" not in text_of(house.deputy.dm[0].blocks)
