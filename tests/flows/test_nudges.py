"""Nudges through the real protocol: the ladder climbs, an answer stops it, people put off or leave out."""

from __future__ import annotations

from tests.edge.acts import to_page
from tests.house import House


async def test_the_ladder_climbs_until_somebody_answers(house: House) -> None:
    await house.monday_morning()
    await to_page(house, "hub")
    boss, deputy, duty = house.boss, house.deputy, house.lead
    await house.slack.wait(lambda: len(boss.dm) == 1)
    await house.later(minutes=61)
    await house.slack.wait(lambda: len(boss.dm) == 2, timeout=10)
    await house.later(minutes=61)
    await house.slack.wait(lambda: len(deputy.dm) == 1, timeout=10)
    await deputy.click(deputy.dm[0], "notice.seen")
    await house.slack.wait(lambda: "Seen by Dana" in house.reporter.dm[0].text)
    await house.later(hours=3)
    await house.slack.wait(lambda: len(house.reporter.dm) > 1, timeout=10)
    assert len(duty.dm) == 0


async def test_after_a_silence_only_who_is_asked_now_hears_of_it(house: House) -> None:
    await house.monday_morning()
    await to_page(house, "hub")
    await house.slack.wait(lambda: len(house.boss.dm) == 1)
    await house.later(days=3, hours=5, minutes=1)  # so that it's working hours where the duty lead lives
    await house.slack.wait(lambda: len(house.lead.dm) == 1, timeout=10)
    assert "notice" in str(house.lead.dm[0].blocks)
    assert house.deputy.dm == []


async def test_a_reminder_is_put_off_once_and_said_only_when_true(house: House) -> None:
    await house.monday_morning()
    await house.reporter.command("/screwedup", "I sent the March invoice to the wrong client")
    await house.reporter.wait_modal()
    await house.reporter.fill("reach", "one")
    await house.reporter.fill("still_going", "no")
    await house.reporter.submit()
    await house.reporter.close_modal()
    await house.slack.wait(lambda: len(house.reporter.dm) == 1)
    await house.later(minutes=31)
    await house.slack.wait(lambda: len(house.reporter.dm) == 2, timeout=10)
    reminder = house.reporter.dm[1]
    await house.reporter.click(reminder, "snooze.30")
    await house.slack.wait(lambda: bool(house.reporter.ephemerals))
    assert "I'll remind you" in house.reporter.ephemerals[-1].text
    await house.reporter.click(reminder, "snooze.30")
    await house.slack.wait(lambda: len(house.reporter.ephemerals) == 2)
    assert "put off once already" in house.reporter.ephemerals[-1].text
