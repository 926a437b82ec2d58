"""domain: the kinds of questions a page can ask, and how what Slack gives becomes what is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from bot.domain import values
from bot.domain.incident import Incident
from bot.domain.standin import is_stand_in
from bot.domain.text import clean
from bot.domain.wording import Sink

Audience = Literal["me", "circle"]  # product.md 5.1
LISTED_MAX = 75  # docs.slack.dev/reference/block-kit/composition-objects/option-object: value and text
CLOCKS_DIFFER = timedelta(minutes=1)  # a phone's clock may be ahead of ours
EARLIEST_ZONE = timedelta(hours=12)  # "today" is still yesterday in UTC-12


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value was not taken: a block of `templates/errors/fields.j2` and its variables."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def always(incident: Incident, party: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What all fields share. `required` ones must have a value; `fallback` is preselected when none is kept.

    `prefill` names where the first value comes from (`draft:<name>`, `said`, `us`, `promises`, or
    `<stage>.<key>`).
    `applies`: drawn only then, for the party of the page; a field that is not drawn keeps what it has.
    """

    key: str
    required: bool = False
    audience: Audience = "circle"
    fallback: Any = None
    prefill: str = ""
    applies: Callable[[Incident, str], bool] = always

    def clean(self, value: Any, now: datetime) -> Any | Problem:  # noqa: ANN401 - one of Answers' values
        """A stored value, None for "nothing", or the problem with it."""
        raise NotImplementedError

    def raw(self, stored: Any) -> Any:  # noqa: ANN401 - one of Raw's values
        """A stored value as Slack wants it back."""
        return stored

    def erased(self, stored: Any) -> bool:  # noqa: ANN401
        """Whether it names someone who has had their data erased since."""
        return False

    def seen_by(self, incident: Incident, user: str, party: str = "") -> bool:
        """Private fields are the reporter's, or that co-reporter's, alone: nobody else is shown them or
        changes them (product.md 5.1). `party`: of the page.
        """
        return self.audience == "circle" or user == incident.author(party)


def _is_listable(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LISTED_MAX and clean(value).strip() == value


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """Typed text of `least` to `most` characters after trimming; several lines above 150."""

    most: int
    least: int = 0
    sink: Sink = "private"  # where its words go in the end, for the wording check; private gets no hint

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        text = clean(value).strip() if isinstance(value, str) else ""
        if not text:
            return None
        if len(text) > self.most:
            return Problem("too_long", {"most": self.most, "length": len(text)})
        if len(text) < self.least:
            return Problem("too_short", {"least": self.least})
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of `options` as radio buttons (ten at most), or as a menu where `menu`."""

    options: tuple[str, ...] = ()
    menu: bool = False

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        if value in (None, ""):
            return None
        return value if value in self.options else Problem("not_an_option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks(Field):
    """Any of `options`; kept as a list in the order of `options`."""

    options: tuple[str, ...] = ()

    def clean(self, value: Any, now: datetime) -> list[str] | Problem | None:  # noqa: ANN401
        if not isinstance(value, list | tuple):
            return None if value is None else Problem("not_an_option")
        if not all(one in self.options for one in value):
            return Problem("not_an_option")
        return [o for o in self.options if o in value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Field):
    """A number, kept as an integer of the smallest unit: `decimals` 2 makes 12.50 -> 1250.

    `money`: in the page's currency, which says how many decimals there are (`domain.money.priced`).
    """

    decimals: int = 0
    money: bool = False
    most: int = 10**12

    def clean(self, value: Any, now: datetime) -> int | Problem | None:  # noqa: ANN401
        if value in (None, ""):
            return None
        found = values.number(value, self.decimals)
        if found is None:
            return Problem("not_a_number")
        return found if 0 <= found <= self.most else Problem("out_of_range")

    def raw(self, stored: Any) -> str | None:  # noqa: ANN401
        return None if stored in (None, "") else f"{Decimal(stored).scaleb(-self.decimals):f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Field):
    """A user id. Whether that person can be picked is checked against the people we know (`guide`)."""

    member: bool = True  # must be an active, full member of this workspace
    other: bool = True  # may not be the person who picks

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        if not value:
            return None
        return value if values.ident(value) else Problem("not_an_option")

    def raw(self, stored: Any) -> str | None:  # noqa: ANN401
        return None if is_stand_in(stored or "") else stored

    def erased(self, stored: Any) -> bool:  # noqa: ANN401
        return is_stand_in(stored or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class People(Field):
    """Several user ids."""

    most: int = 20

    def clean(self, value: Any, now: datetime) -> list[str] | Problem | None:  # noqa: ANN401
        if not value:
            return None
        if not isinstance(value, list) or not all(map(values.ident, value)):
            return Problem("not_an_option")
        return value if len(value) <= self.most else Problem("too_many", {"most": self.most})

    def raw(self, stored: Any) -> list[str] | None:  # noqa: ANN401
        return [user for user in stored if not is_stand_in(user)] if stored else None

    def erased(self, stored: Any) -> bool:  # noqa: ANN401
        return any(isinstance(user, str) and is_stand_in(user) for user in stored or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Field):
    """A conversation id. Whether the bot can post there is checked when it is picked (`slack`)."""

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        if not value:
            return None
        return value if values.ident(value) else Problem("not_an_option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Field):
    """A time: Unix seconds from Slack, kept as ISO 8601 UTC; `when` says which side of now is allowed."""

    when: Literal["past", "future", "any"] = "any"

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        if value in (None, ""):
            return None
        at = values.moment(value)
        if at is None:
            return Problem("not_a_time")
        if not values.in_reach(at):
            return Problem("out_of_reach")
        if self.when == "past" and at > now + CLOCKS_DIFFER:
            return Problem("in_the_future")
        if self.when == "future" and at <= now:
            return Problem("in_the_past")
        return at.isoformat()

    def raw(self, stored: Any) -> int | None:  # noqa: ANN401
        return int(datetime.fromisoformat(stored).timestamp()) if stored else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Field):
    """A date without a time, as Slack writes it and as it is kept: `2026-03-20`; from today on."""

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        if not value:
            return None
        day = values.day(value)
        if day is None:
            return Problem("not_a_day")
        if day < (now - EARLIEST_ZONE).date():
            return Problem("in_the_past")
        return day.isoformat() if values.in_reach(day) else Problem("out_of_reach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Field):
    """One of what the record or the policy holds; `of`: a name of `bot.words.pages.LISTS`.

    Whether the value is on that list is the stage's `check`, where it matters.
    """

    of: str

    def clean(self, value: Any, now: datetime) -> str | Problem | None:  # noqa: ANN401
        if not value:
            return None
        known = _is_listable(value) and (self.of != "zones" or values.zone(value))
        return value if known else Problem("not_an_option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Field):
    """Any of what the record or the policy holds, as `Listed`."""

    of: str

    def clean(self, value: Any, now: datetime) -> list[str] | Problem | None:  # noqa: ANN401
        if value is None:
            return None
        if not isinstance(value, list) or not all(map(_is_listable, value)):
            return Problem("not_an_option")
        return value
