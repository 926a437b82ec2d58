"""A part of the matrix with every run of the tests; all of it: `make matrix`."""

from __future__ import annotations

from bot.slack import routes
from bot.stages import STAGES
from tests.access.acts import ACTS
from tests.access.expected import COLUMNS, PAGES, RIGHTS, STATES
from tests.access.matrix import Report, play
from tests.access.scene import EVERYBODY, columns

SAMPLE = 37  # every so many cells; shares no factor with the numbers of people and states


async def test_a_sample_of_the_matrix(transport: str) -> None:
    report = Report()
    await play(transport, report, SAMPLE)
    assert report.problems == []
    assert report.cells > 300


def test_every_page_and_every_listener_is_tried() -> None:
    """A new page or button is refused a place here until somebody writes down who may use it."""
    assert set(PAGES) == {stage.key for stage in STAGES}
    tried = {act.name for act in ACTS}
    for kind in routes.ACTIONS:
        assert kind in TRIED_AS, kind
        assert TRIED_AS[kind] <= tried, kind


TRIED_AS: dict[str, set[str]] = {
    "input": {"type own", "type assess"},
    "pick": set(),  # a radio was moved: nothing is read and nothing kept
    "back": {"back"},
    "skip": {"skip own"},
    "go": {"go"},
    "refresh": {"refresh"},
    "withdraw": {"withdraw"},
    "open": {"continue"},
    "blank": {"continue, blank"},
    "start": {"start"},
    "practise": {"practise"},
    "begin_with": {"begin with"},
    "notice": {"notice seen", "notice call", "notice take", "a button nobody made"},
    "details": {"details"},
    "which": {"a question nobody asked"},
    "arrived": {"arrived"},
    "again": {"send again"},
    "snooze": {"snooze mine", "snooze theirs"},
    "leave_out": {"leave out mine"},  # the button opens a window that holds nothing; this is its answer
    "card": {"read card", "offer help", "help from elsewhere"},
    "answer": {"answer yes", "answer no", "answer yes, late"},
    "accept": {"accept button"},
    "copy": {"copy"},
    "anew": {"fill anew"},
    "timeline": {"timeline"},
    "ledger": {"ledger"},
    "ask": {"ask for the go-ahead", "ask for nothing"},
    "forget": {"forget"},
    "list": {"older"},
}


def test_the_table_is_whole() -> None:
    assert {len(row.split()) for row in RIGHTS.values()} == {len(COLUMNS)}
    met = {column for state in STATES for user in EVERYBODY for column in columns(user, state)}
    assert met == set(COLUMNS)
