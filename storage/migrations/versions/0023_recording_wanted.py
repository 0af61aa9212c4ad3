"""Whether a recording is wanted, also while it rests: what goes on is what was wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "meetings",
        sa.Column("recording_wanted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    meetings = sa.table(
        "meetings", sa.column("recording", sa.Boolean), sa.column("recording_wanted", sa.Boolean)
    )
    op.execute(meetings.update().values(recording_wanted=meetings.c.recording))
