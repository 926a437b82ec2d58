"""Long work is done in pieces, and what someone did is found by index"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_incidents_created": ("incidents", ["tenant", "created_at", "id"]),
    "ix_pages_saved_by": ("pages", ["tenant", "saved_by", "incident"]),
    "ix_drafts_incident": ("drafts", ["tenant", "incident"]),
    "ix_events_actor": ("events", ["tenant", "actor", "incident"]),
    "ix_audit_actor": ("audit", ["tenant", "actor"]),
    "ix_signals_user": ("signals", ["tenant", "user"]),
}


def upgrade() -> None:
    op.create_table(
        "chores",
        sa.Column("tenant", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("user", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_at", sa.DateTime(timezone=True)),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "parts",
        sa.Column("tenant", sa.String(40), nullable=False),
        sa.Column("chore", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "chore", "number"),
    )
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table_name=table)
    op.drop_table("parts")
    op.drop_table("chores")
