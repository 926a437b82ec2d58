"""Every draft for every case: as read and agreed (golden files), inside its limits, and true to the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import UndefinedError

from bot.domain import wording
from bot.domain.incident import Incident
from bot.domain.record import Event, Page, Party, What
from bot.words.draft_specs import LIMIT, NOTICE_LIMIT, SPECS
from bot.words.drafts import DRAFTS, Draft, draft
from bot.words.environment import TEMPLATES, environment
from tests.words.cases import CALENDAR, CASES, INVOICE, NEWSLETTER, PAYROLL, PRINT, SETTINGS, SUPPLIER, Case
from tests.words.incidents import NAMES, ORG, TZ, Organisation, every, incident
from tests.words.longest import full
from tests.words.print_drafts import GOLDEN, drafts

APOLOGIES = (
    "client_call_script", "client_call_inbound", "client_call_holding", "client_call_bulk",
    "client_email_first", "client_email_holding", "client_email_bulk", "final_apology_closing",
    "recipient_request",
)  # fmt: skip
TO_PARTY = tuple(key for key in DRAFTS if SPECS[key].reader == "party")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMPTY = Incident("T1", "0000", "UR", "UR", NOW)


def made(key: str, case: Case, *, several: bool = False, kind: str = "client", **extra: object) -> Draft:
    """The draft for the case's first party at the case's moment."""
    return draft(
        key,
        incident(case, several=several, kind=kind, until=case.now),
        party="C1",
        names=NAMES,
        org=ORG,
        reader_tz=TZ,
        now=case.start + timedelta(minutes=case.now),
        extra={**case.extra, **extra},
    )


def variants() -> Iterator[tuple[Case, bool, str]]:
    return ((case, several, kind) for _, case, several, kind in every())


@pytest.mark.parametrize(("name", "case", "several", "kind"), every(), ids=[name for name, *_ in every()])
def test_as_read_and_agreed(name: str, case: Case, several: bool, kind: str) -> None:
    assert drafts(case, several, kind) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_no_golden_file_without_a_case() -> None:
    assert {p.stem for p in GOLDEN.glob("*.txt")} == {name for name, *_ in every()}


@pytest.mark.parametrize("key", APOLOGIES)
def test_every_apology_owns_and_repairs(key: str) -> None:
    owns = re.compile(r"the mistake (?:is|was) ours|that was our mistake", re.IGNORECASE)
    repairs = re.compile(r"putting it right (?:is|was) our job|we are putting it right", re.IGNORECASE)
    for case, several, kind in variants():
        text = made(key, case, several=several, kind=kind).text
        assert re.search(r"\bsorry\b", text), key
        assert owns.search(text), key
        assert repairs.search(text), key


@pytest.mark.parametrize("key", DRAFTS)
def test_never_asks_forgiveness_and_never_guarantees(key: str) -> None:
    for case, several, kind in variants():
        text = made(key, case, several=several, kind=kind).text.lower()
        assert not re.search(r"forgiv|pardon|excuse us|excuse me", text)
        assert not re.search(
            r"guarantee|never again|will not happen again|won't happen again|we promise", text
        )


@pytest.mark.parametrize("key", DRAFTS)
def test_passes_the_wording_check(key: str) -> None:
    sink: wording.Sink = "update" if key == "client_update" else "client" if key in TO_PARTY else "boss"
    for case, several, kind in variants():
        result = made(key, case, several=several, kind=kind)
        assert wording.check(f"{result.subject}\n{result.text}", sink) == ()


@pytest.mark.parametrize("key", DRAFTS)
def test_says_how_often_sorry(key: str) -> None:
    """One in each planned moment, none elsewhere; `client_update` only for a promise that was missed."""
    expected = 1 if key in (*APOLOGIES, "boss_notice") else 0
    for case, several, kind in variants():
        missed = key == "client_update" and case is SUPPLIER
        said = made(key, case, several=several, kind=kind).text.lower()
        spoken = [line for line in said.splitlines() if not re.match(r"\d\. (then )?say sorry", line)]
        assert sum(line.count("sorry") for line in spoken) == (1 if missed else expected)


@pytest.mark.parametrize("key", [k for k in DRAFTS if SPECS[k].by_hand])
def test_ends_with_the_line_that_a_person_sends_it(key: str) -> None:
    assert made(key, PRINT).text.splitlines()[-1] == "Draft: read it, change it, send it yourself."


@pytest.mark.parametrize("key", [k for k in DRAFTS if not SPECS[k].by_hand])
def test_what_the_bot_posts_does_not_call_itself_a_draft(key: str) -> None:
    assert "Draft:" not in made(key, PRINT).text


def test_a_notice_that_is_spoken_is_said_as_one_speaks() -> None:
    page = {**INVOICE.pages["open"], "summary": "An invoice went out twice"}
    case = replace(INVOICE, pages={**INVOICE.pages, "open": page})
    said, sent = (made("boss_notice", case, how=how).text for how in ("self", "send"))
    assert said.startswith("Dana Bright, do you have five minutes? ")
    assert "More exactly:" in sent
    assert "More exactly:" not in said
    assert "We charged the February invoice twice." in said
    assert "Robin Reyes" in sent
    assert "Robin Reyes" not in said


def test_a_notice_that_is_spoken_is_a_draft() -> None:
    assert made("boss_notice", INVOICE).text.endswith("send it yourself.")


@pytest.mark.parametrize("key", TO_PARTY)
def test_no_emoji_for_a_party(key: str) -> None:
    for case, several, kind in variants():
        assert not re.search(
            r"[\u2600-\u27bf\U0001f000-\U0001faff]", made(key, case, several=several, kind=kind).text
        )


@pytest.mark.parametrize("key", DRAFTS)
def test_fits_with_the_longest_answers(key: str) -> None:
    limit = NOTICE_LIMIT if key == "boss_notice" else LIMIT
    for word in ("word ", "x", "🙂", "line\n"):
        result = draft(key, full(word), party="C1", names=NAMES, org=ORG, reader_tz=TZ, now=NOW)
        assert len(result.text) <= limit, (key, word)
        assert not SPECS[key].by_hand or result.text.endswith("send it yourself.")


@pytest.mark.parametrize("key", DRAFTS)
def test_is_whole_with_nothing_known(key: str) -> None:
    result = draft(key, EMPTY, names={}, org=Organisation(), reader_tz="", now=NOW)
    assert 20 <= len(result.text) <= LIMIT
    assert "None" not in result.text
    assert "  " not in result.text
    assert not result.dropped


def test_every_gap_is_named() -> None:
    """What nobody knows is said; what a person has to fill in stands in brackets."""
    text = draft("client_update", EMPTY, names={}, org=Organisation(), reader_tz="", now=NOW).text
    assert "What this means for you today is not known yet." in text
    assert "[When they will hear from you again.]" in text


def test_longest_notice_says_what_it_left_out() -> None:
    result = draft("boss_notice", full("word "), names=NAMES, org=ORG, reader_tz=TZ, now=NOW)
    assert result.dropped[:2] == ("side_effects", "details")
    assert "I am sorry" in result.text


def test_notice_opens_neutrally_for_lock_screens() -> None:
    for names in (NAMES, {}):
        opening = draft("boss_notice", EMPTY, names=names, org=ORG, reader_tz=TZ, now=NOW).text.split("\n")[0]
        first = re.split(r"(?<=[.!?])\s", opening)[0]
        assert len(first) >= 110
        assert not re.search(r"mistake|wrong|client|sorry", first)
        assert not wording.check(first, "boss")


def test_notice_asks_before_it_tells() -> None:
    text = made("boss_notice", PRINT).text
    assert text.index("What I need from you") < text.index("about a mistake") < 600


@pytest.mark.parametrize(
    ("key", "case", "said", "unsaid"),
    [
        ("client_email_first", NEWSLETTER, "We noticed it on", ""),
        ("client_email_first", INVOICE, "It happened on", "noticed"),
        ("client_call_inbound", INVOICE, "Let them finish", "noticed"),
        ("client_call_inbound", INVOICE, "waits for your lead's yes", "pay the second amount back"),
        ("client_call_script", NEWSLETTER, "can no longer be stopped", "has been stopped"),
        ("client_call_script", SUPPLIER, "do not have the full answer yet", "how we are putting it right"),
        ("client_call_holding", PRINT, "I would rather not guess", "how we are putting it right"),
        ("client_call_holding", PRINT, "has been stopped", "almost the same name"),
        ("client_email_first", SETTINGS, "tried to reach you", "talking with me"),
        ("client_update", SUPPLIER, "I am sorry that this is late", ""),
        ("client_update", PRINT, "You will hear from me again by", "sorry"),
        ("client_update", SETTINGS, "last regular update", "hear from me again"),
        ("recipient_request", PAYROLL, "please delete it", "Tidal Labs"),
        ("client_call_holding", INVOICE, "Thank you for telling us", "noticed"),
        ("client_email_holding", INVOICE, "Thank you for telling us", "noticed"),
        ("client_voicemail", INVOICE, "calling you back", "our work for you"),
        ("client_call_script", SUPPLIER, "working on having it stopped", "Our bank is recalling"),
        ("client_email_first", PRINT, "Here it is in writing too", "agreed"),
        ("channel_post", PRINT, "Robin Reyes", "Morrow Books"),
        ("billing_note", PRINT, "not approved yet", "Approved by"),
        ("client_email_bulk", NEWSLETTER, "[what everybody on the list will notice]", "in the shop"),
        ("client_email_first", NEWSLETTER, "Put in the time you first knew.", ""),
        ("legal_note", INVOICE, "Contained: not confirmed. Whoever reported it says", "Contained: yes"),
        ("legal_note", SETTINGS, "Contained: not confirmed. What is noted", "says"),
        ("legal_note", PRINT, "Contained: yes", "not confirmed"),
    ],
)
def test_says_what_this_moment_needs(key: str, case: Case, said: str, unsaid: str) -> None:
    text = made(key, case).text
    assert said in text
    assert not unsaid or unsaid not in text


def test_colleagues_are_not_sent_a_bill_or_an_address() -> None:
    for case in CASES:
        for key in TO_PARTY:
            text = made(key, case, kind="colleague").text
            assert "bill" not in text.replace("responsibility", "").lower()
            assert ORG.phone not in text
            assert "customer" not in re.sub(
                r"a customer's settings|wrong customer|the customer's own", "", text
            )


def test_typed_answers_come_before_saved_ones() -> None:
    text = made("client_update", PRINT, changed="The plates are ready").text
    assert "The plates are ready." in text
    assert "approved the new proof" not in text


def test_a_letter_names_the_day_of_every_time_a_call_need_not() -> None:
    """It may be read, or sent, on another day than it was filled in."""
    assert "again by Tue 10 Mar, 10:00 (London time)" in made("client_email_first", INVOICE).text
    assert "again by tomorrow 10:00 (London time)" in made("client_call_script", INVOICE).text
    for case, several, kind in variants():
        for key in (
            "client_email_first",
            "client_email_bulk",
            "client_update",
            "handover_note",
            "channel_post",
        ):
            text = made(key, case, several=several, kind=kind).text
            assert not re.search(r"(?:tomorrow|by|since) \d\d:\d\d \(", text), key


@pytest.mark.parametrize(
    ("going", "said"), [("yes", "we are working on stopping it"), ("unknown", "checking right now whether")]
)
def test_whether_it_still_goes_on_is_said_as_it_is_known(going: str, said: str) -> None:
    opened = Page("open", "", 1, {"summary": "It runs", "still_going": going}, False, "UR", NOW)
    running = replace(EMPTY, pages={("open", ""): opened}, parties=(Party("C1", "client"),))
    for key in ("client_call_script", "client_email_first"):
        assert said in draft(key, running, party="C1", names={}, org=ORG, reader_tz=TZ, now=NOW).text


def test_with_nobody_above_a_plan_waits_for_nobody() -> None:
    """The senior branch has no gates; at each level they are the policy's (product.md 4.1)."""
    large = incident(PRINT, several=False, kind="client", until=20)  # planned, and not agreed to
    senior = replace(large, events=(*large.events, Event(PRINT.start, What.SENIOR, "UR")))
    free = incident(SETTINGS, several=False, kind="client")  # medium, and costs nothing
    for inc, gated, waits in (
        (large, True, True), (large, False, True),
        (senior, True, False), (free, True, True), (free, False, False),
    ):  # fmt: skip
        text = draft(
            "client_call_script", inc, party="C1", names=NAMES, org=ORG, reader_tz=TZ, now=NOW,
            extra={"plan_gated": gated},
        ).text  # fmt: skip
        assert ("waits for your lead's yes" in text) is waits
        assert ("how we are putting it right" in text) is not waits


def test_who_took_over_does_not_say_i_for_somebody_else() -> None:
    mine = incident(PRINT, several=True, kind="client", until=45)
    for inc, said in ((mine, False), (replace(mine, handler="UT"), True)):
        for key in APOLOGIES:
            if key in ("recipient_request", "final_apology_closing", "client_call_inbound"):
                continue
            text = draft(key, inc, party="C1", names=NAMES, org=ORG, reader_tz=TZ, now=PRINT.start).text
            assert ("[These are a colleague's words: say “we” instead of “I”.]" in text) is said, key


def test_somebody_met_in_person_is_not_rung() -> None:
    call = made("client_call_script", PRINT, method="in_person").text
    assert "go and see Ines Falk" in call
    assert "I am here about a mistake" in call
    assert "I will come back to you by" in call
    assert "call you again" not in call
    unplanned = draft(
        "client_call_script", replace(EMPTY, parties=(Party("C1", "client"),)), party="C1", names={}, org=ORG,
        reader_tz=TZ, now=NOW, extra={"method": "in_person"},
    ).text  # fmt: skip
    assert "Agree on a time before you go." in unplanned
    assert "hang up" not in unplanned


def test_the_team_is_told_of_nobody_who_is_not_affected() -> None:
    def post(incident: Incident, **extra: object) -> str:
        return draft("channel_post", incident, names=NAMES, org=ORG, reader_tz=TZ, now=NOW, extra=extra).text

    assert "client" not in post(EMPTY)
    assert "several clients" in post(incident(PRINT, several=True, kind="client"))
    assert "another team" in post(incident(PRINT, several=False, kind="colleague"))
    named = post(incident(PRINT, several=True, kind="client"), name_client=True)
    assert "affects Morrow Books, Tidal Labs, Orchard Foods." in named


def test_fixed_is_called_checked_only_where_somebody_has_looked() -> None:
    assert "fixed and checked" in made("all_clear", PRINT).text
    assert "checked" not in made("all_clear", CALENDAR).text


def test_times_are_those_of_the_party() -> None:
    assert "(London time)" in made("client_email_first", PRINT).text
    assert "(Berlin time)" in made("boss_notice", PRINT).text


def test_the_billing_window_runs_from_the_mistake_to_the_fix() -> None:
    after = PRINT.start + timedelta(minutes=PRINT.end)
    note = draft(
        "billing_note", incident(PRINT, several=False, kind="client"), party="C1", names=NAMES, org=ORG,
        reader_tz=TZ, now=after, extra={"default_currency": "EUR"},
    ).text  # fmt: skip
    assert "From (it happened): Tue 3 Mar, 09:40 (Berlin time)" in note
    assert "Until (it was fixed): Wed 4 Mar, 15:00 (Berlin time)" in note
    assert "9 hours" in note
    assert "credit 250.00 EUR" in note
    assert "Approved by Dana Bright" in note


def test_a_template_that_asks_for_more_than_it_gets_fails() -> None:
    with pytest.raises(UndefinedError):
        environment("plain").from_string("{{ nothing_of_that_name }}").render()


def test_every_template_is_a_draft_or_a_part() -> None:
    files = {p.stem for p in (TEMPLATES / "drafts").glob("*.j2")}
    assert {f for f in files if not f.startswith("_")} == set(DRAFTS)


def test_unknown_draft() -> None:
    with pytest.raises(KeyError):
        draft("no_such_draft", EMPTY, names={}, org=ORG, reader_tz=TZ, now=NOW)


def test_let_go_thanks_only_for_what_is_on_record() -> None:
    pages: Mapping[tuple[str, str], Page] = {}
    opened = Incident("T1", "1", "UR", "UR", NOW, pages=pages, events=(Event(NOW, What.OPENED, "UR"),))
    told = Incident(
        "T1", "1", "UR", "UR", NOW, parties=(Party("C1", "client"),),
        events=(Event(NOW, What.OPENED, "UR"), Event(NOW, What.CONTACTED, "UR", "C1", {"result": "reached"})),
    )  # fmt: skip
    said = [draft("let_go", i, names={}, org=ORG, reader_tz=TZ, now=NOW).text for i in (opened, told)]
    assert "heard it from your side" not in said[0]
    assert "heard it from your side" in said[1]


@pytest.mark.parametrize(
    ("answers", "well"),
    [
        ({"working_ok": "yes"}, True), ({"working_ok": "yes", "satisfied": "yes"}, True),
        ({"working_ok": "mostly"}, False), ({"working_ok": "yes", "satisfied": "partly"}, False),
        ({"working_ok": "no"}, False), ({"working_ok": "yes", "satisfied": "no"}, False),
    ],
)  # fmt: skip
def test_put_right_is_only_what_they_call_well(answers: dict[str, str], well: bool) -> None:
    talk = Page("debrief", "C1", 1, answers, False, "UR", NOW)
    events = (Event(NOW, What.OPENED, "UR"), Event(NOW, What.FIXED, "UR"))
    inc = replace(EMPTY, parties=(Party("C1", "client"),), events=events, pages={("debrief", "C1"): talk})
    later = NOW + timedelta(days=1)
    reopened = (Event(later, What.REOPENED, "UR"), Event(later, What.FIXED, "UR"))
    again = replace(inc, events=(*events, *reopened))
    for case, right in ((inc, well), (again, True)):  # what was said before it was reopened is past
        text = draft("let_go", case, names={}, org=ORG, reader_tz=TZ, now=later).text
        assert ("It was put right." in text) is right


@pytest.mark.parametrize("key", ["client_call_script", "client_email_first", "client_call_holding"])
def test_the_first_of_several_that_is_known_reads_nothing_of_the_account(key: str) -> None:
    """Who else is affected may stand in it long before they are parties of their own."""
    assert incident(PAYROLL, several=False, kind="client").fact("reach") == "several"
    text = made(key, PAYROLL).text
    assert "Tidal" not in text
    assert "nobody else who is affected may be named" in text
