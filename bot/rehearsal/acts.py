"""rehearsal: each verb of a script as the use case of the guide that a person's press would have called.

A line of a script always happens: where a page does not exist yet or a gate is closed, it is saved all the
same, through the same `saving.save` that Next ends in (product.md 6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.field import Choice
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Party
from bot.guide import entry, gates, saving, signals
from bot.guide.work import Work
from bot.rehearsal.script import Script, ScriptError, Step
from bot.rehearsal.world import message_of
from bot.stages import find
from bot.store.lists import Asked, listing
from bot.store.posts import CARD, NOTICE, RUNGS

REPORTER = "R"
TEAM_CHANNEL = "CTEAM"
REACTS = {"ack": (NOTICE, *RUNGS), "see": (CARD,), "help": (CARD,)}  # verb -> on which messages


class Acts:
    """What people do to one incident, by verb."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.incident = ""
        self.team = any(step.verb in ("see", "help") for step in script.steps)
        self.level = script.level
        # `clients` counts those affected: with 0 of them nobody is, whatever the level was judged by.
        self.reach = script.answers["reach"] if script.clients else "none"

    def act(self, work: Work, step: Step) -> None:
        """One line of `do`, in one transaction."""
        VERBS[step.verb](self, work, step)

    # --- helpers --------------------------------------------------------------------------------
    def save(self, work: Work, key: str, user: str = "", party: str = "", **answers: Any) -> Incident:  # noqa: ANN401
        stage = find(key)
        if stage is None:
            raise LookupError(key)
        incident = work.reload(self.incident)
        filled = {f.key: answers.get(f.key, f.fallback) for f in stage.fields}
        return saving.save(work, incident, stage, party, filled, user or incident.handler, "rehearsal")

    def moment(self, step: Step) -> str | None:
        return step.promised.isoformat() if step.promised else None

    # --- verbs ----------------------------------------------------------------------------------
    def open(self, work: Work, step: Step) -> None:
        answers = self.script.answers
        entry.begin(work, REPORTER, "something went wrong")
        (self.incident,) = listing(work.store, REPORTER, Asked(1)).ids
        for key in self.script.parties:
            told_us = answers["found"] == "client" and key == "C1"
            work.store.save_party(self.incident, Party(key, "client", told_us=told_us))
        self.save(
            work, "open", REPORTER,
            summary="something went wrong", reach=self.reach, still_going=answers["going"],
            found_how=answers["found"], happened_at=(step.at - timedelta(minutes=5)).isoformat(),
        )  # fmt: skip
        if self.script.flags:
            self.save(work, "legal", REPORTER, text="what is known", aware_at=step.at.isoformat())

    def assess(self, work: Work, step: Step) -> None:
        answers = self.script.answers
        self.save(
            work, "assess", q1_mistake="what went wrong", undo=answers["undo"], money=answers["money"],
            flags=list(self.script.flags), reach=self.reach, still_going=answers["going"],
        )  # fmt: skip

    def stop(self, work: Work, step: Step) -> None:
        self.save(work, "stop", REPORTER)

    def own(self, work: Work, step: Step) -> None:
        self.save(work, "own", REPORTER, own_line="I sent it")

    def breathe(self, work: Work, step: Step) -> None:
        self.save(work, "breathe", REPORTER, minutes=str(step.minutes))

    def ready(self, work: Work, step: Step) -> None:
        self.save(work, "ready", REPORTER)

    def halt(self, work: Work, step: Step) -> None:
        self.save(work, "halt", halt_status="stopped", halt_action="it is stopped")

    def tell(self, work: Work, step: Step) -> None:
        boss = next(iter(work.policy.ladder_for(REPORTER)), "")
        special = ["away"] if self.script.boss == "away" else []
        self.save(work, "tell", REPORTER, boss=boss, need=["know"], how="send", special=special)
        self.save(work, "send", REPORTER, text="I need to tell you about a mistake")
        if self.team:
            self.save(work, "team", REPORTER, channel=TEAM_CHANNEL)

    def senior(self, work: Work, step: Step) -> None:
        self.save(work, "tell", REPORTER, boss=None, need=[], how="send", special=["senior"])
        if self.team:
            self.save(work, "team", REPORTER, channel=TEAM_CHANNEL)

    def ack(self, work: Work, step: Step) -> None:
        self._react(work, step, "eyes")

    def see(self, work: Work, step: Step) -> None:
        self._react(work, step, "eyes")

    def help(self, work: Work, step: Step) -> None:
        self._react(work, step, "raising_hand")

    def waits(self, work: Work, step: Step) -> bool:
        """Whether the step reacts to a message that is not out yet."""
        kinds = REACTS.get(step.verb)
        return kinds is not None and message_of(work.store, self.incident, step.who, *kinds) is None

    def _react(self, work: Work, step: Step, emoji: str) -> None:
        post = message_of(work.store, self.incident, step.who, *REACTS[step.verb])
        if post is None:
            raise ScriptError("there is no message to react to yet")
        where = signals.Where(post.channel, post.sent_ts)
        signals.reaction(work, where, step.who, emoji, work.now, added=True)

    def ok(self, work: Work, step: Step) -> None:
        gate = "contact" if step.who == work.policy.contacts.privacy else "plan"
        gates.record(work, work.reload(self.incident), gate, step.who, yes=True)

    def plan(self, work: Work, step: Step) -> None:
        self.save(work, "plan", fix_text="we do it again", fix_kind="deliver")

    def contact(self, work: Work, step: Step) -> None:
        self.save(work, "contact", party=step.who, impact_on_them="they wait", method="phone")
        self.save(work, "spoke", party=step.who, result="reached", promised_next=self.moment(step))

    def voicemail(self, work: Work, step: Step) -> None:
        self.save(work, "spoke", party=step.who, result="voicemail", email=["sent"])

    def update(self, work: Work, step: Step) -> None:
        last = [] if step.promised else ["yes"]
        self.save(work, "update", party=step.who, changed="news", next_at=self.moment(step), last=last)

    def note(self, work: Work, step: Step) -> None:
        self.save(work, "note", note="where it stands")

    def raise_level(self, work: Work, step: Step) -> None:
        """Anyone may raise it; where a script lowers it, the lead does, as nobody else may."""
        before, self.level = self.level, Level.from_word(step.word)
        lead = work.reload(self.incident).lead
        if self.level < before and not lead:
            raise ScriptError("only a lead lowers it, and no one leads yet")
        self.save(work, "level", user=lead if self.level < before else "", level=step.word)

    def legal(self, work: Work, step: Step) -> None:
        self.save(work, "decided", work.policy.contacts.privacy, decision=step.word)

    def offer(self, work: Work, step: Step) -> None:
        self.save(work, "handover", to=step.who)

    def accept(self, work: Work, step: Step) -> None:
        self.save(work, "accept", step.who, read_back="I have it")

    def fixed(self, work: Work, step: Step) -> None:
        self.save(work, "fixed", fixed_how="it works again", fixed_at=step.at.isoformat(), later=[])

    def debrief(self, work: Work, step: Step) -> None:
        for party in [p.key for p in work.reload(self.incident).parties] or [""]:
            self.save(work, "debrief", party=party, working_ok="yes", satisfied="yes")

    def review(self, work: Work, step: Step) -> None:
        self.save(work, "review", factors="the step had no second check")

    def letter(self, work: Work, step: Step) -> None:
        self.save(work, "letter", outcome="sent")

    def sat(self, work: Work, step: Step) -> None:
        self.save(work, "sat", satisfied="yes")

    def close(self, work: Work, step: Step) -> None:
        self.save(work, "close")

    def cancel(self, work: Work, step: Step) -> None:
        """WHY is any word; one that the page does not know is a false alarm to it."""
        known, why = find("cancel"), step.word.replace("-", "_")
        field = known.field("why") if known else None
        options = field.options if isinstance(field, Choice) else ()
        self.save(work, "cancel", why=why if why in options else "false_alarm")

    def reopen(self, work: Work, step: Step) -> None:
        self.save(work, "reopen", why="it is back")


Verb = Callable[[Acts, Work, Step], None]
SAME_NAME = (
    "open", "assess", "stop", "own", "breathe", "ready", "halt", "tell", "senior", "ack", "see", "help",
    "ok", "plan", "contact", "voicemail", "update", "note", "legal", "offer", "accept", "fixed", "debrief",
    "review", "letter", "sat", "close", "cancel", "reopen",
)  # fmt: skip
VERBS: Mapping[str, Verb] = {
    **{verb: getattr(Acts, verb) for verb in SAME_NAME},
    "level": Acts.raise_level,
}
