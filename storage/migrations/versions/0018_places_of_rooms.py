"""Which media worker has a meeting's room, and how often it was given one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("meetings", sa.Column("worker", sa.Text(), nullable=False, server_default=""))
    op.add_column("meetings", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0"))
