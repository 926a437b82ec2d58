"""S8: get to them first: who they are and what to say, before the call (product.md 1.3). Once a party."""

from bot.domain.field import Choice, Listed, Text
from bot.domain.stage import Stage
from bot.stages.when import somebody_affected

STAGE = Stage(
    key="contact",
    per_party=True,
    fields=(
        Text(key="party_name", most=80, prefill="party"),
        Text(key="contact_name", most=80),
        Listed(key="party_tz", of="zones", prefill="tz"),
        Choice(key="method", options=("phone", "video", "in_person", "email"), menu=True, fallback="phone"),
        Text(key="impact_on_them", sink="client", required=True, most=300),
        Text(key="what_happened_short", sink="issue", most=300),
    ),
    applies=somebody_affected,
    offers=("party",),
)
