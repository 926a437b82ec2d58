"""Playground: who lives in the made-up workspace, and its channels. Data, and how they move in."""

from dataclasses import dataclass
from typing import Any

from bot.playground.clock import Clock
from bot.playground.manifest import Manifest
from bot.playground.workspace import Channel, Person, Workspace

TEAM, OTHER_TEAM = "T000LOCAL", "T000ELSEW"
DOMAIN = "local-slack"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True)
class Role:
    """Somebody a test or a newcomer can be; `key` is the short name, `flags` fields of Person set to true."""

    key: str
    handle: str
    real_name: str
    tz: str
    flags: tuple[str, ...] = ()
    team_id: str = TEAM

    @property
    def id(self) -> str:
        """The user id, the same in every run."""
        return f"U000{self.handle.upper().replace('.', '')}"


ROLES = (
    Role("reporter", "rina", "Rina Okafor", "Europe/London"),
    Role("boss", "bert", "Bert Lindqvist", "Europe/Stockholm"),
    Role("deputy", "dana", "Dana Petrov", "Europe/Berlin"),
    Role("lead", "lee", "Lee Nakamura", "America/New_York"),
    Role("t1", "zoe", "Zoë Ångström", "Europe/Stockholm"),
    Role("t2", "muhammad", "محمد", "Africa/Cairo"),
    Role("t3", "xiaoming", "王小明", "Asia/Shanghai"),
    Role("privacy", "priya", "Priya Raman", "Asia/Kolkata"),
    Role("guest", "gus", "Gus Guest", "Europe/London", ("is_restricted",)),
    Role("single_guest", "gina", "Gina Guest", "Europe/London", ("is_restricted", "is_ultra_restricted")),
    Role("deactivated", "dave", "Dave Former", "Europe/London", ("deleted",)),
    Role("robot", "robot", "Another App", "Europe/London", ("is_bot",)),
    Role("outsider", "olga", "Olga Partner", "Europe/Kyiv", (), OTHER_TEAM),
    Role("stranger", "sam", "Sam Elsewhere", "Europe/Kyiv", (), OTHER_TEAM),
)
STAFF = ("reporter", "boss", "deputy", "lead", "t1", "t2", "t3", "privacy")


@dataclass(frozen=True)
class Room:
    """A channel at the start; `members` are keys of ROLES."""

    name: str
    kind: str = "public"
    members: tuple[str, ...] = STAFF
    with_bot: bool = True
    is_archived: bool = False
    is_ext_shared: bool = False


ROOMS = (
    Room("general", members=(*STAFF, "guest"), with_bot=False),
    Room("delivery"),
    Room("leads", "private", ("boss", "deputy", "lead")),
    Room("secret", "private", ("reporter", "boss"), with_bot=False),
    Room("old-project", is_archived=True),
    Room("partners", members=(*STAFF, "outsider"), is_ext_shared=True),
)


def furnish(clock: Clock, manifest: Manifest) -> tuple[Workspace, Person]:
    """A workspace with everybody in it, and the app's own bot user."""
    workspace = Workspace(clock, team_id=TEAM, domain=DOMAIN)
    bot = Person(
        "U000SCREWEDUP", manifest.bot_name.lower(), manifest.bot_name, "Europe/London", TEAM, is_bot=True
    )
    slackbot = Person(SLACKBOT, "slackbot", "Slackbot", "America/Los_Angeles", TEAM)
    by_key = {role.key: _person(role) for role in ROLES}
    workspace.people = {person.id: person for person in (*by_key.values(), bot, slackbot)}
    for number, room in enumerate(ROOMS, start=1):
        members = {by_key[key].id for key in room.members} | ({bot.id} if room.with_bot else set())
        channel = Channel(
            f"C000ROOM{number}", room.name, room.kind, members, room.is_archived, room.is_ext_shared
        )
        workspace.channels[channel.id] = channel
    return workspace, bot


def _person(role: Role) -> Person:
    flags: dict[str, Any] = dict.fromkeys(role.flags, True)
    return Person(role.id, role.handle, role.real_name, role.tz, role.team_id, **flags)
