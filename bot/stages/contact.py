"""S8: get to them first: who they are and what to say, before the call (product.md 1.3). Once a party."""

from bot.domain.incident import Incident
from bot.domain.stage import Choice, Listed, Stage, Text
from bot.stages.when import somebody_affected

MANY = 10  # more parties than this get one text for all (product.md 5.3)


def to_say(incident: Incident, party: str) -> tuple[str, ...]:
    """The call first, then what to write; the holding texts are for when nobody above can be reached."""
    told_us = any(p.told_us for p in incident.parties if p.key == party)
    many = len(incident.parties) > MANY or incident.fact("reach") in ("many", "public")
    call = "client_call_inbound" if told_us else "client_call_bulk" if many else "client_call_script"
    mail = "client_email_bulk" if many else "client_email_first"
    got_data = set(incident.fact("flags") or ()) & {"personal", "confidential"}
    holding = ("client_call_holding", "client_email_holding")
    return (call, mail, "client_voicemail", *holding, *(("recipient_request",) if got_data else ()))


STAGE = Stage(
    key="contact",
    per_party=True,
    fields=(
        Text(key="party_name", most=80),
        Text(key="contact_name", most=80),
        Listed(key="party_tz", of="zones", prefill="tz"),
        Choice(key="method", options=("phone", "video", "in_person", "email"), menu=True, fallback="phone"),
        Text(key="impact_on_them", required=True, most=300),
        Text(key="what_happened_short", most=300),
    ),
    applies=somebody_affected,
    drafts=to_say,
)
