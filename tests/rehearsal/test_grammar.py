"""The grammar of scripts: what can be read, how lines are written, and errors that say where."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.rehearsal.script import Line, ScriptError, name_of, parse

HEADER = """
start: Thu 16:40
level: critical
reach: several
going: no
undo: partly
money: none
found: self
flags: personal, press
clients: {clients}
boss: away
do: {do}
"""


def text(do: str = '["+0 open"]', clients: int = 2, **changed: str) -> str:
    lines = HEADER.format(do=do, clients=clients).splitlines()
    kept = [line for line in lines if line.partition(":")[0] not in changed]
    return "\n".join([*kept, *(f"{key}: {value}" for key, value in changed.items())])


def test_steps_in_time() -> None:
    late = '"d1@09:30 update C1 next=d2@10:00"'
    do = f'["+0 open", "+40 contact C2 next=+70", "+45 contact C1", "+50 breathe 3", {late}]'
    script = parse(text(do))
    assert [step.verb for step in script.steps] == ["open", "contact", "contact", "breathe", "update"]
    assert script.start.strftime("%a %H:%M") == "Thu 16:40"
    assert script.steps[1].promised == script.start + timedelta(minutes=70)
    assert script.steps[2].promised is None
    assert script.steps[3].minutes == 3
    assert script.when(script.steps[4].at) == "d1@09:30"
    assert script.flags == ("personal", "press")
    assert script.parties == ("C1", "C2")
    assert script.bot is None


def test_lines_carry_the_party_only_where_there_are_several() -> None:
    for clients, written in ((2, "+60 upd.pre/C2 > H"), (1, "+60 upd.pre > H")):
        script = parse(text(clients=clients))
        line = script.line(script.start + timedelta(hours=1), "upd.pre", 1, "C2", "H")
        assert line is not None
        assert script.text(line) == written


def test_what_the_comparison_leaves_out() -> None:
    script = parse(text())
    at = script.start
    assert script.line(at, "still", 1, "halt", "H") is None
    assert script.line(at, "deb.due", 4, "", "B") is None
    assert script.line(at, "deb.due", 3, "", "H") is not None
    assert script.line(at + timedelta(days=6, minutes=1), "rev.due", 1, "", "H") is None


def test_differences_either_way_and_doubles() -> None:
    script = parse(text(bot='["+5 halt > H", "+7 ack.1 > B"]'))
    five = Line(script.start + timedelta(minutes=5), "halt", "H")
    assert script.differences([five]) == ["- +7 ack.1 > B"]
    assert script.differences([five, five, Line(script.start + timedelta(minutes=7), "ack.1", "B")]) == [
        "+ +5 halt > H"
    ]


def test_the_reporter_is_h_until_somebody_took_over() -> None:
    assert name_of("halt", "R", False) == "H"
    assert name_of("first.due", "R", True) == "R"
    assert name_of("tell", "R", False) == "R"
    assert name_of("halt", "H2", True) == "H2"


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (text("[]"), "do"),
        (text('["open"]'), "'open'"),
        (text('["+0 shout"]'), "'+0 shout'"),
        (text('["+0 ack"]'), "'+0 ack'"),
        (text('["+0 level huge"]'), "level"),
        (text('["+0 breathe long"]'), "minutes"),
        (text('["later open"]'), "'later'"),
        (text('["d1@25:00 open"]'), "25:00"),
        (text('["+0 contact C1 until=+3"]'), "next=TIME"),
        (text(start="Someday 10:00"), "start"),
        (text(going="perhaps"), "going"),
        (text(flags="odd"), "flags"),
        (text(clients=-1), "clients"),
        (text(bot='["+5 halt"]'), "+5 halt"),
        (text('["+0 open", "+1 contact C3"]'), "contact C3: must name one of C1 to C2"),
        (text('["+5 tell"]'), "begin with open"),
        (text('["+5 open", "+9 tell"]'), "must be +0 open"),
        (text('["+0 open", "+5 tell", "+4 note"]'), "stands after +5 tell"),
        (text('["+0 open", "+5 open"]'), "once"),
        (text('["+0 open", "+99999999999999 tell"]'), "ten years"),
        (text('["+0 open", "d99999999@10:00 tell"]'), "ten years"),
        (text("5"), "do: must be a list"),
        (text("[[open]]"), "do: line 1"),
        (text(bot="5"), "bot: must be a list"),
        (text(level="[small]"), "level: a list or table"),
        (text(reach="{a: 1}"), "reach: a list or table"),
        (text(flags="[press]"), "flags: a list or table"),
        (text(start="2024-13-13"), "YAML"),
        ("[1, 2]", "table"),
        ("a: [", "YAML"),
        ("[" * 3000 + "]" * 3000, "nested"),
        ("a: &a [x]\nb: [*a, *a]", "aliases"),
    ],
)
def test_errors_say_where(broken: str, says: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse(broken)
    assert says in str(caught.value)
