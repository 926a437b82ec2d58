"""Local Slack, pages: what the menus of a form offer. Options, people, conversations."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.playground.manifest import Json
from bot.playground.workspace import Channel, Person, Workspace

EVERY_KIND = ("public", "private", "im", "mpim")


@dataclass(frozen=True)
class Offer:
    """One line of a menu."""

    value: str
    label: str


@dataclass
class Group:
    """Lines under a common label; the label is empty where there are no groups."""

    label: str
    offers: list[Offer] = field(default_factory=list)


def offers(workspace: Workspace, person: Person, element: Json) -> list[Group]:
    """Everything the element lets the person choose from, in order."""
    kind = element["type"].removeprefix("multi_")
    if kind == "users_select":
        everybody = sorted(workspace.people.values(), key=lambda one: one.real_name)
        return [Group("", [Offer(one.id, one.real_name) for one in everybody])]
    if kind in ("conversations_select", "channels_select"):
        return [Group("", list(_conversations(workspace, person, element)))]
    if "option_groups" in element:
        return [_group(group["label"]["text"], group["options"]) for group in element["option_groups"]]
    return [_group("", element.get("options", []))]


def _group(label: str, options: list[Json]) -> Group:
    return Group(label, [Offer(option["value"], option["text"]["text"]) for option in options])


def _conversations(workspace: Workspace, person: Person, element: Json) -> Iterator[Offer]:
    wanted = element.get("filter", {})
    kinds = wanted.get("include", EVERY_KIND)
    if element["type"].endswith("channels_select"):
        kinds = ("public",)
    for channel in workspace.channels.values():
        external = channel.is_ext_shared and wanted.get("exclude_external_shared_channels", False)
        if channel.kind in kinds and not external and _sees(channel, person):
            yield Offer(channel.id, _label(workspace, channel, person))


def _sees(channel: Channel, person: Person) -> bool:
    return not channel.is_archived and (channel.kind == "public" or person.id in channel.members)


def _label(workspace: Workspace, channel: Channel, person: Person) -> str:
    if channel.kind in ("public", "private"):
        return f"#{channel.name}"
    return ", ".join(sorted(workspace.people[user].real_name for user in channel.members - {person.id}))
