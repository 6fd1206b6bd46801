"""Delivery to platforms: addresses, order, leases, send slots, tokens."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("address", sa.LargeBinary(), nullable=True))
    op.add_column("inbox", sa.Column("position", sa.BigInteger(), nullable=True))
    op.alter_column("outbox", "inbox_id", existing_type=sa.BigInteger(), nullable=True)
    op.add_column(
        "outbox",
        sa.Column("kind", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("outbox", sa.Column("address", sa.LargeBinary(), nullable=True))
    op.add_column(
        "outbox",
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("outbox", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("reason", sa.String(length=48), nullable=True))
    op.create_index(
        "ix_outbox_to_send",
        "outbox",
        ["channel", "kind", "id"],
        unique=False,
        postgresql_where=sa.text("state < 2 AND channel <> 'web'"),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["conversation", "id"],
        unique=False,
        postgresql_where=sa.text("state < 2"),
    )
    op.create_index("ix_inbox_conversation", "inbox", ["conversation"], unique=False)
    op.create_index("ix_outbox_conversation", "outbox", ["conversation"], unique=False)
    op.create_table(
        "send_slots",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_send_slots")),
    )
    op.create_table(
        "platform_tokens",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("pair", sa.LargeBinary(), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spending_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_platform_tokens")),
    )


def downgrade() -> None:
    op.drop_table("platform_tokens")
    op.drop_table("send_slots")
    op.drop_index("ix_outbox_conversation", table_name="outbox")
    op.drop_index("ix_inbox_conversation", table_name="inbox")
    op.drop_index("ix_outbox_open", table_name="outbox", postgresql_where=sa.text("state < 2"))
    op.drop_index(
        "ix_outbox_to_send",
        table_name="outbox",
        postgresql_where=sa.text("state < 2 AND channel <> 'web'"),
    )
    for column in ("reason", "lease_until", "due_at", "attempts", "address", "kind"):
        op.drop_column("outbox", column)
    op.execute("DELETE FROM outbox WHERE inbox_id IS NULL")
    op.alter_column("outbox", "inbox_id", existing_type=sa.BigInteger(), nullable=False)
    op.drop_column("inbox", "position")
    op.drop_column("inbox", "address")
