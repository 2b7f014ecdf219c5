"""rotators, weights of agents, uses of templates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "rotator",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("numbers", json, nullable=False),
        sa.Column("turn_number", sa.BigInteger(), nullable=False),
        sa.Column("cycle", sa.BigInteger(), nullable=False),
        sa.Column("cycle_start", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rotation IN ('full', 'partial')", name=op.f("ck_rotator_rotation")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_rotator_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_rotator")),
    )
    op.create_index(
        op.f("ix_rotator_account_id_number"), "rotator", ["account_id", "number"], unique=True
    )
    op.create_index(
        "ix_rotator_name",
        "rotator",
        ["account_id", sa.text("lower(btrim(name))")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "rotator_place",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rotator_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("last_turn", sa.BigInteger(), nullable=False),
        sa.Column("picks", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "rotator_id"],
            ["rotator.account_id", "rotator.id"],
            name=op.f("fk_rotator_place_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "rotator_id", "address", name=op.f("pk_rotator_place")
        ),
    )
    op.add_column("agent", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("agent", "weight", server_default=None)
    op.create_check_constraint("weight", "agent", "weight BETWEEN 1 AND 100")
    op.add_column("turn", sa.Column("weights", json, nullable=False, server_default="{}"))
    op.alter_column("turn", "weights", server_default=None)
    op.add_column(
        "template", sa.Column("uses", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.alter_column("template", "uses", server_default=None)
    op.add_column("template", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("template", "last_used_at")
    op.drop_column("template", "uses")
    op.drop_column("turn", "weights")
    op.drop_column("agent", "weight")
    op.drop_table("rotator_place")
    op.drop_table("rotator")
