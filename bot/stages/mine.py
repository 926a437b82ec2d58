"""A co-reporter's own page: theirs alone, also not the reporter's (product.md 5.1)."""

from bot.domain.field import Text
from bot.domain.stage import Stage, anyone
from bot.stages.when import if_you_like

STAGE = Stage(
    key="mine",
    per_person=True,
    fields=(
        Text(key="own_line", most=300, audience="me"),
        Text(key="differently", most=800, audience="me"),
        Text(key="note_to_self", most=600, audience="me"),
    ),
    action="own_page",
    applies=anyone,
    optional=if_you_like,
)
