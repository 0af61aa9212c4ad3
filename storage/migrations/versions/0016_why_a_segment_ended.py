"""Of each stretch of recording: why it ended, and how much of it the disk did not take."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("segments", sa.Column("lost", sa.Float(), nullable=False, server_default="0"))
    op.add_column("segments", sa.Column("ended", sa.Text(), nullable=False, server_default=""))
