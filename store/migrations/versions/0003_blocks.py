"""Against mischief: sender marks, blocks, counts; two more kinds of audit entries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ACTIONS = ("view", "reveal", "status", "ask", "sign_in", "sign_in_failed", "sign_out")
_REASONS = ("spam", "false_reports", "abuse")


def upgrade() -> None:
    op.create_table(
        "sender_marks",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_sender_marks_report_id_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_sender_marks")),
    )
    op.create_index(op.f("ix_sender_marks_expires_at"), "sender_marks", ["expires_at"])
    op.create_table(
        "blocks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(*_REASONS, name="reason", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name=op.f("fk_blocks_officer_id_officers")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["reports.id"],
            name=op.f("fk_blocks_report_id_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
    )
    op.create_index(op.f("ix_blocks_report_id"), "blocks", ["report_id"])
    op.create_index(op.f("ix_blocks_until"), "blocks", ["until"])
    op.create_table(
        "usage_counts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_usage_counts")),
    )
    op.create_index(op.f("ix_usage_counts_expires_at"), "usage_counts", ["expires_at"])
    _allow((*_ACTIONS, "block", "unblock"))


def downgrade() -> None:
    # The audit log is a chain: entries of blocks cannot leave it, so the old check comes back
    # for new rows alone.
    _allow(_ACTIONS, checked=False)
    op.drop_table("usage_counts")
    op.drop_table("blocks")
    op.drop_table("sender_marks")


def _allow(actions: Sequence[str], checked: bool = True) -> None:
    """Which actions the audit log takes."""
    name = op.f("ck_audit_entries_action")
    op.drop_constraint(name, "audit_entries", type_="check")
    condition = sa.column("action").in_(actions)
    op.create_check_constraint(name, "audit_entries", condition, postgresql_not_valid=not checked)
