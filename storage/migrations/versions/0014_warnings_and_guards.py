"""Subscriptions of warnings, and families that look after one another."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table(
        "warning_subscriptions",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "topic", name="pk_warning_subscriptions"),
    )
    op.create_table(
        "guards",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("guarded_person", sa.Text(), nullable=False),
        sa.Column("guardian_person", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_guards"),
        sa.UniqueConstraint("code_hash", name="uq_guards_code_hash"),
    )
    op.create_index("ix_guards_guarded_person", "guards", ["guarded_person"])
    op.create_index("ix_guards_guardian_person", "guards", ["guardian_person"])
