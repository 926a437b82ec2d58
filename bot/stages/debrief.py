"""S11: check that all works, lighten the load, say sorry for the last time (product.md 1.3). Once a party."""

from bot.domain.field import Amount, Checks, Choice, Day, Listed, Person, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages import when


def is_client(incident: Incident, party: str) -> bool:
    """Colleagues are asked two lines; there is no bill between them and us."""
    return any(p.key == party and p.kind == "client" for p in incident.parties)


def fixed_for_somebody(incident: Incident, user: str) -> bool:
    return when.somebody_affected(incident) and when.fixed(incident)


def debriefed(incident: Incident, party: str) -> bool:
    return incident.since_reopening(What.DEBRIEFED, party=party) is not None


def to_say(incident: Incident, party: str) -> tuple[str, ...]:
    """The invitation, the last apology; for a client, the note to finance."""
    bill = ("billing_note",) if is_client(incident, party) else ()
    return ("debrief_invite", "final_apology_closing", *bill)


STAGE = Stage(
    key="debrief",
    per_party=True,
    event=What.DEBRIEFED,
    event_data={"working": "working_ok", "satisfied": "satisfied"},
    fields=(
        Choice(key="working_ok", required=True, options=("yes", "mostly", "no")),
        Choice(key="satisfied", options=("yes", "partly", "no"), menu=True, applies=is_client),
        Text(key="what_else", most=600),
        Person(key="what_else_owner", other=False, applies=is_client),
        Day(key="what_else_by", applies=is_client),
        Amount(key="unbilled_hours", most=10_000, applies=is_client),
        Amount(key="credit_amount", money=True, applies=is_client),
        Listed(key="currency", of="currencies", prefill="currency", applies=is_client),
        Checks(key="final_apology", options=("made",)),
    ),
    skippable=True,
    applies=fixed_for_somebody,
    optional=when.small,
    done=debriefed,
    drafts=to_say,
)
