"""Someone who was only picked has no part: nothing is shown or counted, and nobody hears when they erase."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.rules import Policy
from bot.domain.worktime import whole_minute
from bot.guide import entry, erasing, own_data, showing, stepper, telling
from bot.guide.flow import Spot
from bot.guide.outcome import Parcel, Shown
from bot.guide.stepper import Ref
from bot.guide.work import Work
from bot.outbox.owed import audited
from bot.policy import load_policy
from bot.store import posts
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import Post, State
from bot.store.store import Store
from tests.outbox.desk import T0

R, BOSS, DEPUTY, DUTY, SAFE = "U0REPORTR", "U0BOSS001", "U0DEPUTY1", "U0DUTY001", "U0SAFE001"
RULES = load_policy(f'[ladder]\nperson = "{BOSS}"\ndeputy = "{DEPUTY}"\nduty_lead = "{DUTY}"\n')
OPEN = {"summary": "I sent the list to the wrong client", "reach": "one", "still_going": "yes"}
Answers = dict[str, Any]


class Case:
    """One incident, driven by its use cases; time passes by itself, a second a step."""

    key = ""

    def __init__(self, database: Database, rules: Policy = RULES) -> None:
        self.database, self.rules, self.seconds = database, rules, 0

    def do(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:  # noqa: ANN401 - a use case's
        self.seconds += 1

        def run(connection: Connection) -> Any:  # noqa: ANN401
            store = Store(connection, "T1")
            return act(Work(store, T0 + timedelta(seconds=self.seconds), self.rules), *args, **more)

        return self.database.transact(run)

    def begin(self, *, practice: bool = False) -> Incident:
        screen = self.do(entry.begin, R, "" if practice else "I sent the list", practice=practice)
        self.key = screen.incident.id
        self.save("open", OPEN | {"found_how": "self", "happened_at": None})
        return screen.incident  # type: ignore[no-any-return]

    def incident(self) -> Incident:
        return self.do(lambda work: work.reload(self.key))  # type: ignore[no-any-return]

    def ref(self, stage: str, user: str = R) -> Ref:
        page = self.incident().page(stage)
        return Ref(self.key, stage, "", page.version if page else 0, f"V{stage}{self.seconds}")

    def save(self, stage: str, raw: Answers, user: str = R) -> Any:  # noqa: ANN401
        return self.do(stepper.submit, self.ref(stage), raw, user)

    def type(self, stage: str, raw: Answers) -> None:
        self.do(stepper.keep, self.ref(stage), raw, R, (T0 + timedelta(seconds=self.seconds)).timestamp())

    def pick(self, boss: str = BOSS, **more: object) -> Any:  # noqa: ANN401
        raw = {"boss": boss, "need": ["know"], "how": "send", "special": [], "peer": None, "handler": None}
        return self.save("tell", raw | more)

    def rows(self, *kinds: str) -> list[Post]:
        return self.do(lambda work: posts.of_incident(work.store, self.key, *kinds))  # type: ignore[no-any-return]

    def deliver(self) -> None:
        """Whatever is due lies in its recipient's DM."""

        def send(work: Work) -> None:
            for post in posts.of_incident(work.store, self.key):
                if post.state is State.PENDING and post.due_at <= work.now:
                    at = f"{1_700_000_000 + self.seconds}.{post.id[:6]}"
                    place = {"channel": f"D{post.recipient[1:]}", "sent_ts": at, "sent_at": work.now}
                    posts.change(work.store.connection, post, State.SENT, **place)

        self.do(send)

    def export(self, user: str) -> dict[str, Any]:
        parcel = self.do(own_data.about_me, user)
        assert isinstance(parcel, Parcel)
        return json.loads(parcel.files[0].content)  # type: ignore[no-any-return]

    def counted(self, user: str) -> tuple[int, int, int]:
        found = self.do(erasing.sort, user)
        return len(found.whole), len(found.shared), len(found.held)

    def everything(self) -> str:
        with self.database.engine.begin() as connection:
            return "".join(str(connection.execute(x.select()).all()) for x in t.metadata.sorted_tables)


@pytest.fixture
def case() -> Iterator[Case]:
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    made = Case(database)
    made.begin()
    yield made
    database.close()


def _typed(case: Case) -> str:
    case.type("tell", {"boss": BOSS, "how": "send"})
    return BOSS


def _saved(case: Case) -> str:
    case.pick()
    return BOSS


def _safe_instead(case: Case) -> str:
    case.pick()
    case.save("safe", {"boss": SAFE, "need": ["know"], "how": "send"})
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    return BOSS


def _only_boss(case: Case, user: str = DEPUTY) -> str:
    case.pick(special=["only_boss"])
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    return user


def _duty_lead(case: Case) -> str:
    return _only_boss(case, DUTY)


def _next_in_line(case: Case) -> str:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    return DEPUTY


def _to_be_called(case: Case) -> str:
    case.pick("", special=["senior"], peer=SAFE)
    return SAFE


def _taken_back_unsent(case: Case) -> str:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.do(telling.withdraw, case.key, R)
    return BOSS


def _stops_it(case: Case) -> str:
    case.save("halt", {"halt_status": "someone_else", "halt_owner": SAFE})
    return SAFE


def _offer_taken_back_unsent(case: Case) -> str:
    case.save("handover", {"to": SAFE, "note": "Please take this over."})
    case.do(_append, case.key, Event(T0, What.OFFER_WITHDRAWN, R))
    return SAFE


def _append(work: Work, key: str, event: Event) -> None:
    work.store.append(key, [Event(work.now, event.what, event.actor, event.party, event.data)])


PICKED = (
    _typed, _saved, _safe_instead, _only_boss, _duty_lead, _next_in_line, _to_be_called, _taken_back_unsent,
    _stops_it,
)  # fmt: skip


@pytest.mark.parametrize("picked", PICKED)
def test_nothing_of_it_is_exported_or_counted(case: Case, picked: Callable[[Case], str]) -> None:
    user = picked(case)
    assert user in case.everything()
    made = case.export(user)
    assert case.key not in json.dumps(made)
    assert made["incidents"] == []
    assert case.counted(user) == (0, 0, 0)


@pytest.mark.parametrize("picked", PICKED)
def test_erasing_is_heard_by_nobody_and_leaves_no_id(case: Case, picked: Callable[[Case], str]) -> None:
    user = picked(case)
    before = {(p.id, p.kind) for p in case.rows()}
    receipt = case.do(erasing.forget, user)
    assert (receipt.shared, receipt.whole, receipt.typed, receipt.messages) == (0, 0, 0, 0)
    fresh = [p.kind for p in case.rows() if (p.id, p.kind) not in before and p.kind in ("left", "unheard")]
    assert fresh == []
    assert user not in case.everything()


def test_a_practice_run_is_nobody_elses(case: Case) -> None:
    """The boss in it gets nothing, presses nothing, and is told of nothing, whoever's name stands in it."""
    case.begin(practice=True)
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    notice = case.rows("notice")[0]
    assert notice.recipient == BOSS

    def seen(work: Work) -> None:
        work.store.signal(notice.channel, notice.sent_ts, BOSS, "button:seen", True, work.now)
        _append(work, case.key, Event(T0, What.APPROVED, BOSS, "", {"gate": "plan"}))

    case.do(seen)
    assert case.key not in json.dumps(case.export(BOSS))
    assert case.counted(BOSS) == (0, 0, 0)
    receipt = case.do(erasing.forget, BOSS)
    assert (receipt.shared, receipt.typed, receipt.messages) == (0, 0, 0)
    assert BOSS not in case.everything()


def test_whoever_was_told_has_a_part_and_keeps_it_when_it_is_taken_back(case: Case) -> None:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    assert case.counted(BOSS) == (0, 0, 0)  # not before it has reached them
    case.deliver()
    assert case.counted(BOSS) == (0, 1, 0)
    case.do(telling.withdraw, case.key, R)
    assert case.counted(BOSS) == (0, 1, 0)
    (mine,) = case.export(BOSS)["incidents"]
    assert (mine["id"], mine["you_are"], mine["status"], mine["how_serious"]) == (case.key, [], "", "")


def test_how_it_stands_is_only_for_those_who_may_see_it(case: Case) -> None:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    notice = case.rows("notice")[0]
    (mine,) = case.export(BOSS)["incidents"]
    assert (mine["you_are"], mine["status"]) == (["told"], "")
    case.do(lambda w: w.store.signal(notice.channel, notice.sent_ts, BOSS, "eyes", True, w.now))
    (mine,) = case.export(BOSS)["incidents"]
    assert (mine["you_are"], mine["status"]) == (["lead"], "open")


# --- a message that was promised, and cannot go ---------------------------------------------------
def unkept(case: Case) -> list[str]:
    """What the auditor misses, and tellings by message that no message stands for."""
    told = case.incident().told
    notices = [
        p
        for p in case.rows("notice", "ack.1", "ack.2", "ack.3")
        if told and p.due_at >= whole_minute(told.at)
    ]
    heard = [p for p in notices if p.sent_at or p.state is not State.CANCELLED]
    lone = ["told"] if told and told.data["how"] == "send" and not heard else []
    found = case.do(lambda work: audited(work.store, case.key, RULES, work.now))
    return lone + [f.about for f in found if f.kind == "missing"]


@pytest.mark.parametrize("page", ["tell", "safe"])
def test_whoever_is_erased_before_send_is_asked_about_again(case: Case, page: str) -> None:
    picked: Answers = {"boss": BOSS, "need": ["know"], "how": "send"}
    case.save(page, picked | ({"special": []} if page == "tell" else {}))
    ref = case.ref("send")
    case.do(erasing.forget, BOSS)
    asked = case.do(stepper.submit, ref, {"text": "These are my words."}, R)
    assert isinstance(asked, Shown)
    assert (asked.stage.key, asked.facts["erased"], asked.values["boss"]) == (page, True, None)
    assert case.incident().told is None
    assert unkept(case) == []
    assert [p.recipient for p in case.rows("tell") if p.state is State.PENDING] == [R]
    again = case.save(page, picked | {"boss": SAFE})
    assert isinstance(again, Shown)
    assert again.values["text"] == "These are my words."
    case.save("send", {"text": "These are my words."})
    assert [p.recipient for p in case.rows("notice")] == [SAFE]
    assert unkept(case) == []


def test_they_can_be_picked_again(case: Case) -> None:
    case.pick()
    case.do(erasing.forget, BOSS)
    assert case.do(showing.show, case.key, R, Spot("tell")).facts["erased"]
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    assert [p.recipient for p in case.rows("notice")] == [BOSS]


UNSAVED: tuple[tuple[str, str, Answers], ...] = (
    ("tell", "boss", {"how": "send"}),
    ("tell", "peer", {"special": ["senior"]}),
    ("safe", "boss", {}),
    ("handover", "to", {}),
    ("together", "who", {}),
    ("halt", "halt_owner", {"halt_status": "someone_else"}),
    ("team", "members", {"where": "new"}),
)


@pytest.mark.parametrize(("page", "field", "beside"), UNSAVED)
def test_someone_picked_and_not_saved_is_missed_on_the_page(
    case: Case, page: str, field: str, beside: Answers
) -> None:
    """It doesn't fall back to who'd stand there by itself: that would pick someone for them in silence."""
    several = field == "members"
    if several:  # a page for after the telling
        case.pick()
        case.save("send", {"text": "I made a mistake."})
    case.type(page, beside | {field: [R, SAFE] if several else SAFE})
    assert not case.do(showing.show, case.key, R, Spot(page)).facts["erased"]
    case.do(erasing.forget, SAFE)
    screen = case.do(showing.show, case.key, R, Spot(page))
    assert screen.facts["erased"]
    assert screen.values[field] == ([R] if several else None)
    assert {key: screen.values[key] for key in beside} == beside
    case.type(page, beside | {field: [R, DUTY] if several else DUTY})
    screen = case.do(showing.show, case.key, R, Spot(page))
    assert not screen.facts["erased"]
    assert screen.values[field] == ([R, DUTY] if several else DUTY)


@pytest.mark.parametrize("away", [False, True])
def test_told_and_erased_before_it_went_out(case: Case, away: bool) -> None:
    """Whom the notice waits to go to: nobody is told, and R learns it at once."""
    case.pick(SAFE, special=["away"] if away else [])
    case.save("send", {"text": "I made a mistake."})
    waits = BOSS if away else SAFE
    assert [p.recipient for p in case.rows("notice", "ack.2") if p.state is State.PENDING] == [waits]
    case.do(erasing.forget, waits)
    assert unkept(case) == []
    if not away:  # with somebody away, the next on the ladder gets it in their turn
        assert case.incident().told is None
        assert [p.recipient for p in case.rows("unheard")] == [R]
        case.do(lambda work: work.reload(case.key))
    assert waits not in str(case.rows())


def test_with_only_the_boss_erased_nobody_stands_as_told(case: Case) -> None:
    case.pick(special=["only_boss"])
    case.save("send", {"text": "I made a mistake."})
    case.do(erasing.forget, BOSS)
    assert case.incident().told is None
    assert unkept(case) == []
    assert [p.recipient for p in case.rows("unheard")] == [R]


def test_an_offer_that_did_not_go_out_ends_and_is_said(case: Case) -> None:
    case.save("handover", {"to": SAFE, "note": "Please take this over."})
    assert case.incident().offered_to == SAFE
    case.do(erasing.forget, SAFE)
    assert case.incident().offered_to == ""
    assert [(p.recipient, p.data["about"]) for p in case.rows("unheard")] == [(R, "offer")]
    assert unkept(case) == []


def test_an_offer_that_was_read_ends_with_its_receiver(case: Case) -> None:
    case.save("handover", {"to": SAFE, "note": "Please take this over."})
    case.deliver()
    case.do(erasing.forget, SAFE)
    assert case.incident().offered_to == ""
    assert [p.recipient for p in case.rows("left")] == [R]
    assert case.rows("unheard") == []


def test_somebody_asked_along_who_never_got_it(case: Case) -> None:
    case.save("together", {"who": SAFE})
    case.do(erasing.forget, SAFE)
    assert [(p.recipient, p.data["about"]) for p in case.rows("unheard")] == [(R, "along")]
    assert unkept(case) == []


def test_a_told_boss_who_erases_later_stays_told(case: Case) -> None:
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    case.do(erasing.forget, BOSS)
    assert case.incident().told is not None
    assert [p.recipient for p in case.rows("left")] == [R]
    assert unkept(case) == []


@pytest.mark.parametrize("safe", [False, True])
def test_other_words_to_someone_erased_since_go_to_no_one_in_silence(case: Case, safe: bool) -> None:
    """They had the notice and erased; R sends other words: who else is to have them?"""
    case.pick(DUTY if safe else BOSS)
    if safe:
        case.save("safe", {"boss": BOSS, "need": ["know"], "how": "send"})
    case.save("send", {"text": "These are my words."})
    case.deliver()
    case.do(erasing.forget, BOSS)
    asked = case.save("send", {"text": "These are other words."})
    assert isinstance(asked, Shown)
    assert (asked.stage.key, asked.facts["erased"]) == ("safe" if safe else "tell", True)
    again = case.save(asked.stage.key, {"boss": SAFE, "need": ["know"], "how": "send", "special": []})
    assert isinstance(again, Shown)
    assert (again.stage.key, again.values["text"]) == ("send", "These are other words.")
    case.save("send", {"text": "These are other words."})
    assert [p.data["text"] for p in case.rows("notice") if p.recipient == SAFE] == ["These are other words."]
    assert unkept(case) == []


@pytest.mark.parametrize("away", [False, True])
def test_other_words_go_to_whoever_still_has_the_notice(case: Case, away: bool) -> None:
    """The deputy has it as a step of the ladder: no notice of their own stands for it."""
    case.pick(special=["away"] if away else [])
    case.save("send", {"text": "These are my words."})
    case.deliver()
    case.do(_append, case.key, Event(T0, What.ASKED, "", data={"to": DEPUTY}))
    case.do(erasing.forget, BOSS)
    for words in ("These are my words.", "These are other words.", "These are other words."):
        case.save("send", {"text": words})
    (other,) = [p for p in case.rows("notice") if p.data.get("text") == "These are other words."]
    assert other.recipient == DEPUTY


@pytest.mark.parametrize("kind", ["notice", "offer", "along", "card"])
def test_the_auditor_misses_what_was_promised(case: Case, kind: str) -> None:
    case.save("together", {"who": SAFE})
    case.save("handover", {"to": DUTY, "note": "Please take this over."})
    case.pick()
    case.save("send", {"text": "I made a mistake."})
    case.save("team", {"where": "existing", "channel": "C0TEAM001"})
    assert unkept(case) == []
    case.do(lambda w: w.store.connection.execute(t.posts.delete().where(t.posts.c.kind == kind)))
    assert [about.split(":")[1] for about in unkept(case) if about != "told"] == [kind]
