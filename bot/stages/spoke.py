"""S8, second page: how the first contact went, what was promised (product.md 1.3). One try a save."""

from bot.domain.incident import Incident, What
from bot.domain.stage import Checks, Choice, Moment, Stage, Text
from bot.stages.when import somebody_affected, talk_settled


def settled(incident: Incident, party: str) -> bool:
    return talk_settled(incident, party)


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
    done=settled,
)
