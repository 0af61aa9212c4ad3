"""Daily-life matters as records of their own, and the pictures that belong to them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "matters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("reply_by", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
        sa.UniqueConstraint("number", name="uq_matters_number"),
    )
    op.create_index("ix_matters_reporter", "matters", ["reporter"])
    op.create_index("ix_matters_listed", "matters", ["state", "reply_by", "id"])
    op.add_column("media", sa.Column("matter_id", sa.Text(), nullable=True))
    op.create_index("ix_events_subject", "events", ["subject"])
