"""Practice: the whole way, and not one message to anybody else, over random walks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.playground.driver import Member
from tests.contract.hands import fill, on_hub, page_of, take
from tests.house import IDS, House, open_house

STEPS = 12
ENDS = ("close", "reopen", "handover", "cancel")


async def walk(house: House, dice: random.Random) -> Member:
    """Through the line, then a dozen pages at random; buttons of what came back are pressed too."""
    rina: Member = house.reporter
    await rina.command("/screwedup", "practice")
    await rina.wait_modal()
    while page_of(rina)[0] != "hub":
        await fill(house, rina)
        await rina.submit()
    for _ in range(STEPS):
        choices = [v for v in on_hub(rina) if not v.startswith(ENDS)]
        await take(rina, dice.choice(choices))
        while page_of(rina)[0] != "hub":
            await fill(house, rina)
            went = await rina.submit()
            if went.errors:
                await rina.press("back")
                await rina.wait_modal(where=lambda v: '"s":"hub"' in v["private_metadata"])
        if dice.random() < 0.3:
            await house.later(seconds=dice.choice([600, 3600, 86400]))
    return rina


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_else_gets_anything(tmp_path: Path, seed: int) -> None:
    async with open_house(tmp_path) as house:
        rina = await walk(house, random.Random(seed))  # noqa: S311 - reproducible, no secret
        await house.slack.wait(lambda: any("notice.seen" in str(m.blocks) for m in rina.dm), timeout=20)
        notice = next(m for m in rina.dm if "notice.seen" in str(m.blocks))
        assert notice.text.startswith("Practice")
        await rina.click(notice, "notice.seen")
        await house.slack.wait(lambda: any("Seen by" in m.text for m in rina.dm), timeout=20)
        others = set(IDS.values()) - {IDS["reporter"]}
        posted = {
            m.channel
            for c in house.slack.workspace.channels.values()
            for m in c.messages.values()
            if m.bot_id
        }
        assert posted == {rina.dm[0].channel}
        assert (
            not {c.args.get("users") for c in house.slack.calls if c.method == "conversations.open"} & others
        )
        house.check()
