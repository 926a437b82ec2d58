"""guide: the first value of a field that nobody has filled yet: from the record, the ladder, or a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain import talks
from bot.domain.field import Field, Text
from bot.domain.incident import Incident
from bot.domain.money import currency_of
from bot.domain.nudges import Fired, plan
from bot.domain.record import Event, What
from bot.domain.stage import Raw, Stage
from bot.domain.worktime import add, calendar_of
from bot.guide import gates
from bot.guide.reader import reader
from bot.guide.unsaved import cleaned
from bot.guide.work import Work
from bot.stages import find
from bot.stages.tell import instead
from bot.store import people
from bot.store.calendars import directory
from bot.store.posts import RUNGS
from bot.words.drafts import Draft, draft
from bot.words.phrases import cut

DRAFTED = ("draft:", "text:")  # filled from a template of `templates/drafts`


@dataclass(frozen=True, slots=True)
class Source:
    """Where first values come from, for one person at one page."""

    work: Work
    incident: Incident
    user: str
    party: str
    said: str
    typed: Mapping[str, Any] = field(default_factory=dict)  # answers not saved yet, for its drafts

    def value(self, field: Field) -> Any:  # noqa: ANN401 - one of Raw's values
        """What `field.prefill` names, as a raw value; None when there is nothing yet."""
        kind, _, name = field.prefill.partition(":")
        if kind == "said":
            return cut(self.said, field.most) if self.said and isinstance(field, Text) else None
        if kind == "now":
            return int(self.work.now.timestamp())
        if kind == "tz":
            return self.work.tz(self.user) or None
        if kind == "party":
            return next((p.name for p in self.incident.parties if p.key == self.party), None)
        if kind == "aware":
            opened = self.incident.opened_at
            return int(opened.timestamp()) if opened else None
        if kind == "currency":
            return self._currency("debrief")
        if kind == "promise":
            return self._promise()
        if kind == "promises":
            return [p.key for p in self.incident.parties if talks.promise(self.incident, p.key)]
        if kind == "us":
            return list(dict.fromkeys([self.incident.reporter, self.incident.handler]))
        if kind == "ladder":
            return None if instead(self.incident) else next(iter(self._ladder()), None)
        if kind == "draft":
            return self._draft(name).text
        if kind == "text":
            return self._draft(name).letter
        stage, _, key = field.prefill.partition(".")
        page = self.incident.page(stage, self.party) or self.incident.page(stage)
        return field.raw(page.answers.get(key)) if page else None

    def promising(self, stage: Stage, typed: Raw) -> Source:
        """With the time that the page shows for the next word, picked or not: its drafts name the same."""
        page = find(stage.of) or stage
        shown = {f.key: typed.get(f.key, self.value(f)) for f in page.promises}
        return replace(self, typed={**self.typed, **cleaned(page, shown, self.work.now)})

    def more(self, stage: Stage) -> Mapping[str, Any]:
        """What the page's words need beyond the record: the ladder, the contacts, what a draft left out."""
        drafts = [f.prefill.partition(":")[2] for f in stage.fields if f.prefill.startswith(DRAFTED)]
        return {
            "ladder": self._ladder(),
            "stand_in": self._stand_in(),
            "asked": self._asked() if stage.key in ("tell", "send") else (),
            "contacts": self.work.policy.contacts,
            "gate": "" if gates.open_(self.incident, "contact", self.work.policy) else "contact",
            "unchecked": self._unchecked(),
            "threshold": f"{self.work.policy.money_threshold:,} {self.work.policy.currency}".strip(),
            "tags": self.work.policy.tags,
            "currency": self._currency(stage.key),
            "currencies": self.work.policy.currencies,
            "auto_notify": self.work.policy.auto_notify,
            "support": self.work.policy.contacts.support_link,
            "let_go": self._draft("let_go").text if stage.key == "letgo" else "",
            "sent_to_me": False,
            "dropped": self._draft(drafts[0]).dropped if drafts else (),
        }

    def _unchecked(self) -> bool:
        """Somebody was picked whom Slack has not told us about yet: they are checked before anything goes."""
        page = self.incident.page("tell")
        picked = page.answers.get("boss") if page else None
        return isinstance(picked, str) and not people.get(self.work.store, [picked])

    def _asked(self) -> tuple[tuple[str, datetime], ...]:
        """Who would be asked next and when, were the notice sent now: from the planner itself."""
        ladder = [*self._ladder()]
        if not ladder or self.incident.told is not None:
            return ()
        said = {"how": "send", "boss": ladder[0], "ladder": ladder, "notified": ladder[:1]}
        told = Event(self.work.now, What.TOLD, self.user, "", said)
        incident = replace(self.incident, events=(*self.incident.events, told))
        calendars = directory(self.work.store, incident, self.work.policy)
        fired: list[Fired] = []
        for _ in ladder:
            due = [d for d in plan(incident, self.work.policy, calendars, fired) if d.kind in RUNGS]
            fired += [Fired(*d.key, d.due_at) for d in due[:1]]
        return tuple((f.recipient, f.at) for f in fired)

    def _currency(self, page: str) -> str:
        return currency_of(self.incident, page, self.party, self.work.policy.currency)

    def _promise(self) -> int | None:
        """The next update as the cadence suggests it: so much working time after the next five minutes that
        are whole (product.md 4.2 `upd`, 4.4).
        """
        policy, level = self.work.policy, self.incident.level
        minutes = policy.minutes("upd", level)
        if minutes is None:
            return None
        now = int(self.work.now.timestamp())
        begin = datetime.fromtimestamp(now + -now % 300, UTC)
        here = calendar_of(directory(self.work.store, self.incident, policy), self.user)
        return int(add(begin, minutes, policy.windows[level], here).timestamp())

    def _ladder(self) -> tuple[str, ...]:
        return tuple(u for u in self.work.policy.ladder_for(self.incident.reporter) if u != self.user)

    def _stand_in(self) -> str:
        """Who gets the message in place of a boss who is away, "" where the boss does."""
        chosen = self.incident.chosen.answers if self.incident.chosen else {}
        away = chosen.get("how") == "send" and "away" in (chosen.get("special") or ())
        return next((u for u in self._ladder() if away and u != chosen.get("boss")), "")

    def drafts(self, stage: Stage) -> tuple[tuple[str, str], ...]:
        """The drafts that the page offers, by name, filled from the record as it is now.

        On a page that starts empty each time the record still holds the last round's words: no text there.
        """
        stale = stage.repeats and stage.key == "update"
        names = stage.drafts(self.incident, self.party)
        return tuple((name, "" if stale else self._draft(name).text) for name in names)

    def _draft(self, name: str) -> Draft:
        who = reader(self.work, self.incident, self.user)
        return draft(
            name,
            self.incident,
            party=self.party,
            names=who.names,
            org=self.work.policy.org,
            reader_tz=who.tz,
            now=self.work.now,
            extra={
                **self.typed,
                "stand_in": self._stand_in(),
                "plan_gated": gates.needed(self.incident, "plan", self.work.policy),
                "default_currency": self.work.policy.currency,
                "support": self.work.policy.contacts.support_link,
            },
        )
