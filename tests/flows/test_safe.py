"""Telling somebody else than the boss: whoever picked one is never led back to the boss by Next or Back."""

from __future__ import annotations

from tests.edge.acts import go_back, stage_of, text_of, walk_on
from tests.flows.test_ways_on import send_off
from tests.house import IDS, House

OUTCRY = "I sent the wrong file and I am afraid of what happens now"


async def to_safe(house: House) -> None:
    """On the page that asks whom else to tell, nothing of the boss's page saved."""
    rina = house.reporter
    await rina.command("/screwedup", OUTCRY)
    await rina.wait_modal()
    await walk_on(rina, "tell")
    await rina.press("go.safe")
    await rina.wait_modal(where=lambda view: stage_of(view) == "safe")


async def test_next_leads_to_the_text_for_them_and_they_alone_get_it(house: House) -> None:
    await to_safe(house)
    rina = house.reporter
    await send_off(rina, boss=IDS["deputy"])
    assert stage_of(rina.modal) == "send"
    assert "Dana" in text_of(rina.modal)
    assert "Bert" not in text_of(rina.modal)
    await send_off(rina)
    await house.slack.wait(lambda: house.deputy.dm)
    assert house.boss.dm == []
    assert stage_of(rina.modal) == "hub"
    await rina.command("/screwedup")
    await rina.wait_modal()
    assert stage_of(rina.modal) == "hub"


async def test_back_and_coming_back_lead_there_too(house: House) -> None:
    await to_safe(house)
    rina = house.reporter
    await send_off(rina, boss=IDS["deputy"])
    await go_back(rina)
    assert stage_of(rina.modal) == "safe"
    await rina.command("/screwedup")
    await rina.wait_modal(where=lambda view: stage_of(view) == "send")
    assert "Bert" not in text_of(rina.modal)
    await house.slack.wait(lambda: any("Send it to Dana" in m.text for m in rina.dm))


async def test_the_boss_after_all(house: House) -> None:
    await to_safe(house)
    rina = house.reporter
    await send_off(rina, boss=IDS["deputy"])
    await go_back(rina)
    await rina.press("go.tell")
    await rina.wait_modal(where=lambda view: stage_of(view) == "tell")
    assert (await rina.submit()).errors  # nobody is picked for them
    await send_off(rina, boss=IDS["boss"])
    assert stage_of(rina.modal) == "send"
    assert "Bert" in text_of(rina.modal)
