"""Nothing in a script is passed over in silence: what could only be a mistake is an error, with its line."""

from __future__ import annotations

import string
from datetime import timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import Incident
from bot.domain.record import Event, Party, What
from bot.policy import load_policy
from bot.rehearsal import sense
from bot.rehearsal.play import quiet_monday, rehearse
from bot.rehearsal.script import KEYS, MONDAY, VERBS, ScriptError, parse
from bot.stages import find

PAGES = {  # verb -> its page, where that has another name; "" for a reaction or a button
    **dict.fromkeys(("ack", "see", "help", "ok"), ""),
    **dict.fromkeys(("voicemail", "contact"), "spoke"),
    "senior": "tell", "offer": "handover", "legal": "decided",
}  # fmt: skip

HEADER = {
    "start": "Tue 10:00", "level": "large", "reach": "one", "going": "no", "undo": "partly",
    "money": "none", "found": "self", "flags": "none", "clients": "1", "boss": "present",
}  # fmt: skip
BEFORE = len(HEADER) + 1  # lines of the file before the first line of `do`
OVER = (  # what no one can do any more once it's over
    "close", "cancel test", "ack B", "see T1", "help T1", "ok B", "tell", "senior", "note", "stop", "own",
    "halt", "assess", "plan", "fixed", "contact C1", "update C1", "voicemail C1", "debrief", "offer H2",
    "accept H2", "breathe 2", "ready", "level small",
)  # fmt: skip


def script(*do: str, **changed: str) -> str:
    head = [f"{key}: {value}" for key, value in {**HEADER, **changed}.items()]
    return "\n".join([*head, "do:", *(f'  - "{line}"' for line in ("+0 open", *do)), ""])


def error(text: str) -> str:
    with pytest.raises(ScriptError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("do", "changed", "says"),
    [
        (["+5 tell", "+9 ack T1"], {}, "T1 isn't on the ladder (B, F1, F2)"),
        (["+5 tell", "+9 ack R"], {}, "R isn't on the ladder"),
        (["+5 tell", "+9 ack b"], {}, "b isn't on the ladder"),
        (["+5 senior", "+9 ack B"], {"boss": "none"}, "there is no ladder"),
        (["+9 tell"], {"boss": "none"}, "there is no one to tell"),
        (["+5 tell", "+9 tell"], {}, "told already"),
        (["+5 senior", "+9 senior"], {}, "has said so already"),
        (["+9 accept H2"], {}, "nothing has been offered"),
        (["+5 offer H2", "+9 accept H3"], {}, "it was offered to H2"),
        (["+5 offer H2", "+7 accept H2", "+9 accept H2"], {}, "nothing has been offered"),
        (["+9 offer R"], {}, "R handles it already"),
        (["+5 close", "+9 close"], {}, "it ended with close before"),
        (["+5 cancel test", "+9 close"], {}, "it ended with cancel before"),
        (["+9 reopen"], {}, "neither closed nor cancelled"),
        (["+9 ready"], {}, "no breathing time"),
        (["+5 breathe 2", "+6 ready", "+9 ready"], {}, "ended before"),
        (["+9 breathe 30"], {}, "1 to 5 minutes"),
        (["+9 breathe 0"], {}, "1 to 5 minutes"),
        (["+5 breathe 4", "+9 breathe 2"], {}, "1 to 5 minutes in all"),
        (["+5 breathe 2", "+6 ready", "+9 breathe 2"], {}, "has ended"),
        (["+9 contact C1 next=+8"], {}, "has passed by then"),
        (["+5 contact C1", "+9 update C1 next=+5"], {}, "has passed by then"),
        (["+9 open"], {}, "must begin with open, and have it once"),
        (["+9 level large"], {}, "the level is large already"),
        (["+9 legal notified"], {}, "nothing was sent to P"),
        (["+9 ok T1"], {}, "T1 can't approve anything"),
        (["+9 contact C2"], {}, "must name one of C1"),
        (["+9 shout"], {}, "must be a time, one of"),
        (["+9 tell", "+5 note"], {}, "stands after +9 tell, which is later"),
        (["d1@09:00 tell", "+30 ack B"], {}, "stands after d1@09:00 tell, which is later"),
        (["+9 ok B"], {}, "B hasn't been told"),
        (["+5 senior", "+9 ok F1"], {}, "F1 hasn't been told"),
        (["+5 tell", "+9 see C1"], {}, "C1 is a client"),
        (["+5 tell", "+9 help A"], {}, "A is a channel"),
        (["+9 offer C1"], {}, "C1 is a client"),
        (["+9 offer H"], {}, "H is the person handling it"),
        (["+9 offer <@H2>"], {}, "that's no name"),
        (["+9 breathe ٣"], {}, "must give minutes"),
        (["+5 tell", "+6 ack F1", "+9 ack F1"], {}, "F1 has acknowledged already"),
        (["+5 tell", "+6 ack B", "+7 ack F1", "+9 ack B"], {}, "B has acknowledged already"),
        (["+5 tell", "+6 ack B", "+7 close", "+8 reopen", "+9 ack B"], {}, "B has acknowledged already"),
        (["+5 tell", "+6 see T1", "+9 see T1"], {}, "T1 has read the card already"),
        (["+5 tell", "+6 help T1", "+9 help T1"], {}, "T1 has offered to help already"),
        (["+5 fixed", "+9 fixed"], {}, "it's fixed already"),
        (["+5 legal notified", "+9 legal notified"], {"flags": "personal"}, "P has decided already"),
        (["+5 legal not_needed", "+9 legal notified"], {"flags": "personal"}, "P has decided already"),
        (["+5 fixed", "+6 debrief", "+9 debrief"], {}, "the debrief has been noted already"),
        (["+5 fixed", "+6 review", "+9 review"], {}, "the review has been held already"),
        (["+5 fixed", "+6 letter", "+9 letter"], {}, "the letter has been sent already"),
        (["+5 fixed", "+6 sat", "+9 sat"], {}, "they've said already whether they're satisfied"),
        *((["+5 close", f"+9 {act}"], {}, "it ended with close before") for act in OVER),
        *(
            (["+5 cancel test", f"+9 {act}"], {}, "it ended with cancel before")
            for act in (*OVER, "review", "letter", "sat")
        ),
    ],
)
def test_an_act_that_has_nothing_to_act_on(do: list[str], changed: dict[str, str], says: str) -> None:
    said = error(script(*do, **changed))
    assert says in said
    assert said.endswith(f"(line {BEFORE + 1 + len(do)})")
    assert do[-1] in said


@pytest.mark.parametrize(
    "do",
    [
        ["+5 close", "+6 reopen", "+9 close"],
        ["+5 cancel test", "+6 reopen", "+9 cancel test"],
        ["+5 tell", "+6 ack F1", "+9 ack B"],
        ["+5 fixed", "+6 debrief", "+6 sat", "+7 close", "+7 reopen", "+8 fixed", "+8 debrief", "+9 sat"],
        ["+5 fixed", "+6 debrief", "+7 close", "+8 review", "+9 letter", "+9 sat"],
        ["+5 offer H2", "+6 offer H3", "+9 accept H3"],
        ["+5 breathe 2", "+6 breathe 1", "+7 ready"],
        ["+5 level critical", "+6 level large"],
        ["+5 tell", "+6 ok B", "+7 ok P"],
        ["+9 ack B", "+9 tell"],
    ],
)
def test_what_people_may_do_in_any_order_is_no_error(do: list[str]) -> None:
    assert len(parse(script(*do)).steps) == 1 + len(do)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("level", "LARGE", "must be one of small"), ("level", "", "must be one of small"),
        ("going", "[yes]", "must be one of no"), ("boss", "true", "must be one of present"),
        ("start", "Tue 25:00", "must be a time of day"), ("start", "tomorrow", "must be a day and a time"),
        ("clients", "-1", "a whole number"), ("clients", "two", "a whole number"),
        ("flags", "[personal]", "must be none, or a list with commas"), ("flags", "illegal", "must be none"),
        ("name", "{bots: 1}", "name: must be text"), ("checks", "[none]", "checks: must be text"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind(key: str, value: str, says: str) -> None:
    at = list({**HEADER, key: value}).index(key) + 1
    said = error(script(**{key: value}))
    assert says in said
    assert said.endswith(f"(line {at})")


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("", "a table with start", 1),
        ("# nothing\n", "a table with start", 1),
        ("- +0 open\n", "a table with start", 1),
        (script().replace("+0 open", "+5 open"), "must be +0 open", BEFORE + 1),
        (script("+٩ tell"), "must be +minutes", BEFORE + 2),
        (script() + "bot:\n", "bot: must be a list of lines", BEFORE + 2),
        (script() + "name: &a x\n", "no anchors", BEFORE + 2),
        (script() + "name: *a\n", "no anchors", BEFORE + 2),
        (script() + "name: &a x\nchecks: *a\n", "no anchors", BEFORE + 2),
        (script() + "name: \0\n", "not a YAML file", BEFORE + 2),
        (script() + "name: 2020-13-45\n", "not a YAML file", BEFORE + 2),
    ],
)
def test_what_is_no_script_has_its_line_too(text: str, says: str, line: int) -> None:
    said = error(text)
    assert says in said
    assert said.endswith(f"(line {line})")


@pytest.mark.parametrize("key", [key for key in HEADER if key not in ("flags", "clients")])
@pytest.mark.parametrize("with_it", ["gone", "empty"])
def test_a_key_that_every_script_needs(key: str, with_it: str) -> None:
    """Where it's missing the line is the first; where it stands with nothing after it, its own."""
    text = script(**{key: ""})
    at = text.splitlines().index(f"{key}: ") + 1
    if with_it == "gone":
        text, at = text.replace(f"{key}: \n", ""), 1
    said = error(text)
    assert said.startswith(f"{key}: must be ")
    assert said.endswith(f"(line {at})")


@pytest.mark.parametrize(("do", "line"), [("", 1), ("do:\n", BEFORE), ("do: []\n", BEFORE)])
def test_a_script_in_which_no_one_does_anything(do: str, line: int) -> None:
    said = error(script().partition("\ndo:")[0] + "\n" + do)
    assert said.startswith("do: must ")
    assert said.endswith(f"(line {line})")


@pytest.mark.parametrize("inside", ["{a: 1, a: 2}", "[{a: 1, a: 2}]", "{b: [{a: 1, a: 1}]}"])
def test_a_key_given_twice_further_in(inside: str) -> None:
    assert f"a is given twice in one table (line {BEFORE + 2})" in error(script() + f"checks: {inside}\n")


@pytest.mark.parametrize("key", ["bots", "Bot", "checkss", "flag", "colour"])
def test_a_key_that_is_none(key: str) -> None:
    text = script() + f"{key}: []\n"
    assert f"{key!r} is no key of a script" in error(text)
    assert f"(line {BEFORE + 2})" in error(text)


@given(st.text(string.ascii_lowercase, min_size=1, max_size=12).filter(lambda key: key not in KEYS))
def test_no_other_word_is_a_key(key: str) -> None:
    assert "is no key of a script" in error(script() + f"'{key}': []\n")


@given(st.sampled_from([*HEADER, "do"]))
def test_a_key_given_twice(key: str) -> None:
    said = error(script() + f"{key}: small\n")
    first = [*HEADER, "do"].index(key) + 1
    assert said == f"{key} is given twice (lines {first} and {BEFORE + 2})"


def test_a_list_that_is_not_there_is_not_left_out_of_the_comparison() -> None:
    assert "bot: must be a list of lines, [] for none" in error(script() + "bot:\n")
    assert parse(script() + "bot: []\n").bot == ()


def test_what_only_shows_while_it_is_played_has_its_line_too(tmp_path: Path) -> None:
    file = tmp_path / "early.yaml"
    file.write_text(script("+5 ack B"), encoding="utf-8")
    with pytest.raises(ScriptError) as caught:
        rehearse([file], load_policy())
    assert str(caught.value) == f"{file}: +5 ack B: there is no message to react to yet (line {BEFORE + 2})"


@pytest.mark.parametrize("ended", [What.CLOSED, What.CANCELLED])
def test_after_the_end_a_script_does_what_the_pages_still_offer(ended: What) -> None:
    """Told, a client spoken with, sent to P, fixed and talked over; and then it's over."""
    told = Event(MONDAY, What.TOLD, "R", data={"how": "send", "ladder": ["B"], "notified": ["B"]})
    talked = Event(MONDAY, What.CONTACTED, "R", "C1", {"result": "reached"})
    others = (What.OPENED, What.LEGAL_SENT, What.FIXED, What.DEBRIEFED, ended)
    events = (told, talked, *(Event(MONDAY, what, "R", "C1") for what in others))
    incident = Incident("T", "I", "R", "R", MONDAY, parties=(Party("C1", "client"),), events=events)
    pages = {verb: find(PAGES.get(verb, verb)) for verb in VERBS if PAGES.get(verb, verb)}
    offered = {verb for verb, page in pages.items() if page and page.applies(incident, "R")}
    word = "close" if ended is What.CLOSED else "cancel"
    assert offered == {verb for verb, ends in sense.AFTERWARDS.items() if word in ends}


def test_a_flag_twice() -> None:
    assert "names one twice" in error(script(flags="personal, personal"))


# --- which week it is -------------------------------------------------------------------------------
def free(region: str, weeks: int) -> bool:
    country, _, part = region.partition("-")
    monday = quiet_monday([region]).date()
    days = {monday + timedelta(weeks=week, days=day) for week in range(weeks) for day in range(5)}
    return days.isdisjoint(holidays.country_holidays(country, subdiv=part or None, years=range(2023, 2027)))


@pytest.mark.parametrize(
    "region", ["DE", "DE-BE", "GB-SCT", "US", "IT-MO", "NZ-AUK", "TV", "CN", "IN", "IR", "NP", "TR"]
)
def test_a_week_without_a_public_holiday_wherever_the_policy_is_at_home(region: str) -> None:
    assert free(region, 1)


def test_without_a_region_it_is_the_week_with_the_fewest() -> None:
    assert quiet_monday([]) == MONDAY
    assert MONDAY.weekday() == 0


def test_a_region_shifts_no_reminder_of_the_first_week(tmp_path: Path) -> None:
    file = tmp_path / "tell.yaml"
    file.write_text(script("d4@17:00 cancel test", start="Mon 10:00", level="small"), encoding="utf-8")
    plain, _ = rehearse([file], load_policy())
    for regions in ('["DE"]', '["US", "GB"]', '["NZ-AUK", "IT-MO"]'):
        assert rehearse([file], load_policy(f"holiday_regions = {regions}\n"))[0] == plain
