"""One pace for all processes; a lease belongs to the process that holds it; where a database comes from"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("holder", sa.String(12), nullable=False, server_default=""))
    op.add_column("posts", sa.Column("since", sa.Float(53), nullable=True))
    op.create_index(
        "ix_posts_sending",
        "posts",
        ["holder"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_table(
        "turns",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("free_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    for table in ("marks", "workers", "turns"):
        op.drop_table(table)
    op.drop_index("ix_posts_sending", table_name="posts")
    op.drop_column("posts", "since")
    op.drop_column("posts", "holder")
