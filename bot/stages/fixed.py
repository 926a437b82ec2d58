"""S10: say it is over only when it is (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import talks
from bot.domain.field import Moment, Person, Problem, Several, Text
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages.when import live


def somebody_waits(incident: Incident, party: str) -> bool:
    return any(talks.promise(incident, p.key) for p in incident.parties)


def second_person(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """Where much is at stake, somebody other than the handler has looked."""
    alone = answers.get("verified_by") in (None, incident.handler)
    if incident.level >= Level.LARGE and alone:
        return {"verified_by": Problem("second_person")}
    keys = {p.key for p in incident.parties}
    unknown = set(answers.get("later") or ()) - keys
    return {"later": Problem("not_an_option")} if unknown else {}


def verified(incident: Incident, party: str) -> bool:
    """Fixed since it was last opened, and looked at by whoever has to."""
    if incident.since_reopening(What.FIXED) is None:
        return False
    looked = incident.answer("fixed", "verified_by") not in (None, incident.handler)
    return looked or incident.level < Level.LARGE


STAGE = Stage(
    key="fixed",
    event=What.FIXED,
    event_data={"later": "later"},
    fields=(
        Text(key="fixed_how", sink="client", required=True, most=600),
        Person(key="verified_by", other=False),
        Text(key="verified_how", most=300),
        Text(key="lasting_effects", sink="client", most=400),
        Moment(key="fixed_at", when="past", prefill="now"),
        Several(key="later", of="promises", prefill="promises", applies=somebody_waits),
    ),
    action="finish",
    applies=live,
    done=verified,
    check=second_person,
)
