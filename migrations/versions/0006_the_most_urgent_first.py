"""The most urgent of many due rows is found by index"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TO_DO = "state IN ('pending', 'sending', 'checking')"


def upgrade() -> None:
    op.create_index(
        "ix_posts_run_first",
        "posts",
        ["priority", "run_at", "id"],
        unique=False,
        sqlite_where=sa.text(TO_DO),
        postgresql_where=sa.text(TO_DO),
    )


def downgrade() -> None:
    op.drop_index("ix_posts_run_first", table_name="posts")
