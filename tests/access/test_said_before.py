"""What's said before someone erases their data is what the rows show afterwards."""

from __future__ import annotations

import pytest

from bot.domain.record import Event, What
from bot.guide import erasing
from bot.guide.work import Work
from bot.slack import messages
from bot.store import chores
from bot.store import tables as t
from bot.store.surfaces import TAKEN_DOWN
from tests.access.test_no_part import BOSS, Case, R, _append, case
from tests.outbox.desk import T0

__all__ = ["case"]
REMINDED = "you get no more reminders"


def asked(case: Case, user: str) -> str:
    found = case.do(erasing.sort, user)
    return str(messages.reply("forget", {"found": found, "now": T0, "tz": "UTC", "user": user}))


def told(case: Case) -> None:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.deliver()


def held(case: Case) -> None:
    told(case)
    case.do(_append, case.key, Event(T0, What.HELD, "", data={"reason": "a claim"}))


def closed(case: Case) -> None:
    told(case)
    case.do(_append, case.key, Event(T0, What.CLOSED, R))


def down(case: Case) -> bool:
    """Whether messages are being deleted."""
    return TAKEN_DOWN in str(case.do(lambda w: w.store.connection.execute(t.surfaces.select()).all()))


def to_them(case: Case, user: str) -> list[str]:
    return [p.kind for p in case.rows() if p.recipient == user]


@pytest.mark.parametrize("user", [R, BOSS])
@pytest.mark.parametrize("ended", [told, closed])
def test_in_what_others_had_a_part_in_no_more_reminders_come(case: Case, user: str, ended: object) -> None:
    """It's not said that someone else gets them: of a closed one, or a reader's, no one does."""
    ended(case)  # type: ignore[operator]
    said = asked(case, user)
    assert ("1 with others" in said, REMINDED in said, "else gets" in said) == (True, True, False)
    assert "My messages to you are deleted, and" in said
    case.do(erasing.forget, user)
    assert (to_them(case, user), down(case)) == ([], True)


def test_messages_about_what_is_on_hold_stay_as_was_said(case: Case) -> None:
    held(case)
    said = asked(case, BOSS)
    assert "1 on legal hold" in said
    assert (
        "apart from those about what's on hold" in said or "apart from those about what\\'s on hold" in said
    )
    case.do(erasing.forget, BOSS)
    assert "notice" in to_them(case, BOSS)
    assert not down(case)


@pytest.mark.parametrize("running", [False, True])
def test_an_export_under_way_stops_and_that_is_said(case: Case, running: bool) -> None:
    def begin(work: Work) -> None:
        chores.begin(work.store, R, chores.EXPORT, work.now)

    if running:
        case.do(begin)
    assert ("The export you asked for" in asked(case, R)) is running
    case.do(erasing.forget, R)
    assert case.do(lambda w: chores.standing(w.store, R, chores.EXPORT)) == ""


def test_what_no_one_else_knows_goes_as_a_whole_with_what_waits_for_them(case: Case) -> None:
    said = asked(case, R)
    assert "1 that nobody" in said
    assert REMINDED not in said
    case.do(erasing.forget, R)
    assert case.do(lambda w: w.store.connection.execute(t.posts.select()).all()) == []
