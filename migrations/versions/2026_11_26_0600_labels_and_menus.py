"""labels, rules that ask with a menu."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "label",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("color BETWEEN 1 AND 8", name=op.f("ck_label_color")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_label_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_label")),
    )
    op.create_index(
        "ix_label_name",
        "label",
        ["account_id", sa.text("lower(btrim(name))")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    json = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("contact", sa.Column("labels", json, nullable=False, server_default="[]"))
    op.alter_column("contact", "labels", server_default=None)
    op.alter_column("rule", "division_id", nullable=True)
    op.add_column("conversation", sa.Column("menu", json, nullable=True))
    op.add_column(
        "conversation", sa.Column("menu_due_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "conversation", sa.Column("is_menu_over", sa.Boolean(), nullable=False, server_default="t")
    )
    op.alter_column("conversation", "is_menu_over", server_default=None)
    op.create_index(
        "ix_conversation_menu_due",
        "conversation",
        ["menu_due_at"],
        postgresql_where=sa.text("menu_due_at IS NOT NULL"),
    )
    for table in ("contact", "conversation"):
        op.create_index(
            f"ix_{table}_labels",
            table,
            ["labels"],
            postgresql_using="gin",
            postgresql_where=sa.text("labels <> '[]'::jsonb"),
        )


def downgrade() -> None:
    """Go back."""
    for table in ("conversation", "contact"):
        op.drop_index(f"ix_{table}_labels", table_name=table)
    op.drop_index("ix_conversation_menu_due", table_name="conversation")
    for column in ("is_menu_over", "menu_due_at", "menu"):
        op.drop_column("conversation", column)
    op.execute("DELETE FROM rule WHERE division_id IS NULL")
    op.alter_column("rule", "division_id", nullable=False)
    op.drop_column("contact", "labels")
    op.drop_index("ix_label_name", table_name="label")
    op.drop_table("label")
