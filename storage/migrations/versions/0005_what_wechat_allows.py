"""Reply windows, subscriptions, tokens and rests of WeChat; why a notice waits; renewable log-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    _notices()
    _sessions()
    _windows()
    _calls()


def _notices() -> None:
    for column in (
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("tried", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("platform_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("notices", column)
    op.create_index("ix_notices_platform_id", "notices", ["platform_id"])
    op.create_index("ix_notices_to_person_made_at", "notices", ["to_person", "made_at"])
    notices = sa.table("notices", sa.column("way", sa.Text()), sa.column("kind", sa.Text()))
    by_wechat = sa.update(notices).where(notices.c.way == "wechat")
    op.execute(by_wechat.where(notices.c.kind == "answer").values(way="chat"))
    op.execute(by_wechat.where(notices.c.kind != "answer").values(way="template"))
    op.create_table(
        "delivery_reports",
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform_id", name="pk_delivery_reports"),
    )
    op.create_index("ix_delivery_reports_at", "delivery_reports", ["at"])


def _sessions() -> None:
    op.add_column("sessions", sa.Column("family", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_sessions_family", "sessions", ["family"])
    op.create_table(
        "renewals",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_renewals"),
    )
    op.create_index("ix_renewals_family", "renewals", ["family"])
    op.create_index("ix_renewals_person_id", "renewals", ["person_id"])


def _windows() -> None:
    op.create_table(
        "reply_windows",
        sa.Column("appid", sa.Text(), nullable=False),
        sa.Column("openid", sa.Text(), nullable=False),
        sa.Column("long_left", sa.Integer(), nullable=False),
        sa.Column("long_ends_at", sa.BigInteger(), nullable=False),
        sa.Column("brief_left", sa.Integer(), nullable=False),
        sa.Column("brief_ends_at", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("appid", "openid", name="pk_reply_windows"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("appid", sa.Text(), nullable=False),
        sa.Column("openid", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("long_term", sa.Boolean(), nullable=False),
        sa.Column("by_phone", sa.Integer(), nullable=False),
        sa.Column("by_platform", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("last_tap", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("appid", "openid", "template_id", name="pk_subscriptions"),
    )


def _calls() -> None:
    op.create_table(
        "platform_tokens",
        sa.Column("appid", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("renewing_until", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("appid", name="pk_platform_tokens"),
    )
    op.create_table(
        "platform_rests",
        sa.Column("appid", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("appid", "path", name="pk_platform_rests"),
    )
    op.create_table(
        "content_hints",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("trace_id", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "about", name="pk_content_hints"),
    )
    op.create_index("ix_content_hints_trace_id", "content_hints", ["trace_id"])
