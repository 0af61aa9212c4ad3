"""Whether the mediator keeps the room of a meeting locked."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column(
        "meetings",
        sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
