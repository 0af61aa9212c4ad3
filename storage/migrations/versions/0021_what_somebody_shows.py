"""What of a participant a segment is of: camera and microphone, or what they show the others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "segments", sa.Column("source", sa.Text(), nullable=False, server_default="camera")
    )
