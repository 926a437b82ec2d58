"""The write-up: complete, without names or private answers, literal in both formats, true in its drawing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import wording
from bot.domain.incident import Incident
from bot.domain.record import Event, Page, Party, Signal, What
from bot.words import drawing, timeline
from bot.words.writeup import markdown_text, writeup_html, writeup_markdown
from tests.words.cases import PAYROLL, PRINT, SUPPLIER
from tests.words.incidents import FIRMS, NAMES, TZ, incident
from tests.words.longest import full
from tests.words.print_drafts import GOLDEN, markdown
from tests.words.test_drafts_private import HOSTILE, INSIDE, PARTIES, snapshot

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EMPTY = Incident("T1", "0000", "UR", "UR", START)
GOLDEN_FILE = GOLDEN / "writeup.md"
FORMATS = pytest.mark.parametrize("write", [writeup_markdown, writeup_html])
Write = Callable[..., str]


class Shown(HTMLParser):
    """What a reader of the HTML sees, and which tags and attributes it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", set[str](), set[str]()
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.text += data


def of(case: Incident, write: Write, *, final: bool = False, roles: bool = True) -> str:
    return write(case, names=NAMES, tz=TZ, now=NOW, final=final, roles=roles)


def test_as_read_and_agreed() -> None:
    assert markdown() == GOLDEN_FILE.read_text(encoding="utf-8")


@FORMATS
def test_roles_stand_in_for_names(write: Write) -> None:
    written = of(incident(PAYROLL, several=True, kind="client"), write)
    for name in (*NAMES.values(), *(firm for _, firm, _, _ in FIRMS)):
        assert name not in written
    assert "the reporter" in written
    assert "client 1 to a message to client 2" in written


@FORMATS
def test_names_where_they_are_asked_for(write: Write) -> None:
    written = of(incident(PAYROLL, several=True, kind="client"), write, roles=False)
    assert "Robin Reyes" in written
    assert "Tidal Labs" in written
    assert "Roles stand for people" not in written


@FORMATS
def test_no_name_typed_into_any_answer(write: Write) -> None:
    everybody = " / ".join((*INSIDE.values(), *(n for pair in PARTIES.values() for n in pair)))
    case = snapshot(dict.fromkeys(("", *PARTIES), everybody))
    written = write(case, names=INSIDE, tz=TZ, now=NOW, final=False)
    for name in everybody.split(" / "):
        assert name not in written


@FORMATS
def test_private_answers_and_moments_are_not_in_it(write: Write) -> None:
    case = snapshot(dict.fromkeys(("", *PARTIES), "open text"), events=(
        Event(START, What.BREATHING, "UR", data={"minutes": 3}), Event(START, What.OWNED, "UR"),
    ))  # fmt: skip
    pages = dict(case.pages)
    for stage, key in (("more", "q4_differently"), ("letgo", "note_to_self"), ("own", "own_line")):
        page = pages[stage, ""]
        pages[stage, ""] = replace(page, answers={**page.answers, key: "nobody else reads this"})
    written = of(replace(case, pages=pages), write)
    assert "open text" in written
    assert "nobody else reads this" not in written
    assert not re.search(r"breath|own line", written, re.IGNORECASE)


@FORMATS
def test_says_whether_it_is_final(write: Write) -> None:
    case = incident(PRINT, several=False, kind="client")
    assert "Final" in of(case, write, final=True)
    assert "Draft" not in of(case, write, final=True)
    assert "Draft" in of(case, write)


@FORMATS
def test_is_whole_with_nothing_known_and_with_everything(write: Write) -> None:
    for case in (EMPTY, full("word "), full("x")):
        written = of(case, write)
        assert "None" not in written.replace("None.", "")
        assert "Undefined" not in written
    assert "not known yet" in of(EMPTY, write)


@FORMATS
def test_passes_the_wording_check(write: Write) -> None:
    written = of(incident(SUPPLIER, several=False, kind="client"), write, roles=False)
    text = Shown(written).text if write is writeup_html else written
    hints = wording.check(text, "writeup", names=NAMES.values())
    assert [h for h in hints if h.family != "long"] == []


@pytest.mark.parametrize("typed", HOSTILE[:7])
def test_html_shows_typed_text_to_the_letter(typed: str) -> None:
    written = writeup_html(
        snapshot(dict.fromkeys(("", *PARTIES), typed)), names={}, tz=TZ, now=NOW, final=False
    )
    shown = Shown(written)
    assert typed in shown.text
    assert not shown.tags & {"script", "img", "a", "link", "iframe", "b:script"}
    assert not {name for name in shown.attributes if name.startswith("on") or name in ("href", "src")}


def test_html_loads_nothing_and_runs_nothing() -> None:
    written = of(full("word "), writeup_html)
    assert "default-src 'none'" in written
    assert not re.search(r"<script|javascript:|url\(|@import|https?://", written)
    assert "counter(page)" in written
    assert "display: table-header-group" in written


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&[]()!*_`~#|\\$-+=.:/1a w\n\thpsf"), max_size=60))
def test_markdown_has_no_live_sign(typed: str) -> None:
    """Every sign that would mean something is escaped; taking the escapes off gives the typed text back."""
    written = markdown_text(typed)
    assert "\n" not in written
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]#|~$<>]", written.replace("&lt;", "").replace("&amp;", ""))
    assert not re.search(r"(?:https?|ftp)://|www\.", written, re.IGNORECASE)
    assert not re.match(r"[-+=]|\d+[.)]", written)
    plain = re.sub(r"\\([\\`*_\[\]#|~$>/.=+)-])", r"\1", written).replace("&lt;", "<").replace("&amp;", "&")
    assert plain == " / ".join(line.strip() for line in typed.splitlines() if line.strip())


def test_markdown_keeps_hostile_text_inside_its_cell() -> None:
    for typed in HOSTILE[:7]:
        case = snapshot(dict.fromkeys(("", *PARTIES), typed))
        written = writeup_markdown(case, names={}, tz=TZ, now=NOW, final=False)
        assert not re.search(r"<[a-z!/]|\]\(|(?:https?)://", written.replace("\\](", ""))
        assert len({line.count("|") for line in written.splitlines() if re.match(r"\| \d+ \|", line)}) == 1


@pytest.mark.parametrize("what", What)
def test_every_kind_of_event_is_told_or_hidden(what: What) -> None:
    case = replace(EMPTY, parties=(Party("C1", "client"),), events=(Event(START, what, "UR", "C1"),))
    rows = timeline.rows(case, TZ, str, str)
    assert len(rows) == (0 if what in timeline.HIDDEN else 1)
    assert all(row.what.endswith(".") and row.local and row.utc for row in rows)


def test_rows_are_in_order_with_both_clocks() -> None:
    case = incident(PRINT, several=False, kind="client")
    told = case.last(What.TOLD)
    assert told
    seen = replace(case, signals=(Signal("UB", "eyes", "notice", told.at + timedelta(minutes=2)),))
    rows = timeline.rows(seen, TZ, str, str)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert rows[0].what == "It happened."
    assert (rows[1].local, rows[1].utc) == ("Tue 3 Mar 2026, 10:00", "2026-03-03 09:00")
    assert [row.who for row in rows if row.what == "Saw the notice."] == ["UB"]


def said(minutes: int, what: What = What.CONTACTED, promised: int | None = None, **data: object) -> Event:
    due = {"promised": (START + timedelta(minutes=promised)).isoformat()} if promised is not None else {}
    return Event(
        START + timedelta(minutes=minutes), what, "UR", "" if what is What.FIXED else "C1", {**data, **due}
    )


@pytest.mark.parametrize(
    ("events", "now", "states"),
    [
        ([said(0, promised=60)], 30, ["open"]),
        ([said(0, promised=60)], 60, ["open"]),
        ([said(0, promised=60)], 61, ["missed"]),
        ([said(0, promised=60), said(60, What.UPDATED)], 90, ["kept"]),
        ([said(0, promised=60), said(61, What.UPDATED, promised=120)], 90, ["missed", "open"]),
        ([said(0, promised=60), said(50, What.FIXED)], 90, ["kept"]),
        ([said(0, promised=60), said(50, What.FIXED, later=["C1"])], 90, ["missed"]),
        ([said(0, promised=60), said(50, result="voicemail")], 90, ["missed"]),
        ([said(0)], 90, []),
    ],
)
def test_promises_kept_and_missed(events: list[Event], now: int, states: list[str]) -> None:
    case = replace(EMPTY, parties=(Party("C1", "client"),), events=tuple(events))
    assert [p.state for p in timeline.promises(case, START + timedelta(minutes=now))] == states


def test_the_drawing_holds_every_row_and_every_promise_once() -> None:
    case = full("word ")
    more = [said(60 * n, What.UPDATED, promised=60 * n + 50) for n in range(1, 30)]
    case = replace(case, events=(*case.events, *more))
    rows, promises = timeline.rows(case, TZ, str, str), timeline.promises(case, NOW)
    strips = drawing.strips(rows, promises, TZ)
    assert [d.number for s in strips for d in s.dots] == [row.number for row in rows]
    assert sum(line.end != "" for s in strips for line in s.lines) == len(promises) == 41
    for strip in strips:
        assert len(strip.ticks) <= drawing.PER_STRIP
        assert all(0 <= d.x <= strip.width and 0 <= d.y <= strip.height for d in strip.dots)
        assert all(line.x1 <= line.x2 <= strip.width and line.y < strip.height for line in strip.lines)
        assert len({line.y for line in strip.lines}) == len(strip.lines)


def test_an_empty_record_has_no_drawing() -> None:
    assert drawing.strips((), (), TZ) == ()


def test_the_drawing_says_by_shape_what_it_says_by_colour() -> None:
    written = of(replace(incident(PRINT, several=False, kind="client")), writeup_html)
    assert "Promise to the client: missed" in written
    assert "<circle" in written
    assert "<rect" in written


def test_a_page_of_an_unknown_reach_is_a_gap() -> None:
    page = Page("open", "", 1, {"summary": "Only this"}, False, "UR", START)
    written = of(replace(EMPTY, pages={("open", ""): page}), writeup_markdown)
    assert "How far it reached: not known yet" in written
