"""Whether there is nothing to make a film of; films are not looked up by their meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup.

    For some days 0022 made the table as it is after this: there nothing is left to do.
    """
    here = sa.inspect(op.get_bind())
    if "empty" not in {one["name"] for one in here.get_columns("montages")}:
        op.add_column(
            "montages",
            sa.Column("empty", sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    if "ix_montages_meeting_id" in {one["name"] for one in here.get_indexes("montages")}:
        op.drop_index("ix_montages_meeting_id", "montages")
