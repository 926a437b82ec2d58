"""S4, second page: the rest of the five questions, for whoever has a minute (product.md 1.3)."""

from bot.domain.field import Listed, Moment, Text
from bot.domain.stage import Stage
from bot.stages.when import if_you_like, live

STAGE = Stage(
    key="more",
    skippable=True,
    fields=(
        Text(key="q2_actions", most=1200),
        Text(key="q3_consequences", most=1000),
        Text(key="q4_differently", most=800, audience="me"),
        Text(key="q5_better", most=800),
        Text(key="where_else", most=300),
        Text(key="unknowns", most=400),
        Moment(key="since", when="past"),
        Moment(key="until", when="past"),
        Listed(key="process_tag", of="tags"),
    ),
    applies=live,
    optional=if_you_like,
)
