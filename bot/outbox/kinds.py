"""outbox: what each kind of post asks for, as data (reliability.md 3, step 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.store.posts import CARD, HOLDING, MORE, NOTICE, PROGRESS, RCARD, RUNGS, UNDELIVERED, Post
from bot.store.rooms import INVITE, ROOM, ROOM_LEFT


def _notice(post: Post, incident: Incident) -> str:
    """Withdrawn, cancelled or closed since: nothing is sent."""
    if incident.told is None or post.due_at < incident.told.at:  # another telling stands by now
        return "withdrawn"
    return "" if incident.live else "closed"


def _led(post: Post, incident: Incident) -> str:
    """Somebody has answered by now, or it is over."""
    return _notice(post, incident) or ("answered" if incident.acknowledged else "")


def _room(post: Post, incident: Incident) -> str:
    """Another channel was chosen meanwhile, or it is over."""
    if not incident.live:
        return "closed"
    return "" if incident.wants_room else "moved"


def _over(post: Post, incident: Incident) -> str:
    return "" if incident.live else "closed"


def _invite(post: Post, incident: Incident) -> str:
    if not incident.live:
        return "closed"
    return "" if incident.team_channel == post.channel else "moved"


def _here(post: Post, incident: Incident) -> str:
    return _over(post, incident) or ("" if incident.team_channel == post.recipient else "moved")


def _asked(post: Post, incident: Incident) -> str:
    answers = incident.all(What.APPROVED, What.REFUSED)
    mine = (e for e in answers if e.data.get("gate") == post.data.get("gate") and e.at >= post.due_at)
    return _over(post, incident) or ("answered" if any(mine) else "")


def _offered(post: Post, incident: Incident) -> str:
    return _over(post, incident) or ("" if incident.offered_to == post.recipient else "ended")


def _along(post: Post, incident: Incident) -> str:
    return _over(post, incident) or ("" if post.recipient in incident.asked_to_join else "joined")


@dataclass(frozen=True, slots=True)
class Kind:
    """`repeatable`: where it cannot be known whether it went out, a second one is the lesser evil.

    `courtesy`: one that can't be delivered needs no one's attention.
    `stale` says in one word why the reason for the post is gone, "" while it stands; asked at each claim.
    `anew`: the same of a message that can't be redrawn because it's gone; None: it's never posted once more.
    """

    repeatable: bool = True
    member_only: bool = False
    courtesy: bool = False
    stale: Callable[[Post, Incident], str] | None = None
    anew: Callable[[Post, Incident], str] | None = None

    def fits(self, person: str) -> bool:
        """Whether an account of that kind may get it; one that Slack has not told us of may."""
        return not self.member_only or person in ("member", "unknown")


NUDGE = Kind()
TWIN = Kind(repeatable=False)  # in the team's thread a double is noise


def kind_of(post: Post) -> Kind:
    """The row of that post; what has none is a nudge, or its twin in the thread."""
    return KINDS.get(post.kind) or (TWIN if post.place == "thread" else NUDGE)


KINDS: Mapping[str, Kind] = {
    RCARD: Kind(anew=_over),
    NOTICE: Kind(repeatable=False, member_only=True, stale=_notice, anew=_notice),
    **dict.fromkeys(RUNGS, Kind(anew=_notice)),
    CARD: Kind(repeatable=False, anew=_here),
    ROOM: Kind(stale=_room),
    INVITE: Kind(stale=_invite),
    ROOM_LEFT: Kind(),
    HOLDING: Kind(stale=_led),
    "next_time": Kind(),
    "along": Kind(member_only=True, stale=_over, anew=_along),
    "helper": Kind(),
    "helping": Kind(member_only=True, stale=_over),
    "all_clear": Kind(),
    "passed_on": Kind(),
    "reply_changed": Kind(),
    "which": Kind(),
    "door": Kind(courtesy=True),
    "ask": Kind(member_only=True, anew=_asked),
    "gate_answered": Kind(),
    "offer": Kind(member_only=True, anew=_offered),
    "accepted": Kind(),
    "left": Kind(),
    "unheard": Kind(),
    "copy": Kind(),
    MORE: Kind(),
    PROGRESS: Kind(),
    "legal_note": Kind(member_only=True),
    "news": Kind(repeatable=False),
    UNDELIVERED: Kind(),
}
