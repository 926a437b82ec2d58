"""Playground: `views.*`. Triggers, the stack of three, hashes, the Home tab.

Source: docs.slack.dev/surfaces/modals and docs.slack.dev/reference/methods/views.open and its siblings.
"""

from bot.playground import forms
from bot.playground.core import Core
from bot.playground.errors import SlackError
from bot.playground.manifest import Json
from bot.playground.workspace import View

STACK_LIMIT = 3


def open_(core: Core, args: Json) -> Json:
    """views.open: a new modal, in place of whatever the person had open."""
    trigger = core.triggers.check(args.get("trigger_id"))
    body = core.judge_view("views.open", args.get("view"), "modal")
    check_external_id(core, body, None)
    trigger.used = True
    close_all(core, trigger.user)
    return {"view": core.view_payload(push(core, trigger.user, body))}


def push_(core: Core, args: Json) -> Json:
    """views.push: a modal on top of the one the trigger came from."""
    trigger = core.triggers.check(args.get("trigger_id"))
    if trigger.view not in core.workspace.views:
        raise SlackError("invalid_trigger_id")
    body = core.judge_view("views.push", args.get("view"), "modal")
    check_external_id(core, body, None)
    check_room(core, trigger.user)
    trigger.used = True
    return {"view": core.view_payload(push(core, trigger.user, body))}


def update(core: Core, args: Json) -> Json:
    """views.update: by view_id or external_id, guarded by `hash` when one is given."""
    by_name = core.workspace.external_ids.get(str(args.get("external_id")))
    view = core.workspace.views.get(str(args.get("view_id") or by_name))
    if view is None:
        raise SlackError("not_found")
    kind = view.body["type"]
    body = core.judge_view("views.update", args.get("view"), kind)
    check_external_id(core, body, view)
    check_hash(view, args)
    replace(core, view, body)
    return {"view": core.view_payload(view)}


def publish(core: Core, args: Json) -> Json:
    """views.publish: a person's Home tab."""
    if not core.manifest.home_tab:
        raise SlackError("not_enabled")
    user = str(args.get("user_id"))
    if user not in core.workspace.people:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] unknown user_id"]})
    body = core.judge_view("views.publish", args.get("view"), "home")
    home = core.workspace.homes.get(user)
    check_external_id(core, body, home)
    if home is not None:
        check_hash(home, args)
        replace(core, home, body)
    else:
        home = new_view(core, user, body)
        core.workspace.homes[user] = core.workspace.views[home.id] = home
    return {"view": core.view_payload(home)}


def check_hash(view: View, args: Json) -> None:
    """Raises SlackError when the app looked at an older state of the view."""
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")


def check_room(core: Core, user: str) -> None:
    """Raises SlackError when the person's stack is full."""
    if len(core.workspace.stacks.get(user, ())) >= STACK_LIMIT:
        raise SlackError("push_limit_reached")


def check_external_id(core: Core, body: Json, view: View | None) -> None:
    """Raises SlackError when another view bears that external_id."""
    holder = core.workspace.external_ids.get(str(body.get("external_id") or ""))
    if holder is not None and (view is None or holder != view.id):
        raise SlackError("duplicate_external_id")


def new_view(core: Core, user: str, body: Json) -> View:
    """A view that nobody sees yet."""
    view_id = core.workspace.new_id("V")
    body = {**body, "blocks": forms.with_ids(body["blocks"])}
    view = View(view_id, user, body, new_hash(core), root_id=view_id)
    view.values = forms.start_values(body["blocks"], {})
    return view


def push(core: Core, user: str, body: Json) -> View:
    """Show a view on top of a person's stack."""
    stack = core.workspace.stacks.setdefault(user, [])
    view = new_view(core, user, body)
    if stack:
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
    core.workspace.open_view(view, stack)
    core.changes.notify(user)
    return view


def close_all(core: Core, user: str) -> None:
    """Take a person's whole stack away."""
    for view in tuple(core.workspace.stacks.get(user, ())):
        core.workspace.close_view(view)
    core.changes.notify(user)


def replace(core: Core, view: View, body: Json) -> None:
    """New content for a view; what was typed stays where block_id and action_id are the same."""
    old_name = view.external_id
    view.body = {**body, "blocks": forms.with_ids(body["blocks"])}
    view.hash = new_hash(core)
    view.values = forms.start_values(view.body["blocks"], view.values)
    core.workspace.name_view(view, old_name)
    core.changes.notify(view.user)


def new_hash(core: Core) -> str:
    """A hash nobody had before."""
    return f"{int(core.clock.now().timestamp())}.{core.workspace.new_id('h')}"


METHODS = {
    "views.open": (open_, ()),
    "views.push": (push_, ()),
    "views.update": (update, ()),
    "views.publish": (publish, ()),
}
