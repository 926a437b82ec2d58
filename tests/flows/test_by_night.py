"""A critical one by night, where nobody is called before the morning: H is told so (product.md 4.4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.play import POLICY
from tests.edge.acts import stage_of, text_of
from tests.flows.test_ways_on import LARGE, send_off
from tests.house import IDS, open_house

CRITICAL = {**LARGE, "assess": {**LARGE["assess"], "flags": ["personal"]}}
PHONES = '\n[phones]\n{boss} = "+44 20 7946 0018"\n'


@pytest.mark.parametrize(
    ("contact", "hour", "said"), [("never", 4, True), ("ladder", 4, False), ("never", 11, False)]
)
async def test_who_could_be_rung_is_said_while_nobody_is_asked(
    tmp_path: Path, contact: str, hour: int, said: bool
) -> None:
    rules = f'night_contact = "{contact}"\n' + POLICY.format(**IDS) + PHONES.format(**IDS)
    (tmp_path / "policy.toml").write_text(rules, encoding="utf-8")
    async with open_house(tmp_path) as house:
        house.slack.clock.next_morning("Europe/London", hour)
        await house.later()
        rina = house.reporter
        await rina.command("/screwedup", "I sent the payroll file to a client")
        await rina.wait_modal()
        while (here := stage_of(rina.modal)) != "hub":
            await send_off(rina, **CRITICAL.get(here, {}))
        shown = text_of(rina.modal)
        assert ("none of them is asked before their morning" in shown) is said
        assert ("+44 20 7946 0018" in shown) is said
