"""When a party was born, and who signs for them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("people", sa.Column("born", sa.LargeBinary(), nullable=True))
    op.add_column("case_parties", sa.Column("represented", sa.LargeBinary(), nullable=True))
