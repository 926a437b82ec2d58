"""outbox: what each kind of post asks for, as data (reliability.md 3, step 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.incident import Incident
from bot.store.posts import CARD, HOLDING, MORE, NOTICE, RCARD, UNDELIVERED, Post
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


@dataclass(frozen=True, slots=True)
class Kind:
    """`repeatable`: where it cannot be known whether it went out, a second one is the lesser evil.

    `courtesy`: one that can't be delivered needs nobody's attention.
    `stale` says in one word why the reason for the post is gone, "" while it stands; asked at each claim.
    """

    repeatable: bool = True
    member_only: bool = False
    courtesy: bool = False
    stale: Callable[[Post, Incident], str] | None = None

    def fits(self, person: str) -> bool:
        """Whether an account of that kind may get it; one that Slack has not told us of may."""
        return not self.member_only or person in ("member", "unknown")


NUDGE = Kind()
TWIN = Kind(repeatable=False)  # in the team's thread a double is noise


def kind_of(post: Post) -> Kind:
    """The row of that post; what has none is a nudge, or its twin in the thread."""
    return KINDS.get(post.kind) or (TWIN if post.place == "thread" else NUDGE)


KINDS: Mapping[str, Kind] = {
    RCARD: Kind(),
    NOTICE: Kind(repeatable=False, member_only=True, stale=_notice),
    CARD: Kind(repeatable=False),
    ROOM: Kind(stale=_room),
    INVITE: Kind(stale=_invite),
    ROOM_LEFT: Kind(),
    HOLDING: Kind(stale=_led),
    "next_time": Kind(),
    "along": Kind(member_only=True, stale=_over),
    "helper": Kind(),
    "helping": Kind(member_only=True, stale=_over),
    "all_clear": Kind(),
    "passed_on": Kind(),
    "reply_changed": Kind(),
    "which": Kind(),
    "door": Kind(courtesy=True),
    "ask": Kind(member_only=True),
    "gate_answered": Kind(),
    "offer": Kind(member_only=True),
    "accepted": Kind(),
    "left": Kind(),
    "unheard": Kind(),
    "copy": Kind(),
    MORE: Kind(),
    "legal_note": Kind(member_only=True),
    "news": Kind(repeatable=False),
    UNDELIVERED: Kind(),
}
