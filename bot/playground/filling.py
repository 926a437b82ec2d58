"""Playground: a person's hands in a modal or Home tab. Fill in, press, submit, close."""

from bot.playground import forms, modal, payloads
from bot.playground.delivery import Delivery
from bot.playground.errors import ClientRefused
from bot.playground.forms import Value
from bot.playground.manifest import Json
from bot.playground.modal import SubmitResult
from bot.playground.screen import Screen
from bot.playground.workspace import View


class Filling(Screen):
    """One person's client, with the actions a view offers."""

    async def fill(self, block_id: str, value: Value, *, dispatch: bool = True) -> Delivery | None:
        """Put `value` into the input of a block; an element that dispatches tells the app at once.

        `value`: text, an option's value, a list of those, a user or channel id, a date or time as text,
        Unix seconds for a datetimepicker; None empties it. Raises ClientRefused where the client would.
        """
        view = self._top()
        block, element = modal.find(view, block_id=block_id, kinds=set(forms.STATE_KEYS))
        state = self._put(view, block, element, value)
        if not (dispatch and forms.wants_dispatch(block)):
            return None
        action = {**state, "block_id": block_id, "action_id": element["action_id"]}
        return await self._interact(payloads.view_action(self._core, self.person, view, action))

    async def press(
        self, action_id: str, block_id: str | None = None, value: Value = None, *, on: str = "modal"
    ) -> Delivery:
        """Press a button, or choose `value` in a radio group, select or overflow menu.

        `on` is "modal" or "home". Raises ClientRefused when there is nothing like that to press.
        """
        view = self._top() if on == "modal" else self._core.workspace.homes.get(self.id)
        if view is None:
            raise ClientRefused("the Home tab is empty")
        block, element = modal.find(view, block_id=block_id, action_id=action_id, value=value)
        if element["type"] in forms.STATE_KEYS:
            self._put(view, block, element, value)
        action = modal.action(block, element, value)
        return await self._interact(payloads.view_action(self._core, self.person, view, action))

    def _put(self, view: View, block: Json, element: Json, value: Value) -> Json:
        state = forms.accept(element, value)
        self._check_known(element, state)
        view.values[block["block_id"]][element["action_id"]] = state
        self._core.changes.notify(self.id)
        return state

    def _check_known(self, element: Json, state: Json) -> None:
        workspace = self._core.workspace
        chosen = state.get(forms.STATE_KEYS[element["type"]]) or []
        ids = chosen if isinstance(chosen, list) else [chosen]
        if element["type"].endswith("users_select") and not workspace.people.keys() >= set(ids):
            raise ClientRefused(f"there is nobody called {ids}")
        if element["type"].endswith(("conversations_select", "channels_select")):
            for one in ids:
                self._check_listed(element, one)

    def _check_listed(self, element: Json, channel_id: str) -> None:
        channel = self._core.workspace.channels.get(channel_id)
        if channel is None or (channel.kind != "public" and self.id not in channel.members):
            raise ClientRefused(f"they see no conversation {channel_id}")
        wanted = element.get("filter", {})
        if channel.kind not in wanted.get("include", [channel.kind]):
            raise ClientRefused(f"{element['action_id']} lists no {channel.kind} conversations")
        if channel.is_ext_shared and wanted.get("exclude_external_shared_channels"):
            raise ClientRefused(f"{element['action_id']} lists no shared channels")

    async def submit(self, seen: View | None = None) -> SubmitResult:
        """Press the modal's submit button and let the app's answer take effect on what's on screen by then.

        `seen`: the rendering that was pressed (see `look`), where the app has drawn another one since.
        """
        view = seen or self._top()
        if not view.body.get("submit"):
            raise ClientRefused("this modal has no submit button")
        missing = forms.missing(view.body["blocks"], view.values)
        if missing:
            return SubmitResult("errors", missing)
        delivery = await self._interact(payloads.submission(self._core, self.person, view))
        result = modal.apply(self._core, self._core.workspace.views.get(view.id, view), delivery)
        self._core.changes.notify(self.id)
        return result

    async def close_modal(self, *, clear: bool = False) -> Delivery | None:
        """Press the close button; `clear` presses the X, which closes the whole stack."""
        view = self._top()
        cleared = clear or bool(view.body.get("clear_on_close"))
        told = self.stack[0] if cleared else view
        payload = payloads.closed(self._core, self.person, told, is_cleared=cleared)
        for gone in tuple(self.stack) if cleared else (view,):
            self._core.workspace.close_view(gone)
        self._core.changes.notify(self.id)
        return await self._interact(payload) if told.body.get("notify_on_close") else None
