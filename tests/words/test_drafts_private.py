"""What a draft must not carry: a colleague's name, another party's facts, markup, private answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.incident import Incident
from bot.domain.record import Event, Page, Party, What
from bot.words import mask
from bot.words.draft_specs import SPECS
from bot.words.drafts import DRAFTS, draft
from tests.words.incidents import ORG, TZ
from tests.words.longest import CHOSEN, LENGTHS, PER_PARTY

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TO_PARTY = [key for key in DRAFTS if SPECS[key].reader == "party"]
INSIDE = {"UR": "Quillon Varga", "UB": "Zenobia Marsh", "UF": "Odalys Pike", "UT": "Brannoc Teal"}
PARTIES = {
    "C1": ("Larkspur Mills", "Ottoline Gray"),
    "C2": ("Vantage Ferry", "Caspian Roe"),
    "C3": ("Juniper Crane", "Isolde Finch"),
}
HOSTILE = (
    "<!channel> <!here> <@U0123ABCD> <#C1|general>",
    "<https://evil.example|your bank> https://evil.example",
    "*bold* _italic_ ~gone~ `code` ```block```",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \u200f",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;<b>",
    "{{ 7 * 7 }} {% for x in y %} {# note #} ${x} %(x)s",
    "![x](https://evil.example/x.png) [y](javascript:alert(1)) # head\n- item\n1. one\n> quote\n| a | b |",
    "x" * 3000,
)


def snapshot(says: Mapping[str, str], *, events: tuple[Event, ...] = ()) -> Incident:
    """Every text answer of every party is what `says` has for that party ("": its own pages)."""
    pages = {}
    for stage, lengths in LENGTHS.items():
        for key in PARTIES if stage in PER_PARTY else [""]:
            typed = {name: says[key] for name in lengths}
            if stage == "contact":
                typed |= dict(zip(("party_name", "contact_name"), PARTIES[key], strict=True))
            pages[stage, key] = Page(stage, key, 1, typed | CHOSEN.get(stage, {}), False, "UR", NOW)
    parties = tuple(Party(key, "client", name) for key, (name, _) in PARTIES.items())
    opened = (Event(NOW, What.OPENED, "UR"), Event(NOW, What.APPROVED, "UB", data={"gate": "plan"}))
    return Incident("T1", "1", "UR", "UR", NOW, pages=pages, parties=parties, events=(*opened, *events))


def texts(incident: Incident, party: str, keys: list[str] | tuple[str, ...] = TO_PARTY) -> str:
    made = (
        draft(
            key,
            incident,
            party=party,
            names=INSIDE,
            org=ORG,
            reader_tz=TZ,
            now=NOW,
            extra={"slots": "Monday"},
        )
        for key in keys
    )
    return "\n".join(f"{d.subject}\n{d.text}" for d in made)


@settings(max_examples=30, deadline=None)
@given(
    who=st.sampled_from(sorted(INSIDE.values())),
    form=st.sampled_from(("{}", "{} did it", "ask {}.", "({})", "{}'s file", "@{}")),
    case=st.sampled_from((str, str.upper, str.lower)),
)
def test_no_colleague_in_a_text_to_a_party(who: str, form: str, case: type[str]) -> None:
    typed = form.format(case(who))
    written = texts(snapshot(dict.fromkeys(("", *PARTIES), typed)), "C1").lower()
    for name in INSIDE.values():
        assert name.lower() not in written


def test_a_given_name_alone_is_a_name_too() -> None:
    written = texts(snapshot(dict.fromkeys(("", *PARTIES), "Quillon pressed send")), "C1")
    assert "Quillon" not in written
    assert "a colleague pressed send" in written


def test_everyday_words_stay_words() -> None:
    hide = mask.replacer(mask.COLLEAGUE, people=["Will Carver", "May Lee"])
    assert hide("We Will write in May; ask Will Carver.") == "We Will write in May; ask a colleague."


@pytest.mark.parametrize("own", PARTIES)
def test_nothing_of_one_party_in_a_text_to_another(own: str) -> None:
    """Each party's own answers carry a mark; the incident's own pages name every party."""
    marks = {key: f"mark{key}secret" for key in PARTIES}
    everybody = " and ".join(f"{name} ({contact})" for name, contact in PARTIES.values())
    written = texts(snapshot({"": everybody, **marks}), own)
    assert marks[own] in written
    for name, contact in PARTIES.values():
        bulk = texts(snapshot({"": everybody, **marks}), own, ("client_email_bulk",))
        assert name not in bulk
        assert contact not in bulk
    for key, (name, contact) in PARTIES.items():
        if key != own:
            assert marks[key] not in written
            assert name not in written
            assert contact not in written
            assert contact.split()[0] not in written


def test_the_account_of_the_facts_stays_inside_when_several_are_affected() -> None:
    incident = snapshot(dict.fromkeys(PARTIES, "x") | {"": "y"})
    pages = dict(incident.pages)
    assess = pages["assess", ""]
    pages["assess", ""] = replace(
        assess, answers={**assess.answers, "q1_mistake": "factX", "affected": "factY"}
    )
    written = texts(replace(incident, pages=pages), "C1")
    assert "factX" not in written
    assert "factY" not in written


def test_private_answers_are_in_no_draft() -> None:
    """`own_line` opens the notice to the boss; the other private fields appear nowhere."""
    incident = snapshot(dict.fromkeys(("", *PARTIES), "open text"))
    pages = dict(incident.pages)
    for stage, key in (("more", "q4_differently"), ("letgo", "note_to_self"), ("own", "own_line")):
        page = pages[stage, ""]
        pages[stage, ""] = replace(page, answers={**page.answers, key: f"private {key}"})
    incident = replace(incident, pages=pages)
    others = tuple(key for key in DRAFTS if key != "boss_notice")
    assert "private" not in texts(incident, "C1", others).replace("in private", "")
    assert "private own_line" in texts(incident, "", ("boss_notice",))


def test_the_team_learns_neither_reporter_nor_client() -> None:
    typed = "Quillon Varga sent it to Larkspur Mills, says Ottoline Gray"
    incident = snapshot(dict.fromkeys(("", *PARTIES), typed))
    keys = ("channel_post", "channel_update", "all_clear")
    written = texts(incident, "", keys)
    for name in ("Quillon", "Larkspur Mills", "Ottoline"):
        assert name not in written


@pytest.mark.parametrize("typed", HOSTILE)
def test_typed_text_is_shown_to_the_letter(typed: str) -> None:
    """In every draft that quotes it; nothing of it is taken as a template or markup, and nothing is lost."""
    incident = snapshot(dict.fromkeys(("", *PARTIES), typed))
    for key in ("client_email_first", "client_update", "client_call_script", "final_apology_closing"):
        assert typed[:250] in texts(incident, "C1", (key,)), key
    assert typed[:250] in texts(incident, "", ("boss_notice",))
