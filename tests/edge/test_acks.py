"""Commit first, acknowledge second, and nothing of Slack's own in between (architecture.md 1)."""

from __future__ import annotations

from tests.edge.acts import to_page, walk_on
from tests.house import House

SLOW = 1.0  # seconds Slack's Web API takes
SOON = 0.95  # seconds: sooner than the slow Slack of these tests answers anything, so nobody waited for it


def views_calls(house: House) -> list[str]:
    return [call.method for call in house.slack.calls if call.method.startswith("views.")]


async def test_a_command_opens_its_window_with_one_call(house: House) -> None:
    await house.reporter.command("/screwedup", "I sent the March invoice to the wrong client")
    await house.reporter.wait_modal()
    await house.bot.drain()
    assert [call.method for call in house.slack.calls if call.method not in START] == ["views.open"]


START = ("auth.test", "apps.connections.open", "users.info")  # the last: who types their first command


async def test_pages_follow_each_other_without_a_call(house: House) -> None:
    await to_page(house, "hub")
    assert views_calls(house) == ["views.open"]


async def test_nobody_waits_for_slack(house: House) -> None:
    """Command, every keystroke and every Next are acknowledged long before Slack answers anything."""
    house.slack.latency = SLOW
    rina = house.reporter
    await rina.command("/screwedup", "I sent the March invoice to the wrong client")
    await rina.wait_modal()
    await walk_on(rina, "tell")
    await house.slack.wait(lambda: [c for c in house.slack.calls if c.args.get("user") == house.boss.id])
    await house.bot.drain()  # the boss who stands in the field has been looked up meanwhile
    await walk_on(rina, "hub")
    late = [(d.subject, d.seconds) for d in house.slack.deliveries if d.seconds > SOON]
    assert late == []


async def test_typing_is_kept_without_redrawing_anything(house: House) -> None:
    await to_page(house, "assess")
    before = len(views_calls(house))
    for end in range(1, 30):
        await house.reporter.fill("q1_mistake", "The invoice of client A went"[:end])
    await house.bot.drain()
    assert len(views_calls(house)) == before
