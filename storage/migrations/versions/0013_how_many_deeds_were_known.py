"""How many deeds of one second were known when something began to wait."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "reply_windows", sa.Column("held_deeds", sa.Integer(), nullable=False, server_default="0")
    )
