"""S8, second page: how the first contact went, what was promised (product.md 1.3). One try a save."""

from bot.domain import talks
from bot.domain.field import Checks, Choice, Moment, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import many, somebody_affected


def to_say(incident: Incident, party: str) -> tuple[str, ...]:
    """The call first, unless they are written to; holding texts: when nobody above can be reached."""
    told_us = any(p.told_us for p in incident.parties if p.key == party)
    bulk = many(incident) or incident.fact("reach") in ("many", "public")
    call = "client_call_inbound" if told_us else "client_call_bulk" if bulk else "client_call_script"
    mail = "client_email_bulk" if bulk else "client_email_first"
    first = (mail, call) if incident.answer("contact", "method", party) == "email" else (call, mail)
    got_data = set(incident.fact("flags") or ()) & {"personal", "confidential"}
    holding = ("client_call_holding", "client_email_holding")
    return (*first, "client_voicemail", *holding, *(("recipient_request",) if got_data else ()))


STAGE = Stage(
    key="spoke",
    per_party=True,
    repeats=True,
    event=What.CONTACTED,
    event_data={"result": "result", "promised": "promised_next", "email": "email"},
    fields=(
        Choice(
            key="result",
            required=True,
            options=("reached", "voicemail", "not_reached", "email", "no_contact"),
        ),
        Checks(key="email", options=("sent",)),
        Moment(key="promised_next", when="future", prefill="promise"),
        Choice(key="their_reaction", options=("calm", "worried", "upset", "angry"), menu=True),
        Text(key="asked_for", most=600, prefill="spoke.asked_for"),
        Checks(key="said_sorry", options=("yes",)),
    ),
    applies=somebody_affected,
    done=talks.settled,
    drafts=to_say,
)
