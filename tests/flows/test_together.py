"""Several who were part of it: whoever joins has a page that nobody else ever sees (product.md 5.1)."""

from __future__ import annotations

import json
from pathlib import Path

from bot.playground.driver import Member
from tests.edge.acts import SAID, deliver, rows, stage_of, submission, text_of, to_page, values_of
from tests.house import House

HERS = "I read the address out wrong, and I can't stop thinking about it"


async def asked(house: House) -> tuple[Member, Member]:
    """Rina has asked Zoë along, and looks at the hub."""
    await to_page(house, "hub")
    rina, zoe = house.reporter, house.t1
    await rina.fill("other", "together:")
    await rina.submit()
    await rina.fill("who", zoe.id)
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: zoe.dm)
    assert SAID in zoe.dm[0].text
    await house.slack.wait(lambda: "Sent to Bert" in rina.dm[0].text)
    return rina, zoe


async def joined(house: House) -> tuple[Member, Member]:
    """The same, and Zoë has joined; both look at the hub."""
    rina, zoe = await asked(house)
    await zoe.click(zoe.dm[0], "open.join")
    await zoe.wait_modal()
    assert stage_of(zoe.modal) == "join"
    assert (await zoe.submit()).errors == {}
    assert stage_of(zoe.modal) == "hub"
    return rina, zoe


async def write(zoe: Member) -> None:
    await zoe.fill("other", "mine:R2")
    await zoe.submit()
    assert stage_of(zoe.modal) == "mine"
    await zoe.fill("own_line", HERS)
    assert (await zoe.submit()).errors == {}


async def test_what_she_writes_is_there_for_her_and_for_nobody_else(house: House, tmp_path: Path) -> None:
    rina, zoe = await joined(house)
    await write(zoe)
    await zoe.fill("other", "mine:R2")
    await zoe.submit()
    assert values_of(zoe.modal or {})["own_line"] == HERS
    texts = [
        text_of(m.blocks) + m.text
        for c in house.slack.workspace.channels.values()
        for m in c.messages.values()
    ]
    assert HERS not in "".join(texts)
    await rina.press("refresh")
    await rina.press("timeline")
    view = await rina.wait_modal(where=lambda v: "joined" in text_of(v))
    assert "mine" not in text_of(view)
    assert said(tmp_path, "SELECT detail FROM audit WHERE detail = 'mine'") == "[]"
    assert HERS not in text_of([v.body for v in rina.stack])
    await rina.command("/screwedup", "export")
    await house.slack.wait(lambda: house.slack.workspace.files)
    await house.slack.settle()
    assert all(HERS.encode() not in file.content for file in house.slack.workspace.files.values())


async def test_who_was_asked_and_did_not_join_is_told_when_it_is_over(house: House) -> None:
    rina, zoe = await asked(house)
    await rina.fill("other", "cancel:")
    await rina.submit()
    await rina.fill("why", "false_alarm")
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: "nothing is asked of you" in zoe.dm[0].text)
    assert not [block for block in zoe.dm[0].blocks if block["type"] == "actions"]


async def test_who_has_joined_is_told_so_by_the_same_message(house: House) -> None:
    _, zoe = await joined(house)
    await house.slack.wait(lambda: "You have joined Rina" in zoe.dm[0].text)
    await zoe.click(zoe.dm[0], "open.join")


async def test_the_reporters_private_answers_are_not_hers_to_see(house: House, tmp_path: Path) -> None:
    _, zoe = await joined(house)
    own = said(tmp_path, "SELECT answers FROM pages WHERE stage = 'own'")
    await zoe.press("timeline")
    assert "picked the wrong address" in own
    assert "picked the wrong address" not in text_of([v.body for v in zoe.stack])
    assert not any(o["value"].startswith(("own:", "letgo:")) for o in options(zoe))


async def test_she_finds_the_incident_again(house: House) -> None:
    _, zoe = await joined(house)
    key = str(json.loads((zoe.modal or {})["private_metadata"])["i"])
    await zoe.close_modal()
    listed = (await zoe.command("/screwedup", "list")).ephemerals
    assert f"{key}: {SAID}" in listed[0].text
    status = (await zoe.command("/screwedup", f"status {key}")).ephemerals[0]
    assert "Sent to Bert" in status.text
    await zoe.click(status, "open.mine.R2")
    assert stage_of(await zoe.wait_modal()) == "mine"
    await zoe.close_modal()
    await zoe.command("/screwedup")
    assert stage_of(await zoe.wait_modal()) == "hub"


async def test_it_is_on_her_home_with_the_page_that_is_hers(house: House) -> None:
    rina, zoe = await joined(house)
    await write(zoe)
    await zoe.close_modal()
    for who in (zoe, rina):
        await who.open_home()
        await house.slack.wait(lambda who=who: who.home is not None and SAID in text_of(who.home))
        assert HERS not in text_of(who.home)
    assert "mine.R2" not in text_of(rina.home)
    assert "breathing" not in text_of(zoe.home)
    await zoe.press("open.mine.R2", on="home")
    assert values_of(await zoe.wait_modal())["own_line"] == HERS
    await house.boss.react(house.boss.dm[0], "eyes")
    await house.slack.wait(lambda: "Seen by Bert" in text_of(zoe.home))


async def test_what_is_said_about_the_telling_is_true_for_whoever_reads_it(house: House) -> None:
    rina, zoe = await joined(house)
    await rina.press("withdraw")
    await rina.wait_modal(where=lambda view: "took" in text_of(view))
    theirs = (await zoe.command("/screwedup", "status")).ephemerals[0].text
    hers = (await rina.command("/screwedup", "status")).ephemerals[0].text
    assert "You took the message to Bert Lindqvist back" in hers
    assert "Rina Okafor took the message to Bert Lindqvist back" in theirs


async def test_whoever_has_erased_their_data_is_listed_nothing(house: House) -> None:
    _, zoe = await joined(house)
    await zoe.close_modal()
    done = await zoe.command("/screwedup", "forget")
    await zoe.click(done.ephemerals[0], "forget")
    await house.slack.wait(lambda: any("Receipt" in m.text for m in zoe.dm))
    assert "nothing open" in (await zoe.command("/screwedup", "list")).ephemerals[0].text


async def test_a_forged_save_of_somebody_elses_page_is_refused(house: House, tmp_path: Path) -> None:
    rina, zoe = await joined(house)
    await write(zoe)
    await zoe.fill("other", "mine:R2")
    await zoe.submit()
    forged = submission(house, zoe)
    forged["user"]["id"] = rina.id
    before = said(tmp_path, "SELECT answers, version FROM pages WHERE stage = 'mine'")
    delivery = await deliver(house, forged)
    assert "update" not in str(delivery.body)
    assert said(tmp_path, "SELECT answers, version FROM pages WHERE stage = 'mine'") == before


async def test_when_she_erases_her_data_her_page_goes_and_rinas_stays(house: House, tmp_path: Path) -> None:
    _, zoe = await joined(house)
    await write(zoe)
    done = await zoe.command("/screwedup", "forget")
    await zoe.click(done.ephemerals[0], "forget")
    await house.slack.wait(lambda: said(tmp_path, "SELECT answers FROM pages WHERE stage = 'mine'") == "[]")
    assert "picked the wrong address" in said(tmp_path, "SELECT answers FROM pages WHERE stage = 'own'")
    assert zoe.id not in said(tmp_path, "SELECT actor, data FROM events")


def said(folder: Path, query: str) -> str:
    """All that the rows hold, as one string."""
    return str([tuple(row) for row in rows(folder, query)])


def options(who: Member) -> list[dict[str, str]]:
    blocks = (who.modal or {})["blocks"] if stage_of(who.stack[0].body) == "hub" else []
    return [o for b in blocks for o in b.get("element", {}).get("options", [])]
