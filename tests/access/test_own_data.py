"""`/screwedup export` and `forget`: all of one's own, nothing of anybody else's, and nothing left behind."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.edge.acts import rows, stage_of, text_of, to_page
from tests.house import House

MARK = "zqcanary"
OWN_LINE = f"{MARK} I picked the wrong row"


async def told(house: House) -> str:
    """Rina has told Bert, whose details window is open; the incident's id."""
    rina, bert = house.reporter, house.boss
    await to_page(house, "own", said="I sent the March list to the wrong client")
    await rina.fill("own_line", OWN_LINE)
    await rina.submit()
    while stage_of(rina.modal) != "hub":
        if stage_of(rina.modal) == "assess":
            await rina.fill("q1_mistake", "The list of client A went to client B")
            await rina.fill("undo", "partly")
        if stage_of(rina.modal) == "send":
            await rina.fill("text", "I sent a list to the wrong client. I would like to talk about it today.")
        assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: bert.dm and rina.dm and "Sent to" in rina.dm[0].text)
    await bert.click(bert.dm[0], "details")
    await bert.wait_modal()
    return str(json.loads(rina.modal["private_metadata"])["i"])


def files(house: House) -> dict[str, str]:
    """Name -> content of what was uploaded."""
    return {f.name: f.content.decode() for f in house.slack.workspace.files.values() if f.complete}


async def exported(house: House) -> dict[str, Any]:
    assert (await house.reporter.command("/screwedup", "export")).ok
    await house.bot.drain()
    return json.loads(files(house)["about-me.json"])  # type: ignore[no-any-return]


async def test_everything_about_oneself_and_who_looked(house: House) -> None:
    incident = await told(house)
    made = await exported(house)
    (mine,) = made["incidents"]
    assert (mine["id"], mine["you_are"]) == (incident, ["handler", "reporter"])
    private = {(a["page"], a["field"]): a["value"] for a in mine["answers"] if a["audience"] == "me"}
    assert private == {("own", "own_line"): OWN_LINE}
    assert [(look["who"], look["screen"]) for look in mine["who_looked"]] == [("Bert Lindqvist", "details")]
    assert {m["kind"] for m in made["messages_to_you"]} >= {"rcard"}
    assert {"opened", "owned", "told"} <= {e["what"] for e in made["what_you_did"]}
    shared = house.reporter.dm[-1]
    assert shared.files
    assert made["what_slack_says_about_you"]["name"] == "Rina Okafor"


async def test_somebody_elses_export_holds_nothing_private(house: House) -> None:
    await told(house)
    assert (await house.boss.command("/screwedup", "export")).ok
    await house.bot.drain()
    made = files(house)["about-me.json"]
    assert MARK not in made
    assert json.loads(made)["incidents"][0]["you_are"] == ["lead"]
    assert json.loads(made)["incidents"][0]["answers"] == []


async def test_without_the_scope_it_comes_in_pieces(house: House) -> None:
    house.slack.scopes.discard("files:write")
    house.slack.expect("missing_scope")
    await told(house)
    rina = house.reporter
    before = len(rina.dm)
    assert (await rina.command("/screwedup", "export")).ok
    await house.slack.wait(lambda: any(m.text.rstrip().endswith("}") for m in rina.dm[before:]), timeout=20)
    name, _, text = "".join(m.text for m in rina.dm[before:]).partition("\n")
    assert name == "about-me.json"
    assert MARK in text


async def test_the_write_up_is_for_those_who_may(house: House) -> None:
    incident = await told(house)
    assert (await house.boss.command("/screwedup", f"export {incident}")).ok
    await house.bot.drain()
    made = files(house)
    assert set(made) == {f"write-up-{incident}.md", f"write-up-{incident}.html"}
    assert MARK not in "".join(made.values())
    refused = await house.t1.command("/screwedup", f"export {incident}")
    unknown = await house.t1.command("/screwedup", "export zzzzzz")
    assert refused.ephemerals[0].text == unknown.ephemerals[0].text
    assert len(files(house)) == 2


async def forget(house: House, who: str) -> str:
    """Ask, press, and the receipt."""
    person = getattr(house, who)
    asked = await person.command("/screwedup", "forget")
    before = len(person.dm)
    await person.click(asked.ephemerals[0], "forget")
    await house.slack.wait(lambda: any("Receipt" in m.text for m in person.dm[before:]))
    return str(person.dm[-1].text)


def everywhere(folder: Path, word: str) -> Sequence[str]:
    """In which tables, files and fresh copies that word still stands."""
    connection = sqlite3.connect(folder / "bot.db")
    try:
        names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [n for n in names if word in str(connection.execute(f"SELECT * FROM {n}").fetchall())]  # noqa: S608
        connection.execute("VACUUM INTO ?", (str(folder / "copy.db"),))
    finally:
        connection.close()
    files = [p.name for p in folder.glob("*.db*") if word.encode() in p.read_bytes()]
    (folder / "copy.db").unlink()
    return [*found, *files]


async def test_what_nobody_else_knows_of_goes_as_a_whole(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess", said=f"{MARK} I sent the March list to the wrong client")
    await rina.fill("q1_mistake", f"{MARK} typed and never saved")
    await house.slack.wait(lambda: rina.dm)
    assert everywhere(tmp_path, MARK)
    said = await forget(house, "reporter")
    assert "Gone: 1 incidents" in said
    assert rows(tmp_path, "SELECT * FROM incidents") == []
    assert everywhere(tmp_path, MARK) == []
    assert everywhere(tmp_path, rina.id) == []
    await house.slack.wait(lambda: [m for m in rina.dm if not m.deleted] == [rina.dm[-1]])
    assert rows(tmp_path, "SELECT actor, incident FROM audit WHERE verb = 'erased'") == [("", "")]


async def test_what_others_need_stays_by_role(house: House, tmp_path: Path) -> None:
    incident = await told(house)
    said = await forget(house, "reporter")
    assert incident in said
    assert everywhere(tmp_path, MARK) == []
    assert everywhere(tmp_path, house.reporter.id) == []
    await house.slack.wait(lambda: everywhere(tmp_path, "Rina") == [])  # what was being redrawn meanwhile
    ((reporter, handler),) = rows(tmp_path, "SELECT reporter, handler FROM incidents")
    assert reporter.startswith("reporter-")
    assert handler == house.boss.id
    await house.slack.wait(lambda: any("it is you who handles it" in m.text for m in house.boss.dm))
    assert (
        rows(tmp_path, "SELECT id FROM posts WHERE recipient LIKE 'reporter-%' AND state = 'pending'") == []
    )
    status = await house.boss.command("/screwedup", f"status {incident}")
    assert "March list" in status.ephemerals[0].text


async def test_a_lead_who_goes_leaves_the_ladder_climbing(house: House, tmp_path: Path) -> None:
    await told(house)
    await forget(house, "boss")
    assert everywhere(tmp_path, house.boss.id) == []
    await house.slack.wait(lambda: any("No one leads it any more" in m.text for m in house.reporter.dm))
    waiting = rows(tmp_path, "SELECT DISTINCT recipient FROM posts WHERE kind LIKE 'ack.%'")
    assert (house.deputy.id,) in waiting
    assert text_of({"dm": [m.text for m in house.boss.dm if not m.deleted]}).count("March") == 0


async def test_a_legal_hold_keeps_all_of_it_until_it_ends(house: House, tmp_path: Path) -> None:
    incident = await told(house)
    held = (
        "T000LOCAL",
        incident,
        "2026-01-01 00:00:00",
        "held",
        house.privacy.id,
        "",
        '{"reason": "a claim"}',
    )
    connection = sqlite3.connect(tmp_path / "bot.db")
    with connection:
        query = "INSERT INTO events (tenant, incident, at, what, actor, party, data) VALUES (?,?,?,?,?,?,?)"
        connection.execute(query, held)
    connection.close()
    said = await forget(house, "reporter")
    assert f"Kept whole by a legal hold: {incident} (a claim)" in said
    assert rows(tmp_path, "SELECT reporter FROM incidents") == [(house.reporter.id,)]
    assert everywhere(tmp_path, MARK)
