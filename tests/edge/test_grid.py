"""Enterprise Grid: a member is one whatever workspace their payload names, and one person under both ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground import payloads
from bot.playground.delivery import COMMAND, EVENT
from bot.playground.driver import Member
from bot.slack.profiles import kind
from tests.edge.acts import Json, deliver, fingerprint, rows, to_page, typing, walk_on
from tests.edge.test_events import noticed, reaction
from tests.flows.test_reply_kinds import passed_on, write
from tests.house import House

HOME, SISTER, ORG = "T000LOCAL", "T000SISTER", "E000LOCAL"


@pytest.fixture
def transport() -> str:
    """Nothing comes in here that isn't tried over both elsewhere."""
    return "socket"


@pytest.fixture
async def grid(house: House) -> House:
    """The same house in an organisation, and a bot that was started there."""
    house.slack.join_grid()
    await house.restart()
    return house


def w(who: Member) -> str:
    """Their other id."""
    return who.person.org_id


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"team_id": SISTER, "enterprise_user": {"teams": [HOME, SISTER]}}, "member"),
        ({"team_id": ORG, "enterprise_user": {"teams": [SISTER, HOME]}}, "member"),
        ({"team_id": SISTER, "teams": [HOME]}, "member"),
        ({"team_id": SISTER, "enterprise_user": {"teams": [SISTER]}}, "outside"),
        ({"team_id": HOME, "enterprise_user": {"teams": [SISTER]}}, "outside"),
        ({"team_id": SISTER, "enterprise_user": {"enterprise_id": "E1", "teams": []}}, "outside"),
        ({"team_id": SISTER}, "outside"),
        ({"team_id": SISTER, "enterprise_user": {"teams": [HOME]}, "is_restricted": True}, "guest"),
        ({"team_id": SISTER, "enterprise_user": {"teams": [HOME]}, "deleted": True}, "gone"),
        ({"team_id": SISTER, "enterprise_user": {"teams": "x"}}, "outside"),
    ],
)
def test_membership_is_by_all_of_their_workspaces(user: Json, said: str) -> None:
    assert kind(user, HOME) == said


def test_a_whole_organisations_installation_takes_all_of_its_people() -> None:
    assert (
        kind({"team_id": SISTER, "enterprise_user": {"enterprise_id": ORG, "teams": [SISTER]}}, ORG)
        == "member"
    )
    assert (
        kind({"team_id": SISTER, "enterprise_user": {"enterprise_id": "E9", "teams": [SISTER]}}, ORG)
        == "outside"
    )


@pytest.mark.parametrize("team", [HOME, SISTER, ORG])
async def test_whatever_workspace_a_payload_names_nothing_is_lost(
    grid: House, tmp_path: Path, team: str
) -> None:
    grid.reporter.person.team_id = team
    await to_page(grid, "open")
    typed = typing(grid, grid.reporter, "summary", "Typed in the other workspace")
    assert typed["user"]["team_id"] == team
    assert (await deliver(grid, typed)).ok
    assert "Typed in the other" in str(rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'open'"))
    await walk_on(grid.reporter, "hub")
    await grid.slack.wait(lambda: grid.boss.dm)


async def test_someone_of_the_organisation_who_is_not_of_this_workspace_is_outside(
    grid: House, tmp_path: Path
) -> None:
    await to_page(grid, "open")
    grid.t1.person.teams = (SISTER,)
    grid.t1.person.team_id = SISTER
    before = fingerprint(tmp_path)
    typed = typing(grid, grid.reporter, "summary", "not mine")
    typed["user"] |= {"id": grid.t1.id, "team_id": SISTER}
    grid.slack.expect("http_service_error", "operation_timeout")
    grid.slack.ack_timeout = 0.5
    assert not (await deliver(grid, typed)).ok
    assert fingerprint(tmp_path) == before
    assert "outside" in str(rows(tmp_path, "SELECT detail FROM audit WHERE verb = 'refused'"))


async def test_the_boss_reacts_under_the_other_id(grid: House) -> None:
    await noticed(grid)
    made = reaction(grid)
    made["event"]["user"] = w(grid.boss)
    assert (await deliver(grid, made, EVENT)).ok
    await grid.slack.wait(lambda: "Seen by Bert" in grid.reporter.dm[0].text)
    away = reaction(grid, "reaction_removed")
    assert (await deliver(grid, away, EVENT)).ok
    await grid.slack.wait(lambda: "Seen by" not in grid.reporter.dm[0].text)


async def test_the_boss_replies_under_the_other_id(grid: House) -> None:
    await noticed(grid)
    await write(grid, "Call me", user=w(grid.boss))
    await grid.slack.wait(lambda: passed_on(grid) and "Seen by Bert" in grid.reporter.dm[0].text)


async def test_an_id_that_is_typed_stays_what_was_typed(grid: House, tmp_path: Path) -> None:
    """In a reply, in a command and in a field: only where Slack names a person it's theirs."""
    await noticed(grid)
    await write(grid, w(grid.boss), user=w(grid.boss))
    await grid.slack.wait(lambda: passed_on(grid) and w(grid.boss) in passed_on(grid)[0])
    asked = (await grid.deputy.command("/screwedup", w(grid.deputy))).ephemerals[0]
    assert w(grid.deputy) in str(asked.blocks)
    await to_page(grid, "open", grid.lead)
    typed = typing(grid, grid.lead, "summary", w(grid.lead))
    typed["user"]["id"] = w(grid.lead)
    assert (await deliver(grid, typed)).ok
    assert w(grid.lead) in str(rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'open'"))


async def test_the_boss_picked_and_presses_under_different_ids(grid: House, tmp_path: Path) -> None:
    """The policy names one, the menu gives the other: one rung, one notice."""
    await to_page(grid, "tell")
    await grid.reporter.fill("boss", grid.boss.id)
    shown = payloads.submission(grid.slack.core, grid.reporter.person, grid.reporter.stack[-1])
    for element in shown["view"]["state"]["values"]["boss"].values():
        element["selected_user"] = w(grid.boss)
    assert (await deliver(grid, shown)).body["response_action"] == "update"
    answers = rows(tmp_path, "SELECT answers FROM pages WHERE stage = 'tell'")
    assert grid.boss.id in str(answers)
    assert w(grid.boss) not in str(answers)


async def test_the_reporter_goes_on_under_the_other_id(grid: House, tmp_path: Path) -> None:
    await to_page(grid, "open")
    channel = grid.slack.core.dm(grid.reporter.id)
    asked = payloads.command(grid.slack.core, grid.reporter.person, channel, "/screwedup", "list")
    asked |= {"user_id": w(grid.reporter)}
    answer = await deliver(grid, asked, COMMAND)
    assert "described yet" in str(answer.body)
    assert len(rows(tmp_path, "SELECT DISTINCT reporter FROM incidents")) == 1


@pytest.mark.parametrize("policy_id", ["U000BERT", "W000BERT"])
async def test_the_policys_id_is_the_one_that_everything_is_kept_under(
    house: House, tmp_path: Path, policy_id: str
) -> None:
    house.slack.join_grid()
    policy = tmp_path / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("U000BERT", policy_id), encoding="utf-8")
    await house.restart()
    await noticed(house)
    made = reaction(house)
    made["event"]["user"] = "W000BERT" if policy_id == "U000BERT" else "U000BERT"
    assert (await deliver(house, made, EVENT)).ok
    await house.slack.wait(lambda: "Seen by Bert" in house.reporter.dm[0].text)
    assert rows(tmp_path, 'SELECT DISTINCT "user" FROM signals') == [(policy_id,)]


async def test_who_cannot_be_looked_up_is_not_kept_as_if_they_were(grid: House, tmp_path: Path) -> None:
    """A keystroke isn't answered, a command gives its words back."""
    sam = grid.slack.add_person("sam")
    sam.person.teams, sam.person.team_id, sam.person.org_id = (HOME, SISTER), SISTER, "W0SAM"
    grid.slack.expect("internal_error")
    grid.slack.faults.add(method="users.info", kind="error:internal_error", times=None)
    answer = await sam.command("/screwedup", "I sent the list to everyone")
    await grid.slack.wait(lambda: any("I sent the list to everyone" in m.text for m in sam.ephemerals))
    assert answer
    assert rows(tmp_path, "SELECT * FROM incidents") == []


@pytest.mark.parametrize(
    "authorization",
    [
        {"team_id": HOME, "enterprise_id": ORG},
        {"team_id": SISTER, "enterprise_id": ORG},
        {"team_id": None, "enterprise_id": ORG, "is_enterprise_install": True},
        {"team_id": SISTER, "enterprise_id": ORG, "is_enterprise_install": True},
        {"team_id": SISTER, "enterprise_id": "E9", "is_enterprise_install": True},
        None,
    ],
)
async def test_whichever_installation_an_event_names_one_about_our_message_counts(
    grid: House, tmp_path: Path, authorization: Json | None
) -> None:
    """It names one of those that may see it, no more."""
    await noticed(grid)
    made = reaction(grid)
    made["team_id"] = SISTER  # where it comes from
    made["authorizations"] = [authorization] if authorization else []
    assert (await deliver(grid, made, EVENT)).ok
    assert len(rows(tmp_path, "SELECT * FROM signals")) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_home_opened", "user": "U0SISTER", "tab": "home", "channel": "D0SISTER"},
        {"type": "message", "channel_type": "im", "user": "U0SISTER", "channel": "D0SISTER", "text": "hi"},
        {
            "type": "reaction_added",
            "user": "U0SISTER",
            "reaction": "eyes",
            "item": {"type": "message", "channel": "D0SISTER", "ts": "1700000000.000100"},
        },
    ],
)
async def test_of_another_installations_event_nobody_is_asked(grid: House, event: Json) -> None:
    """Slack wouldn't say here who that is, and the event would come again and again."""
    at = grid.slack.clock.ts()
    made = grid.slack.core._envelope({"ts": at, "event_ts": at, **event}, None)
    made["authorizations"] = [{"team_id": SISTER, "enterprise_id": ORG, "is_enterprise_install": False}]
    assert (await deliver(grid, made, EVENT)).ok
