"""no second look at device and contact for each message that is queued."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for to in ("device", "contact"):
        op.drop_constraint(op.f(f"fk_outbox_account_id_{to}_id"), "outbox", type_="foreignkey")


def downgrade() -> None:
    """Go back."""
    for to in ("device", "contact"):
        op.create_foreign_key(
            op.f(f"fk_outbox_account_id_{to}_id"), "outbox", to,
            ["account_id", f"{to}_id"], ["account_id", "id"],
        )  # fmt: skip
