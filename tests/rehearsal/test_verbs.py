"""Scripts through the real guide, planner and sender: what the verbs mean where a script pushes them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.policy import load_policy
from bot.rehearsal.play import Rehearsal, rehearse
from bot.rehearsal.script import ScriptError, parse
from tests.rehearsal.test_scripts import SCRIPTS

HEADER = {
    "start": "Tue 10:00", "level": "large", "reach": "one", "going": "no", "undo": "partly",
    "money": "none", "found": "self", "flags": "none", "clients": "1", "boss": "present",
}  # fmt: skip


def lines(*do: str, policy: str = "", **header: str) -> list[str]:
    """What `rehearse` prints for these acts."""
    head = "".join(f"{key}: {value}\n" for key, value in {**HEADER, **header}.items())
    script = parse(head + "do:\n" + "".join(f'  - "{line}"\n' for line in do))
    out = asyncio.run(Rehearsal(script, load_policy(policy)).run())
    return [script.text(line) for line in out]


def only(kind: str, found: Sequence[str]) -> list[str]:
    return sorted(line for line in found if kind in line)


@pytest.mark.parametrize("channel", ["with", "without"])
@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_through_the_real_parts(path: Path, channel: str) -> None:
    """The same nudges with a team's channel and without: a twin in its thread is no nudge of its own."""
    script = parse(path.read_text(encoding="utf-8"))
    play = Rehearsal(script, load_policy())
    needs_channel = any(step.verb in ("see", "help") for step in script.steps)
    play.acts.team = channel == "with" or needs_channel
    assert script.differences(asyncio.run(play.run())) == []


def test_saving_a_page_does_not_end_a_breather_before_its_time() -> None:
    found = lines("+0 open", "+2 breathe 5", "+3 own", "+4 tell", "+5 ack B")
    assert "+7 breathe.end > R" in found


def test_ready_ends_it() -> None:
    assert only("breathe", lines("+0 open", "+2 breathe 5", "+3 ready", "+4 tell")) == []


def test_acknowledged_in_the_minute_of_telling() -> None:
    assert only("ack.", lines("+0 open", "+5 ack B", "+5 tell", "+30 fixed")) == []


def test_a_second_person_who_acknowledges_leaves_the_lead_where_it_was() -> None:
    found = lines("+0 open", "+5 tell", "+6 ack B", "+8 ack F1", "+20 contact C1 next=+60", "+90 fixed")
    assert only("upd.over", found) == ["+75 upd.over > B", "+75 upd.over > H"]


def test_whoever_is_asked_in_the_minute_of_a_first_contact_does_not_stand_for_the_lead_yet() -> None:
    """Asked at +45, as the call-back is half an hour over: until that minute the second rung stood for it."""
    found = lines("+0 open", "+0 tell", "+80 contact C1 next=none", found="client")
    assert only("first.", found) == [
        "+15 first.due > B", "+15 first.due > H", "+45 first.over > F1", "+45 first.over > H",
        "+75 first.over > H",
    ]  # fmt: skip
    assert only("ack.", found) == ["+15 ack.1 > B", "+30 ack.2 > F1", "+45 ack.3 > F2", "+60 ack.end > A"]


def test_with_no_clients_nobody_is_waited_for_whatever_the_reach() -> None:
    assert only("first.", lines("+0 open", "+5 tell", "+6 ack B", clients="0", reach="public")) == []


@pytest.mark.parametrize("why", ["false-alarm", "near_miss", "dup"])
def test_cancelled_for_any_reason(why: str) -> None:
    """With a team's channel, so that the all-clear has to find its words."""
    assert lines("+0 open", "+5 tell", "+6 ack B", "+8 see T1", f"+10 cancel {why}") == []


def test_only_a_lead_lowers_the_level() -> None:
    acts = ("+0 open", "+5 tell", "+10 level critical")
    assert only("ack.", lines(*acts, "+12 ack B", "+20 level small")) == ["+10 ack.1 > B"]
    with pytest.raises(ScriptError, match="lead"):
        lines(*acts, "+12 level small")


@pytest.mark.parametrize("line", ["+5 ack B", "+5 see T1", "+5 help T1"])
def test_a_reaction_to_what_was_never_sent_is_an_error_in_words(line: str, tmp_path: Path) -> None:
    script = tmp_path / "early.yaml"
    head = "".join(f"{key}: {value}\n" for key, value in HEADER.items())
    script.write_text(f'{head}do: ["+0 open", "{line}"]\n', encoding="utf-8")
    with pytest.raises(ScriptError, match=rf"early.yaml: \+5 {line[3:]}"):
        rehearse([script], load_policy())


@pytest.mark.parametrize("harm", ["missing", "latin", "broken"])
def test_what_cannot_be_read_is_named_before_anything_is_played(harm: str, tmp_path: Path) -> None:
    script = tmp_path / "second.yaml"
    if harm != "missing":
        script.write_bytes("name: Zoë".encode("latin-1") if harm == "latin" else b"[1]")
    with pytest.raises(ScriptError, match=r"second\.yaml: "):
        rehearse([SCRIPTS[0], script], load_policy())


@pytest.mark.parametrize("contact", ["ladder", "duty_only", "never"])
def test_the_boss_is_away_and_the_stand_in_has_the_notice_at_once_by_night_too(contact: str) -> None:
    """It is part of what R sends by hand; whom the bot may call is asked from the next rung on."""
    found = lines(
        "+0 open", "+8 tell", "+60 fixed",
        start="Thu 02:40", level="critical", boss="away", policy=f'night_contact = "{contact}"',
    )  # fmt: skip
    assert only("ack.2", found) == ["+8 ack.2 > F1"]


def test_whoever_turns_out_to_be_the_most_senior_has_no_ladder_any_more() -> None:
    assert only("ack.", lines("+0 open", "+5 tell", "+25 senior")) == ["+20 ack.1 > B"]


def test_no_reminders_after_a_promised_time_leave_the_one_at_it() -> None:
    acts = ("+0 open", "+5 tell", "+7 ack B", "+31 contact C1 next=+101", "+300 cancel test")
    found = lines(*acts, policy='[nudges."upd.over"]\nat = []')
    assert only("upd.due", found) == ["+101 upd.due > H"]
