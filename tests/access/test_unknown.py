"""Someone Slack hasn't told us about yet: what's theirs is kept, nothing of anyone else's is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.domain.access import ACCOUNTS, helpers, roles
from bot.domain.errors import NotFound, NotKnown, Refused
from bot.guide import entry, known, reminders, showing, signals, stepper
from bot.guide.flow import Spot
from bot.guide.signals import Where
from bot.guide.work import Work
from bot.outbox.ports import Moment
from bot.slack.compose import compose
from bot.store import people, posts
from bot.store import tables as t
from bot.store.database import Database
from bot.store.people import Kind, Person
from bot.store.posts import Post
from tests.access.test_no_part import BOSS, RULES, Case, R
from tests.outbox.desk import T0

ROOM, NEW = "C0TEAM001", "U0NEW0001"
KINDS = ("member", "guest", "outside", "gone", "bot")
HELP = RULES.emoji["help"]


@pytest.fixture
def case() -> Iterator[Case]:
    """Rina has told her boss; the team's card is out in their channel."""
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    made = Case(database)
    for user in (R, BOSS):
        become(made, user, "member")
    made.begin()
    made.pick()
    made.save("send", {"text": "I made a mistake."})
    made.save("team", {"where": "existing", "channel": ROOM})
    made.deliver()
    yield made
    database.close()


def become(case: Case, user: str, kind: str) -> None:
    """Slack says who that is."""

    def learn(work: Work) -> None:
        people.put(work.store, Person(user, user.title(), "UTC", cast(Kind, kind), "", work.now))
        known.learned(work, user)

    case.do(learn)


def card(case: Case) -> Post:
    return case.rows("card")[-1]


def press(case: Case, button: str = "help") -> None:
    case.do(signals.press_card, card(case).id, NEW, button, card(case).channel)


def react(case: Case, name: str, *, added: bool = True) -> None:
    where = Where(card(case).channel, card(case).sent_ts)
    case.do(signals.reaction, where, NEW, name, T0.replace(hour=11), added=added)


def shown(case: Case) -> str:
    """The team's card as it is drawn now."""

    post = card(case)

    def draw(work: Work) -> str:
        return str(compose(work.store, [post], work.reload(case.key), Moment(work.now, RULES)))

    return str(case.do(draw))


def asked_in(case: Case) -> list[tuple[str, str]]:
    return [(p.kind, p.recipient) for p in case.rows("helper", "helping")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", ["button", *HELP])
def test_whoever_offers_help_unknown_is_a_helper_once_they_may_be(case: Case, kind: str, sign: str) -> None:
    if sign == "button":
        press(case)
    else:
        react(case, sign)
    assert helpers(case.incident(), RULES) == frozenset()
    assert NEW.title() not in shown(case)
    assert asked_in(case) == []
    with pytest.raises(Refused):
        case.do(entry.command, NEW, f"status {case.key}")
    become(case, NEW, kind)
    may = kind in ACCOUNTS["help"]
    assert (NEW in helpers(case.incident(), RULES)) is may
    assert (NEW.title() in shown(case)) is may
    assert asked_in(case) == ([("helper", R), ("helping", NEW)] if may else [])
    if may:
        assert case.do(entry.command, NEW, f"status {case.key}").code == "status"
    else:
        with pytest.raises(NotFound):
            case.do(entry.command, NEW, f"status {case.key}")


@pytest.mark.parametrize("kind", ["unknown", *KINDS])
def test_who_has_read_it_is_counted_by_what_they_are(case: Case, kind: str) -> None:
    press(case, "seen")
    if kind != "unknown":
        become(case, NEW, kind)
    assert ("1 has read this" in shown(case)) is (kind in ACCOUNTS["read_card"])


@pytest.mark.parametrize("name", HELP)
def test_each_emoji_that_means_help_does_on_the_card_and_in_rights(case: Case, name: str) -> None:
    become(case, NEW, "member")
    react(case, f"{name}::skin-tone-4")
    assert {role.value for role in case.do(lambda w: roles(w.reload(case.key), NEW, RULES))} == {"helper"}
    assert NEW.title() in shown(case)
    assert case.do(entry.command, NEW, f"status {case.key}").code == "status"
    assert case.do(showing.show, case.key, NEW, Spot("note")).stage.key == "note"
    react(case, f"{name}::skin-tone-4", added=False)
    assert NEW.title() not in shown(case)
    with pytest.raises(NotFound):
        case.do(entry.command, NEW, f"status {case.key}")


def test_an_emoji_the_policy_adds_counts_and_one_it_drops_does_not(case: Case) -> None:
    from dataclasses import replace

    rules = replace(RULES, emoji={**RULES.emoji, "help": ("sos",)})
    become(case, NEW, "member")
    react(case, "sos")
    assert helpers(case.incident(), rules) == {NEW}
    react(case, "sos", added=False)
    react(case, "raising_hand")
    assert helpers(case.incident(), rules) == frozenset()


ACTS: dict[str, Any] = {
    "status": lambda work, key: entry.command(work, NEW, f"status {key}"),
    "export one": lambda work, key: entry.command(work, NEW, f"export {key}"),
    "continue": lambda work, key: showing.show(work, key, NEW),
    "a page": lambda work, key: showing.show(work, key, NEW, Spot("assess")),
    "next": lambda work, key: stepper.submit(work, stepper.Ref(key, "note", "", 0, "V1"), {}, NEW),
    "typing": lambda work, key: stepper.keep(work, stepper.Ref(key, "note", "", 0, "V1"), {}, NEW, 1.0),
}


@pytest.mark.parametrize("act", ACTS)
def test_one_answer_whether_there_is_such_an_incident_or_not(case: Case, act: str) -> None:
    answers = []
    for key in (case.key, "zzzzz9"):
        with pytest.raises(Refused) as refused:
            case.do(ACTS[act], key)
        answers.append((refused.value.code, refused.value.values))
    assert answers[0] == answers[1]


def test_a_reminder_of_theirs_waits_too(case: Case) -> None:
    nudge = Post(
        tenant="T1", incident=case.key, kind="int.due", recipient=NEW, due_at=T0, data={}, id="b" * 32
    )
    case.do(lambda work: posts.add(work.store, nudge))
    with pytest.raises(NotFound):
        case.do(reminders.snooze, nudge.id, NEW, "30")


# --- what is their own ----------------------------------------------------------------------------
def begun(case: Case) -> str:
    return str(case.do(entry.begin, NEW, "The zebra file went to the wrong client").incident.id)


def test_unknown_may_begin_and_type_and_go_on(case: Case) -> None:
    key = begun(case)
    case.do(stepper.keep, stepper.Ref(key, "open", "", 0, "V1"), {"summary": "The list"}, NEW, 1.0)
    assert case.do(entry.begin, NEW, "").incident.id == key
    become(case, NEW, "member")
    assert case.do(showing.show, key, NEW).values["summary"] == "The list"


@pytest.mark.parametrize("kind", ["guest", "outside", "gone", "bot"])
def test_what_may_not_be_begun_is_not_left_stranded(case: Case, kind: str) -> None:
    key = begun(case)
    case.do(stepper.keep, stepper.Ref(key, "open", "", 0, "V1"), {"summary": "The list of May"}, NEW, 1.0)
    become(case, NEW, kind)
    assert case.do(lambda work: work.store.load(key)) is None
    assert "zebra" not in case.everything() or kind == "guest"

    def sent(work: Work) -> list[str]:
        rows = work.store.connection.execute(t.posts.select().where(t.posts.c.recipient == NEW)).all()
        return [row.data["text"] for row in rows]

    words = case.do(sent)
    assert len(words) == (1 if kind == "guest" else 0)
    if kind == "guest":
        assert "The zebra file went to the wrong client" in words[0]
        assert "The list of May" in words[0]
    with pytest.raises(Refused if kind == "guest" else NotFound):
        case.do(entry.begin, NEW, "Once more")


def test_what_a_guest_has_opened_they_can_end(case: Case) -> None:
    key = begun(case)
    fields = {"summary": "The list", "reach": "one", "still_going": "no", "found_how": "self"}
    case.do(stepper.submit, stepper.Ref(key, "open", "", 0, "V1"), fields, NEW)
    become(case, NEW, "guest")
    assert case.do(entry.begin, NEW, "").incident.id == key
    assert case.do(showing.show, key, NEW, Spot("cancel")).stage.key == "cancel"


def test_whoever_can_be_looked_up_is(case: Case) -> None:
    """The first try says who to ask about; nothing is decided about them before."""

    def patient(work: Work) -> None:
        entry.begin(Work(work.store, work.now, work.policy, asked=False), NEW, "I sent the list")

    with pytest.raises(NotKnown):
        case.do(patient)
