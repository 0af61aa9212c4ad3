"""What became of pictures and voices: lost, copied, heard."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ADDED = (
    ("openid", sa.Text()),
    ("lost", sa.Text()),
    ("copy_key", sa.Text()),
    ("copy_sha256", sa.Text()),
    ("copy_seconds", sa.Float(53)),
    ("no_copy", sa.Text()),
    ("heard", sa.LargeBinary()),
    ("hearing", sa.Text()),
)


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    for name, kind in ADDED:
        op.add_column("media", sa.Column(name, kind, nullable=True))
