"""Staff known by their WeChat account, and who helped a resident to report."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.add_column("staff", sa.Column("person_id", sa.Text(), nullable=True))
    op.create_index("ix_staff_person_id", "staff", ["person_id"])
    op.add_column("cases", sa.Column("helper", sa.Text(), nullable=True))
    op.create_index("ix_cases_helper", "cases", ["helper"])
