"""Cases that wait for their report; people who turned out to be one."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "cases", sa.Column("unfinished", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("people", sa.Column("merged_into", sa.Text(), nullable=True))
    op.create_index("ix_people_merged_into", "people", ["merged_into"])
