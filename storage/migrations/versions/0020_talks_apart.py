"""Pauses of a meeting, and the mediator's talks with one side alone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "meetings",
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "meetings", sa.Column("asides", sa.Text(), nullable=False, server_default="[]")
    )
