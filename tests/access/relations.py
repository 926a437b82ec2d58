"""Every relation anyone can have to an incident, as data: how it comes about, what the access table calls it,
and whether it is, or was, a part in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.access import Role
from bot.domain.field import People, Person
from bot.domain.record import Action, Event, Page, What
from bot.guide import telling
from bot.guide.work import Work
from bot.stages import STAGES
from bot.store import posts
from bot.store.posts import Post
from bot.store.rooms import INVITE
from tests.access.test_no_part import Case, R
from tests.outbox.desk import T0

WHO, OTHER, ROOM = "U0WHO0001", "U0OTHER01", "C0TEAM001"
FIELDS = [(s, f) for s in STAGES for f in s.fields if isinstance(f, Person | People)]
PICKED = {f"U0PICK{at:03}": (stage.key, field.key) for at, (stage, field) in enumerate(FIELDS)}
# What each kind of event says of people besides who did it. A new kind belongs in one of the two.
NAMING = frozenset(
    {What.TOLD, What.ASKED, What.ASKED_GATE, What.LEGAL_SENT, What.OFFERED, What.INVITED},
)
NAMING_NOBODY = frozenset(What) - NAMING - {What.RECURRED}
OF_NO_INTEREST = frozenset({What.RECURRED})  # is about another incident of the same handler


@dataclass(frozen=True)
class Relation:
    """`tells`: it is about the telling itself, so that the scene brings no telling of its own."""

    bring: Callable[[Case], None]
    roles: frozenset[Role] = frozenset()
    part: bool = False
    tells: bool = False


def happens(case: Case, what: What, actor: str = R, **data: Any) -> None:  # noqa: ANN401
    case.do(lambda work: work.store.append(case.key, [Event(work.now, what, actor, "", data)]))


def message(case: Case, kind: str, to: str, *, place: str = "dm", **data: Any) -> None:  # noqa: ANN401
    key, due = case.key, T0 + timedelta(seconds=case.seconds)
    post = Post(tenant="T1", incident=key, kind=kind, recipient=to, place=place, due_at=due, data=data)
    case.do(lambda work: posts.add(work.store, post))


def sign(case: Case, user: str, kind: str, name: str) -> None:
    post = case.rows(kind)[-1]
    case.do(lambda w: w.store.signal(post.channel, post.sent_ts, user, name, True, w.now))


def tell(case: Case, user: str, *ladder: str) -> None:
    """Told by a message that lies in their DM, without the pages on which people are picked."""
    said = {"how": "send", "boss": user, "ladder": [user, *ladder], "notified": [user]}
    happens(case, What.TOLD, **said)
    message(case, "notice", user, text="I made a mistake.")
    case.deliver()


def everyone_picked(case: Case) -> None:
    """On each field of each page that asks for a person, someone else."""

    def save(work: Work) -> None:
        for stage in STAGES:
            mine = {f: u for u, (s, f) in PICKED.items() if s == stage.key}
            lists = {f.key for f in stage.fields if isinstance(f, People)}
            answers = {f: [u] if f in lists else u for f, u in mine.items()}
            if answers:
                page = Page(stage.key, "", 1, answers, False, R, work.now, "V")
                work.store.save_page(case.key, page)

    case.do(save)


def _drafted(case: Case) -> None:
    case.type("tell", {"boss": WHO, "how": "send"})
    case.type("handover", {"to": WHO})


def _safe_instead(case: Case) -> None:
    case.pick(WHO)
    case.save("safe", {"boss": OTHER, "need": ["know"], "how": "send"})


def _on_its_way(case: Case) -> None:
    case.pick(WHO)
    case.save("send", {"text": "I made a mistake."})


def _taken_back(case: Case) -> None:
    tell(case, WHO)
    case.do(telling.withdraw, case.key, R)


def _taken_back_unsent(case: Case) -> None:
    _on_its_way(case)
    case.do(telling.withdraw, case.key, R)


def _seen(case: Case) -> None:
    """The next in line was asked and has seen it; the boss was first, and leads."""
    tell(case, OTHER, WHO)
    sign(case, OTHER, "notice", "eyes")
    happens(case, What.ASKED, "", to=WHO)
    message(case, "ack.2", WHO)
    case.deliver()
    sign(case, WHO, "ack.2", "eyes")


def _leads(case: Case) -> None:
    tell(case, WHO)
    sign(case, WHO, "notice", "button:seen")


def _card(case: Case) -> None:
    happens(case, What.TEAM, channel=ROOM)
    message(case, "card", ROOM, place="channel")
    case.deliver()


def _helps(case: Case) -> None:
    _card(case)
    sign(case, WHO, "card", "raised_hand")


def _reads_card(case: Case) -> None:
    _card(case)
    sign(case, WHO, "card", "button:seen")


def _offered(case: Case) -> None:
    case.save("handover", {"to": WHO, "note": "Please take this over."})
    case.deliver()


def _handles(case: Case) -> None:
    _offered(case)
    case.save("accept", {"read_back": "The list went to the wrong client"}, WHO)


def _handled(case: Case) -> None:
    _handles(case)
    happens(case, What.OFFERED, WHO, to=OTHER)
    case.save("accept", {"read_back": "The list went to the wrong client"}, OTHER)


def _invited(case: Case) -> None:
    case.save("together", {"who": WHO})
    case.deliver()


def _joined(case: Case) -> None:
    _invited(case)
    case.save("join", {}, WHO)


def _flagged(case: Case) -> None:
    happens(case, What.LEGAL_SENT, to=WHO, aware_at=T0.isoformat())
    message(case, "legal_note", WHO, text="x")
    case.deliver()


def _practised(case: Case) -> None:
    """The boss in R's practice run."""
    case.begin(practice=True)
    case.pick(WHO)
    case.save("send", {"text": "I made a mistake."})
    case.deliver()
    sign(case, WHO, "notice", "button:seen")


def _mentioned(case: Case) -> None:
    """Named in what R typed, in their way of writing and in Slack's."""
    case.save("own", {"own_line": f"I sent {WHO} the list"})
    case.type("assess", {"q1_mistake": f"<@{WHO}> was in the room", "affected": WHO})
    case.type("send", {"text": f"I made a mistake, <@{WHO}> can say more."})


def _owes_a_step(case: Case) -> None:
    """A prevention step is theirs, and nothing has been said to them yet."""
    step = Action("1", WHO, date(2030, 1, 1), text="Ask twice")
    case.do(lambda work: work.store.save_action(case.key, step))


def _added_to_room(case: Case) -> None:
    """In the channel of one's own that the bot made for it; not a word has gone to them."""
    happens(case, What.TEAM, channel=ROOM, members=[WHO])
    message(case, INVITE, WHO, place="member")
    case.deliver()


def _took_help_back(case: Case) -> None:
    _helps(case)
    post = case.rows("card")[-1]
    case.do(lambda w: w.store.signal(post.channel, post.sent_ts, WHO, "raised_hand", False, w.now))


def _ended(bring: Callable[[Case], None], what: What) -> Callable[[Case], None]:
    def ends(case: Case) -> None:
        bring(case)
        happens(case, what)

    return ends


RELATIONS: Mapping[str, Relation] = {
    "a stranger": Relation(lambda case: None),
    "mentioned": Relation(_mentioned),
    "owes a step": Relation(_owes_a_step),
    "added to the room": Relation(_added_to_room),
    "took their help back": Relation(_took_help_back),
    "taken back, then closed": Relation(_ended(_taken_back, What.CLOSED), part=True, tells=True),
    "taken back unsent, then closed": Relation(_ended(_taken_back_unsent, What.CLOSED), tells=True),
    "on the ladder, then closed": Relation(
        _ended(lambda case: tell(case, OTHER, WHO), What.CLOSED), tells=True
    ),
    "offered, then cancelled": Relation(_ended(_offered, What.CANCELLED), part=True),
    "in a draft": Relation(_drafted),
    "safe instead": Relation(_safe_instead),
    "on the ladder": Relation(lambda case: tell(case, OTHER, WHO), tells=True),
    "to be asked for approval": Relation(
        lambda case: happens(case, What.ASKED_GATE, gate="plan", holder=WHO)
    ),
    "on its way": Relation(_on_its_way, frozenset({Role.TOLD}), tells=True),
    "told": Relation(lambda case: tell(case, WHO), frozenset({Role.TOLD}), part=True, tells=True),
    "seen": Relation(_seen, frozenset({Role.TOLD, Role.SEEN}), part=True, tells=True),
    "leads": Relation(_leads, frozenset({Role.LEAD}), part=True, tells=True),
    "taken back": Relation(_taken_back, part=True, tells=True),
    "taken back unsent": Relation(_taken_back_unsent, tells=True),
    "helper": Relation(_helps, frozenset({Role.HELPER}), part=True),
    "read the card": Relation(_reads_card),
    "offered": Relation(_offered, frozenset({Role.RECEIVER}), part=True),
    "handler": Relation(_handles, frozenset({Role.HANDLER}), part=True),
    "past handler": Relation(_handled, part=True),
    "asked along": Relation(_invited, frozenset({Role.ASKED}), part=True),
    "joined": Relation(_joined, frozenset({Role.CO_REPORTER}), part=True),
    "privacy": Relation(_flagged, frozenset({Role.PRIVACY}), part=True),
    "in a practice run": Relation(_practised, tells=True),
}
