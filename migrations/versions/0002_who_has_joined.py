"""Who has joined an incident finds it again"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_events_joined",
        "events",
        ["tenant", "actor"],
        unique=False,
        sqlite_where=sa.text("what = 'joined'"),
        postgresql_where=sa.text("what = 'joined'"),
    )


def downgrade() -> None:
    op.drop_index("ix_events_joined", table_name="events")
