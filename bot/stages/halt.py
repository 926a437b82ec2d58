"""S5: stem the bleeding, from the first minute until it is contained (product.md 1.3)."""

from bot.domain.field import Choice, Moment, Person, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage, anyone
from bot.stages.when import harm_may_run


def may_run_or_is_back(incident: Incident, user: str) -> bool:
    return harm_may_run(incident) or (incident.live and incident.reopened_at is not None)


def contained(incident: Incident, party: str) -> bool:
    return incident.contained


STAGE = Stage(
    key="halt",
    line=anyone,
    event=What.HALTED,
    event_data={"status": "halt_status"},
    fields=(
        Choice(
            key="halt_status",
            required=True,
            options=("stopped", "can_stop", "someone_else", "cannot", "not_running"),
        ),
        Text(key="halt_action", most=500, sink="client"),
        Person(key="halt_owner", other=False),
        Moment(key="halted_at", when="past"),
        Text(key="side_effects", most=300),
    ),
    applies=may_run_or_is_back,
    done=contained,
)
