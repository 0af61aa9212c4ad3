"""Who takes part in a meeting through somebody else's device, sealed: their names."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("meetings", sa.Column("companions", sa.LargeBinary(), nullable=True))
