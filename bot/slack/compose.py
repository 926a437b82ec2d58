"""slack: from a post (or several nudges at once) and the snapshot to a message's body; one row a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import access, talks
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.guide import telling
from bot.guide.hub import next_spot
from bot.guide.reader import picked
from bot.guide.replies import WHICH
from bot.outbox.ports import Body, Moment
from bot.slack import messages
from bot.stages import STAGES
from bot.stages.audience import seen_by, shown_to
from bot.store import chores, people, posts
from bot.store.posts import CARD, COPY, HOLDING, MORE, NOTICE, PROGRESS, RCARD, RUNGS, Post, State
from bot.store.rooms import STEPS
from bot.store.store import Store
from bot.words import nudges
from bot.words.drafts import draft
from bot.words.figures import figures
from bot.words.pages import facts, words


@dataclass(frozen=True, slots=True)
class Case:
    """One message to be composed, and who reads it."""

    store: Store
    post: Post
    bundle: Sequence[Post]
    incident: Incident
    moment: Moment
    names: Mapping[str, str]
    tz: str

    def draft(self, key: str, party: str = "", **extra: object) -> str:
        made = draft(
            key,
            self.incident,
            party=party,
            names=self.names,
            org=self.moment.policy.org,
            reader_tz=self.tz,
            now=self.moment.now,
            extra=extra,
        )
        return made.text

    @property
    def values(self) -> dict[str, object]:
        known = facts(self.incident, self.names)
        return {**known, "post": self.post, "tz": self.tz, "now": self.moment.now}


def compose(store: Store, bundle: Sequence[Post], incident: Incident | None, moment: Moment) -> Body:
    """The body of a message, from the record as it is now."""
    post = bundle[0]
    if post.kind in STEPS:
        return {}
    tz = tz_of(store, post.recipient)
    if incident is None and post.kind in (COPY, MORE):  # what someone asked for about themselves
        return messages.plain([str(post.data["text"])])
    if incident is None and post.kind == PROGRESS:
        return messages.note(PROGRESS, {"chore": chores.by_id(store, post.id)})
    if incident is None and post.kind == WHICH:
        return _which(store, post, {"now": moment.now, "tz": tz})
    if incident is None:  # a door for nothing yet
        return messages.door("")
    tz = tz or tz_of(store, incident.handler)
    if post.kind == CARD:  # what the team may know is its draft's own rule
        incident = seen_by(incident, post.recipient)
    else:
        incident = shown_to(incident, post.recipient, moment.policy)
    case = Case(store, post, bundle, incident, moment, names_of(store, incident, post), tz)
    if post.kind in moment.policy.nudges:
        return _nudge(case)
    return MAKERS.get(post.kind, _note)(case)


def _notice(case: Case) -> Body:
    return messages.notice(case.post, case.incident, case.names, case.tz, case.moment.now)


def _rcard(case: Case) -> Body:
    sent = posts.of_incident(case.store, case.incident.id)
    user = case.incident.reporter
    stands = standing(case.store, case.incident, user, case.names, case.moment)
    values = {**case.values, "user": user, "posts": sent, **stands}
    return messages.rcard(case.incident, sent, values)


def standing(
    store: Store, incident: Incident, user: str, names: Mapping[str, str], moment: Moment
) -> dict[str, object]:
    """What that user would do next, and be reminded of next: only rows that are there to be sent."""
    policy = moment.policy
    spot = next_spot(incident, user, policy, moment.now)
    step = ""
    if spot:
        values = {**facts(incident, names, spot.party), "now": moment.now}
        step = words(f"stages/{spot.stage}", values)("step")
    mine = [p for p in posts.of_incident(store, incident.id, *policy.nudges) if p.recipient == user]
    waiting = [p for p in mine if p.state is State.PENDING and p.place == "dm" and p.due_at > moment.now]
    due = min(waiting, key=lambda p: p.due_at, default=None)
    return {"next_step": step, "next_due": due}


def _card(case: Case) -> Body:
    """The team's card, while this is the team's channel; elsewhere it says that it is not needed."""
    if case.incident.team_channel != case.post.recipient:
        return messages.note("moved", {})
    if not case.incident.live:
        return messages.plain([case.draft("all_clear")])
    policy = case.moment.policy
    on_card = [s for s in case.incident.signals if s.surface == "card" and s.standing]
    readers = [s for s in on_card if s.account in access.ACCOUNTS["read_card"]]
    seen = {s.user for s in readers if s.name == "button:seen" or policy.meaning(s.name) == "on_it"}
    helpers = sorted(case.names.get(user, "somebody") for user in access.helpers(case.incident, policy))
    text = case.draft("channel_post", name_client=policy.client_name_in_channel)
    return messages.card(text, case.post, len(seen), helpers)


def _news(case: Case) -> Body:
    return messages.note(
        f"news_{case.post.data['code']}", {**case.values, "next": case.post.data.get("next", "")}
    )


def _ask(case: Case) -> Body:
    gate = case.post.data["gate"]
    answers = [e for e in case.incident.all(What.APPROVED, What.REFUSED) if e.data.get("gate") == gate]
    answered = next((e for e in reversed(answers) if e.at >= case.post.due_at), None)
    sender = case.names.get(case.post.data.get("from", ""), "A colleague")
    sums = figures(case.incident, case.moment.policy.currency)
    return messages.ask(case.post, {**case.values, **sums, "sender": sender, "answered": answered})


def _offer(case: Case) -> Body:
    """The note is for whoever may still take it over, or has."""
    to = case.post.recipient
    still = case.incident.live and case.incident.offered_to == to
    note = case.draft("handover_note") if still or case.incident.handler == to else ""
    return messages.offer(
        case.post, note, {**case.values, "open": still, "taken": case.incident.handler == to}
    )


def _holding(case: Case) -> Body:
    """Nobody answers: what needs no lead, and a short call that keeps faith with whoever waits for one."""
    unspoken = next((p.key for p in case.incident.parties if not talks.settled(case.incident, p.key)), "")
    say = words("surfaces/holding", {**case.values, **facts(case.incident, case.names, unspoken)})
    call = [say("call"), case.draft("client_call_holding", unspoken)] if unspoken else []
    page = ("spoke", unspoken) if unspoken else ()
    return messages.nudge([say("lead_in"), *call], case.post, "", page, put_off=False)


def _next_time(case: Case) -> Body:
    """An update is out, somebody says in the thread: when do they hear next?"""
    party = str(case.post.data.get("party", ""))
    who = case.names.get(case.post.data.get("from", ""), "Somebody")
    say = words(
        "surfaces/next_time", {**case.values, **facts(case.incident, case.names, party), "sender": who}
    )
    return messages.nudge([say("text")], case.post, "", ("update", party), put_off=False)


def _along(case: Case) -> Body:
    """Somebody who was part of it is asked to join; whoever has joined goes on where they left off."""
    who = case.names.get(case.post.data.get("from", ""), "Somebody")
    say = words("surfaces/along", {**case.values, "sender": who})
    if case.post.recipient in case.incident.co_reporters:
        return messages.nudge([say("joined")], case.post, "", ("join",), put_off=False)
    if not case.incident.live:
        return messages.plain([say("ended")])
    return messages.nudge([say("text")], case.post, "", ("join",), put_off=False)


def _helping(case: Case) -> Body:
    """Somebody who has offered their help: what it is about, and the way in."""
    say = words("surfaces/helping", case.values)
    return messages.nudge([say("text")], case.post, "", put_off=False)


def _which(store: Store, post: Post, values: Mapping[str, object]) -> Body:
    """For which notice is what they have typed? Each is named by who sent it, when, and how it begins."""
    known = people.get(store, {choice["from"] for choice in post.data["choices"]})
    named = []
    for choice in post.data["choices"]:
        notice = posts.by_id(store.connection, choice["post"])
        sender = known[choice["from"]].name if choice["from"] in known else ""
        text, about = (str(notice.data.get("text") or ""), notice.incident) if notice else ("", "")
        named.append((choice["post"], sender, choice["at"], text[:BEGINS], about))
    return messages.which(post, named, values)


def _copy(case: Case) -> Body:
    """A draft to copy, or what the message before it didn't hold: nothing but the text."""
    return messages.plain([str(case.post.data["text"])])


def _legal(case: Case) -> Body:
    text = str(case.post.data.get("text") or "") or case.draft("legal_note")
    return messages.plain([text])


def _note(case: Case) -> Body:
    who = case.names.get(case.post.data.get("from", ""), "Somebody")
    return messages.note(case.post.kind, {**case.post.data, **case.values, "sender": who})


BEGINS = 14  # characters of a notice on a button
NOT_THE_HANDLERS = ("hand.wait", "hand.boss")  # reminders of somebody else's part

MAKERS: Mapping[str, Callable[[Case], Body]] = {
    NOTICE: _notice,
    RCARD: _rcard,
    CARD: _card,
    "news": _news,
    "ask": _ask,
    "offer": _offer,
    "door": lambda case: messages.door(case.incident.id, blank=bool(case.post.data.get("blank"))),
    HOLDING: _holding,
    "next_time": _next_time,
    "along": _along,
    "helping": _helping,
    COPY: _copy,
    MORE: _copy,
    "legal_note": _legal,
}


def _nudge(case: Case) -> Body:
    """One message of all the nudges in it; a rung of the ladder gets the notice itself below its line."""
    post, incident, policy = case.post, case.incident, case.moment.policy
    now = post.first_try_at or case.moment.now  # drawn again later, it still says how late it was then
    tz = case.tz or "UTC"
    known = [(p.kind, nudges.values(p, incident, case.names, policy, tz, now)) for p in case.bundle]
    if post.place == "thread":
        twins = [nudges.thread_text(kind, values) for kind, values in known]
        return messages.twin(twins, _mentioned(case))
    texts = [nudges.nudge_text(kind, values) for kind, values in known]
    if any(p.kind == "letgo" for p in case.bundle):
        texts.append(case.draft("let_go", support=policy.contacts.support_link))
    late = next((said for _, values in known if (said := nudges.late_text(values))), "")
    lines = [*texts, late] if late else texts
    if post.place == "channel":
        return messages.plain(lines)
    if post.kind in RUNGS and post.recipient != incident.reporter:
        text, told = telling.said(case.store, incident), incident.told
        since = told.at if told else post.due_at
        shown = replace(post, data={**post.data, "text": text}, due_at=since)
        return messages.notice(shown, incident, case.names, case.tz, case.moment.now, "\n\n".join(lines))
    return messages.nudge(texts, post, late, _answered_on(case, known), put_off=_can_wait(case))


def _mentioned(case: Case) -> str:
    """Whom a reminder in the team's thread names: the handler, where the workspace and R want it (0.4)."""
    wanted = case.moment.policy.thread_reminders == "mention"
    ticked = case.incident.answer("team", "may_name_handler")
    theirs = any(p.kind not in NOT_THE_HANDLERS for p in case.bundle)
    return case.incident.handler if wanted and ticked and theirs else ""


def _answered_on(case: Case, known: Sequence[tuple[str, Mapping[str, object]]]) -> tuple[str, ...]:
    """(page, party) that all of these nudges are answered on; () where they differ, or others act."""
    rules = case.moment.policy.nudges
    per_party = {s.key for s in STAGES if s.per_party}
    pages = {
        (page, str(values["about"]) if page in per_party else "")
        for kind, values in known
        if (page := "" if values["to_lead"] else rules[kind].page)
    }
    return pages.pop() if len(pages) == 1 else ()


def _can_wait(case: Case) -> bool:
    return any(case.moment.policy.nudges[post.kind].put_off for post in case.bundle)


def names_of(store: Store, incident: Incident | None, post: Post) -> dict[str, str]:
    wanted = {post.recipient, *(str(post.data.get(key) or "") for key in ("from", "to", "next"))}
    if incident:
        wanted |= {incident.reporter, incident.handler, incident.lead, *incident.ladder}
        wanted |= {s.user for s in incident.signals} | {a.owner for a in incident.actions}
        wanted |= {e.actor for e in incident.events} | {incident.offered_to}
        wanted |= picked(incident)
    return {user: p.name for user, p in people.get(store, wanted).items() if p.name}


def tz_of(store: Store, user: str) -> str:
    known = people.get(store, [user]).get(user)
    return known.tz if known else ""
