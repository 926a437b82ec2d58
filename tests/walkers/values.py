"""What people put into a page: mostly what fits, at times what doesn't."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from bot.playground.forms import Value
from bot.playground.forms import options as offered
from tests.house import IDS, House

Element = Mapping[str, Any]
WORDS = (
    "We sent March's invoice to the wrong client",
    "Zoë: 王小明, محمد & <b>, *bold* _and_ `code`",
    "<!channel> <@U000BERT> https://example.org/a?b=c&d",
    "One line.\nAnd another.\n\n- a list\n- of two",
    "no",
    "🙂 fine now, really",
    "x" * 2990,
)
ODD = ("", " ", "\u200b", "a", "=1+1", "{{ 7 * 7 }}", "\u202e desrever", "-", "0")
NUMBERS, ODD_NUMBERS = ("0", "3", "250", "12000"), ("-1", "0.001", "99999999999999", "1234567890123.5")
PICKED = ("deputy", "lead", "t1", "privacy", "boss", "reporter")
ODD_PICKED = ("guest", "deactivated", "robot", "outsider", "single_guest")
ROOMS, ODD_ROOMS = ("C000ROOM2",), ("C000ROOM1", "C000ROOM5")
PAST = ("ed_at", "sent_at", "since", "until", "aware_at")
TIMES = (5, 45, 90, 400, 3000)  # minutes from now, or before it


class Pen:
    """Puts something into an element; `meant`: what this walk is about, by field."""

    def __init__(self, house: House, dice: Random, meant: Mapping[str, Value]) -> None:
        self.house, self.dice, self.meant = house, dice, meant

    def value(self, key: str, element: Element, odd: bool) -> Value:
        """Something this element takes, or at least lets someone type."""
        if not odd and key in self.meant and self.dice.random() < 0.9:
            return self._fits(element, self.meant[key])
        return PUT[element["type"]](self, key, element, odd)

    def _fits(self, element: Element, wanted: Value) -> Value:
        known = {option["value"] for option in offered(dict(element))}
        several = wanted if isinstance(wanted, list) else [wanted]
        if known and not known.issuperset(str(one) for one in several):
            return self.dice.choice(sorted(known))
        return wanted

    def text(self, key: str, element: Element, odd: bool) -> Value:
        said = self.dice.choice(ODD if odd else WORDS)
        return said[: element.get("max_length", 3000)] or None

    def number(self, key: str, element: Element, odd: bool) -> Value:
        return self.dice.choice(ODD_NUMBERS if odd else NUMBERS)

    def one(self, key: str, element: Element, odd: bool) -> Value:
        return str(self.dice.choice(offered(dict(element)))["value"])

    def some(self, key: str, element: Element, odd: bool) -> Value:
        return [o["value"] for o in offered(dict(element)) if self.dice.random() < 0.4]

    def person(self, key: str, element: Element, odd: bool) -> Value:
        return IDS[self.dice.choice(ODD_PICKED if odd else PICKED)]

    def people(self, key: str, element: Element, odd: bool) -> Value:
        return [IDS[who] for who in self.dice.sample(ODD_PICKED if odd else PICKED, 2)]

    def room(self, key: str, element: Element, odd: bool) -> Value:
        return self.dice.choice(ODD_ROOMS if odd else ROOMS)

    def moment(self, key: str, element: Element, odd: bool) -> Value:
        past = key.endswith(PAST) != odd
        ahead = timedelta(minutes=self.dice.choice(TIMES)) * (-1 if past else 1)
        return int((self.house.slack.clock.now() + ahead).timestamp())

    def day(self, key: str, element: Element, odd: bool) -> Value:
        ahead = timedelta(days=self.dice.choice((-3, -400) if odd else (0, 3, 30)))
        return str((self.house.slack.clock.now() + ahead).date())


PUT = {
    "plain_text_input": Pen.text,
    "number_input": Pen.number,
    "static_select": Pen.one,
    "radio_buttons": Pen.one,
    "checkboxes": Pen.some,
    "multi_static_select": Pen.some,
    "users_select": Pen.person,
    "multi_users_select": Pen.people,
    "conversations_select": Pen.room,
    "datetimepicker": Pen.moment,
    "datepicker": Pen.day,
}
