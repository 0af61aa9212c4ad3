"""When the mediation itself began, after everybody was told and known."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("meetings", sa.Column("begun_at", sa.BigInteger(), nullable=True))
