"""what a part of a text or a name is found by."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEXES = (("message", "text"), ("contact", "name"))


def upgrade() -> None:
    """Go forward. The extension comes with PostgreSQL; the owner of a database may make it."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table, column in INDEXES:
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            postgresql_using="gin",
            postgresql_ops={column: "gin_trgm_ops"},
        )


def downgrade() -> None:
    """Go back. The extension stays: somebody else may have made it."""
    for table, column in INDEXES:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
