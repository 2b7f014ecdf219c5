"""codes that confirm the removal of a device."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "removal_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_removal_code_account_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "device_id", name=op.f("pk_removal_code")),
    )
    for column, kind, default in (
        ("is_removal_code_waived", sa.Boolean(), "false"),
        ("code_number", sa.Text(), ""),
    ):
        op.add_column("account", sa.Column(column, kind, nullable=False, server_default=default))
        op.alter_column("account", column, server_default=None)


def downgrade() -> None:
    """Go back."""
    op.drop_column("account", "code_number")
    op.drop_column("account", "is_removal_code_waived")
    op.drop_table("removal_code")
