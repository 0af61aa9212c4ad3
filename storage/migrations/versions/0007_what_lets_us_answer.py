"""What a message lets us answer to, and who something waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("inbox", sa.Column("deed", sa.Text(), nullable=False, server_default=""))
    op.drop_column("reply_windows", "held")
    op.add_column("reply_windows", sa.Column("held_since", sa.BigInteger(), nullable=True))
    op.create_index("ix_reply_windows_held_since", "reply_windows", ["held_since"])
