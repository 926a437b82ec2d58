"""One person, two ids: what Enterprise Grid calls them elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("same_as", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("people", "same_as")
