"""Playground: `auth.test`, `users.info` and `dnd.info`."""

from zoneinfo import ZoneInfo

from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.methods.conversations import shares_a_channel
from bot.playground.workspace import Person


def auth_test(core: Core, args: Json) -> Json:
    """auth.test: who the token speaks for."""
    return {
        "url": f"https://{core.workspace.domain}.slack.com/",
        "team": core.workspace.domain,
        "team_id": core.workspace.team_id,
        "user": core.bot.handle,
        "user_id": core.bot.id,
        "bot_id": core.bot_id,
        **({"enterprise_id": core.workspace.enterprise} if core.workspace.enterprise else {}),
        "is_enterprise_install": False,
    }


def users_info(core: Core, args: Json) -> Json:
    """users.info. A deactivated person comes without zone and guest flags, as from Slack."""
    person = core.workspace.person(str(args.get("user")))
    if person is None:
        raise SlackError("user_not_found")
    shown: Json = {
        "id": str(args.get("user")),
        "team_id": person.team_id,
        "name": person.handle,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "profile": {"real_name": person.real_name, "display_name": person.real_name, "team": person.team_id},
    }
    if core.workspace.enterprise and person.is_of(core.workspace.team_id):
        shown["enterprise_user"] = _in_the_organisation(core, person)
    return {"user": shown if person.deleted else {**shown, **_of_the_living(core, person)}}


def _in_the_organisation(core: Core, person: Person) -> Json:
    """docs.slack.dev/reference/objects/user-object: `teams` are all their workspaces there."""
    org = core.workspace.enterprise
    known: Json = {"id": person.org_id or person.id, "enterprise_id": org, "enterprise_name": "Local"}
    return known | {"is_admin": False, "is_owner": False, "teams": list(person.teams or (person.team_id,))}


def _of_the_living(core: Core, person: Person) -> Json:
    offset = core.clock.now().astimezone(ZoneInfo(person.tz)).utcoffset()
    shown: Json = {
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
    }
    stranger = not person.is_of(core.workspace.team_id) and not shares_a_channel(core, person.id)
    return {**shown, "is_stranger": True} if stranger else shown


def dnd_info(core: Core, args: Json) -> Json:
    """dnd.info: nobody here snoozes unless `workspace.dnd` says so."""
    user = str(args.get("user") or core.bot.id)
    if user not in core.workspace.people:
        raise SlackError("user_not_found")
    start, end = core.workspace.dnd.get(user, (1, 1))
    return {
        "dnd_enabled": user in core.workspace.dnd,
        "next_dnd_start_ts": start,
        "next_dnd_end_ts": end,
        "snooze_enabled": False,
    }


METHODS = {
    "auth.test": (auth_test, ()),
    "users.info": (users_info, ("users:read",)),
    "dnd.info": (dnd_info, ("dnd:read",)),
}
