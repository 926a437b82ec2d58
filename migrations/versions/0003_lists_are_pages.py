"""Lists are pages, newest first"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARTS = ("reporter", "handler")


def upgrade() -> None:
    for part in PARTS:
        op.drop_index(f"ix_incidents_{part}", table_name="incidents")
        op.create_index(
            f"ix_incidents_{part}", "incidents", ["tenant", part, "created_at", "id"], unique=False
        )


def downgrade() -> None:
    for part in PARTS:
        op.drop_index(f"ix_incidents_{part}", table_name="incidents")
        op.create_index(f"ix_incidents_{part}", "incidents", ["tenant", part], unique=False)
