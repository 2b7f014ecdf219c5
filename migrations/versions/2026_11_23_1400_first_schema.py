"""first schema."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.execute("create sequence message_number")
    op.execute("create sequence request_number")
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("is_reply_open", sa.Boolean(), nullable=False),
        sa.Column("redirect_origins", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "node",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_table(
        "throttle",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("window_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "client_id",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_client_id_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "client_id", name=op.f("pk_client_id")),
    )
    op.create_table(
        "contact",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'group')", name=op.f("ck_contact_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_contact_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_contact")),
    )
    op.create_index(
        op.f("ix_contact_account_id_address"), "contact", ["account_id", "address"], unique=True
    )
    op.create_table(
        "directory",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hook', 'account_token', 'device_token', 'device_number', 'email')",
            name=op.f("ck_directory_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_directory_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_directory")),
    )
    op.create_table(
        "division",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("when_nobody", sa.Text(), nullable=False),
        sa.Column("agent_limit", sa.Integer(), nullable=True),
        sa.Column("is_own_device_only", sa.Boolean(), nullable=False),
        sa.Column("reopen_window_minutes", sa.Integer(), nullable=False),
        sa.Column("turn_number", sa.BigInteger(), nullable=False),
        sa.Column("cycle", sa.BigInteger(), nullable=False),
        sa.Column("cycle_start", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rotation IN ('full', 'partial')", name=op.f("ck_division_rotation")),
        sa.CheckConstraint(
            "when_nobody IN ('wait', 'assign_anyway')", name=op.f("ck_division_when_nobody")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_division_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_division")),
    )
    op.create_index(
        "ix_division_name",
        "division",
        ["account_id", sa.literal_column("lower(btrim(name))")],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "event",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("is_for_all", sa.Boolean(), nullable=False),
        sa.Column("agent_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("division_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("former_agent_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("former_division_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_event_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "seq", name=op.f("pk_event")),
    )
    op.create_index(
        op.f("ix_event_account_id_contact_id"), "event", ["account_id", "contact_id"], unique=False
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index(
        "ix_event_history",
        "event",
        ["account_id", "conversation_id", "seq"],
        unique=False,
        postgresql_where=sa.text("type LIKE 'conversation.%' AND type <> 'conversation.updated'"),
    )
    op.create_table(
        "event_counter",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_event_counter_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_event_counter")),
    )
    op.create_table(
        "idempotency",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("caller", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("route", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_idempotency_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "caller", "route", "key", name=op.f("pk_idempotency")
        ),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "media",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('due', 'stored', 'expired')", name=op.f("ck_media_state")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_media_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_media")),
    )
    op.create_table(
        "user",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'supervisor')", name=op.f("ck_user_role")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_user_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_user")),
    )
    op.create_table(
        "device",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_raw", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hook_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("gateway_kind", sa.Text(), nullable=False),
        sa.Column(
            "gateway_settings",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
        ),
        sa.Column("gateway_secrets_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("default_division_id", sa.Uuid(), nullable=True),
        sa.Column("is_group_routed", sa.Boolean(), nullable=False),
        sa.Column("package", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('connect', 'disconnect')", name=op.f("ck_device_status")),
        sa.ForeignKeyConstraint(
            ["account_id", "default_division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_device_account_id_default_division_id"),
            ondelete="SET NULL (default_division_id)",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_device_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_device")),
    )
    op.create_table(
        "template",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shortcut", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=True),
        sa.Column(
            "location", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "poll", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "media_id"],
            ["media.account_id", "media.id"],
            name=op.f("fk_template_account_id_media_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_template_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_template")),
    )
    op.create_table(
        "agent",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("open_limit", sa.Integer(), nullable=True),
        sa.Column("sees", sa.Text(), nullable=False),
        sa.Column("rights_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sees IN ('own', 'division')", name=op.f("ck_agent_sees")),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_agent_account_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_agent_account_id_division_id"),
            ondelete="SET NULL (division_id)",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["user.account_id", "user.id"],
            name=op.f("fk_agent_account_id_user_id"),
            ondelete="SET NULL (user_id)",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_agent_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_agent")),
    )
    op.create_index(
        op.f("ix_agent_account_id_division_id"),
        "agent",
        ["account_id", "division_id"],
        unique=False,
    )
    op.create_index(
        "uq_agent_token",
        "agent",
        ["account_id", "device_id", "token_digest"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "early_receipt",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_early_receipt_account_id_device_id"),
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "device_id", "provider_id", "status", name=op.f("pk_early_receipt")
        ),
    )
    op.create_index(
        op.f("ix_early_receipt_received_at"), "early_receipt", ["received_at"], unique=False
    )
    op.create_table(
        "inbound",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('stored', 'receipt', 'ignored', 'unparsed', 'parked', 'failed')",
            name=op.f("ck_inbound_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_inbound_account_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_inbound")),
    )
    op.create_index("ix_inbound_received", "inbound", ["received_at"], unique=False)
    op.create_index(
        "ix_inbound_state", "inbound", ["account_id", "state", "received_at"], unique=False
    )
    op.create_index(
        "uq_inbound_key",
        "inbound",
        ["account_id", "device_id", "key"],
        unique=True,
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.create_table(
        "rule",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "condition", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_rule_account_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_rule_account_id_division_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_rule")),
    )
    op.create_index(
        op.f("ix_rule_account_id_device_id_position"),
        "rule",
        ["account_id", "device_id", "position"],
        unique=False,
    )
    op.create_table(
        "simulated_message",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column(
            "content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_simulated_message_account_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "device_id", "reference", name=op.f("pk_simulated_message")
        ),
    )
    op.create_index(
        op.f("ix_simulated_message_account_id_device_id_address_created_at"),
        "simulated_message",
        ["account_id", "device_id", "address", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_simulated_message_account_id_device_id_created_at"),
        "simulated_message",
        ["account_id", "device_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "simulated_device",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), nullable=False),
        sa.Column("is_answer_lost", sa.Boolean(), nullable=False),
        sa.Column("is_next_refused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_simulated_device_account_id_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "device_id", name=op.f("pk_simulated_device")),
    )
    op.create_table(
        "template_division",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_template_division_account_id_division_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "template_id"],
            ["template.account_id", "template.id"],
            name=op.f("fk_template_division_account_id_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "template_id", "division_id", name=op.f("pk_template_division")
        ),
    )
    op.create_table(
        "console",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=False),
        sa.Column("is_away", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "agent_id"],
            ["agent.account_id", "agent.id"],
            name=op.f("fk_console_account_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_console")),
    )
    op.create_index(
        op.f("ix_console_account_id_agent_id"), "console", ["account_id", "agent_id"], unique=False
    )
    op.create_index(op.f("ix_console_node_id"), "console", ["node_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("preferred_id", sa.Uuid(), nullable=True),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column(
            "assigned", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("last_message_id", sa.Uuid(), nullable=True),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_number", sa.BigInteger(), nullable=True),
        sa.Column("route_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('unrouted', 'waiting', 'assigned', 'snoozed', 'resolved')",
            name=op.f("ck_conversation_status"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "assignee_id"],
            ["agent.account_id", "agent.id"],
            name=op.f("fk_conversation_account_id_assignee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contact.account_id", "contact.id"],
            name=op.f("fk_conversation_account_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_conversation_account_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_conversation_account_id_division_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "preferred_id"],
            ["agent.account_id", "agent.id"],
            name=op.f("fk_conversation_account_id_preferred_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_conversation")),
    )
    op.create_index(
        "ix_conversation_contact",
        "conversation",
        ["account_id", "contact_id", "last_message_at"],
        unique=False,
    )
    op.create_index(
        "ix_conversation_inbox",
        "conversation",
        ["account_id", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_conversation_load",
        "conversation",
        ["account_id", "assignee_id"],
        unique=False,
        postgresql_where=sa.text("status = 'assigned'"),
    )
    op.create_index(
        "ix_conversation_mine",
        "conversation",
        ["account_id", "assignee_id", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_conversation_open_inbox",
        "conversation",
        ["account_id", "division_id", "last_message_at", "id"],
        unique=False,
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.create_index(
        "ix_conversation_route_due",
        "conversation",
        ["route_due_at"],
        unique=False,
        postgresql_where=sa.text("route_due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_conversation_waiting",
        "conversation",
        ["account_id", "division_id", "waiting_since", "waiting_number"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "uq_conversation_open",
        "conversation",
        ["account_id", "device_id", "contact_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.create_table(
        "rotation_place",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("last_turn", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "agent_id"],
            ["agent.account_id", "agent.id"],
            name=op.f("fk_rotation_place_account_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_rotation_place_account_id_division_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "division_id", "agent_id", name=op.f("pk_rotation_place")
        ),
    )
    op.create_table(
        "session",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('agent', 'user')", name=op.f("ck_session_kind")),
        sa.ForeignKeyConstraint(
            ["account_id", "agent_id"],
            ["agent.account_id", "agent.id"],
            name=op.f("fk_session_account_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["user.account_id", "user.id"],
            name=op.f("fk_session_account_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_session")),
    )
    op.create_index(
        op.f("ix_session_account_id_agent_id"), "session", ["account_id", "agent_id"], unique=False
    )
    op.create_index(
        op.f("ix_session_account_id_token_digest"),
        "session",
        ["account_id", "token_digest"],
        unique=True,
    )
    op.create_index(
        op.f("ix_session_account_id_user_id"), "session", ["account_id", "user_id"], unique=False
    )
    op.create_table(
        "message",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "number",
            sa.BigInteger(),
            server_default=sa.text("nextval('message_number')"),
            nullable=False,
        ),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("member_contact_id", sa.Uuid(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=True),
        sa.Column(
            "location", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column(
            "poll", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("sender_kind", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("state_id", sa.Text(), nullable=True),
        sa.Column("is_from_phone", sa.Boolean(), nullable=False),
        sa.Column("is_possible_repeat", sa.Boolean(), nullable=False),
        sa.Column("is_forwarded", sa.Boolean(), nullable=False),
        sa.Column("sort_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out', 'note')", name=op.f("ck_message_direction")),
        sa.CheckConstraint(
            "kind IN ('text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contact', 'poll', 'poll_vote', 'other')",
            name=op.f("ck_message_kind"),
        ),
        sa.CheckConstraint(
            "sender_kind IN ('agent', 'user', 'token', 'contact', 'system')",
            name=op.f("ck_message_sender_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')",
            name=op.f("ck_message_status"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contact.account_id", "contact.id"],
            name=op.f("fk_message_account_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_message_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_message_account_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "media_id"],
            ["media.account_id", "media.id"],
            name=op.f("fk_message_account_id_media_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_message")),
    )
    op.create_index(
        "ix_message_contact", "message", ["account_id", "contact_id", "device_id"], unique=False
    )
    op.create_index(op.f("ix_message_number"), "message", ["number"], unique=True)
    op.create_index(
        "ix_message_provider",
        "message",
        ["account_id", "device_id", "provider_id"],
        unique=False,
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_state",
        "message",
        ["account_id", "device_id", "state_id"],
        unique=False,
        postgresql_where=sa.text("state_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_thread",
        "message",
        [
            "account_id",
            "conversation_id",
            sa.literal_column("sort_at DESC"),
            sa.literal_column("number DESC"),
        ],
        unique=False,
    )
    op.create_table(
        "ticket",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["session.account_id", "session.id"],
            name=op.f("fk_ticket_account_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "token_digest", name=op.f("pk_ticket")),
    )
    op.create_table(
        "turn",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("cycle", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("assignment", sa.Integer(), nullable=False),
        sa.Column(
            "eligible", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column(
            "excluded", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False
        ),
        sa.Column("is_anyway", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rotation IN ('full', 'partial')", name=op.f("ck_turn_rotation")),
        sa.ForeignKeyConstraint(
            ["account_id", "agent_id"],
            ["agent.account_id", "agent.id"],
            name=op.f("fk_turn_account_id_agent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_turn_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "division_id"],
            ["division.account_id", "division.id"],
            name=op.f("fk_turn_account_id_division_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_turn")),
    )
    op.create_index(
        op.f("ix_turn_account_id_conversation_id_assignment"),
        "turn",
        ["account_id", "conversation_id", "assignment"],
        unique=True,
    )
    op.create_index(
        op.f("ix_turn_account_id_division_id_number"),
        "turn",
        ["account_id", "division_id", "number"],
        unique=True,
    )
    op.create_table(
        "outbox",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("expired_leases", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'unknown')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "contact_id"],
            ["contact.account_id", "contact.id"],
            name=op.f("fk_outbox_account_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "device_id"],
            ["device.account_id", "device.id"],
            name=op.f("fk_outbox_account_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "message_id"],
            ["message.account_id", "message.id"],
            name=op.f("fk_outbox_account_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'sending'"),
    )
    op.create_index(
        "ix_outbox_lease",
        "outbox",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_outbox_order",
        "outbox",
        ["account_id", "device_id", "contact_id", "number"],
        unique=False,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_outbox_order", table_name="outbox")
    op.drop_index(
        "ix_outbox_lease", table_name="outbox", postgresql_where=sa.text("state = 'sending'")
    )
    op.drop_index(
        "ix_outbox_due", table_name="outbox", postgresql_where=sa.text("state <> 'sending'")
    )
    op.drop_table("outbox")
    op.drop_index(op.f("ix_turn_account_id_division_id_number"), table_name="turn")
    op.drop_index(op.f("ix_turn_account_id_conversation_id_assignment"), table_name="turn")
    op.drop_table("turn")
    op.drop_table("ticket")
    op.drop_index("ix_message_thread", table_name="message")
    op.drop_index(
        "ix_message_state", table_name="message", postgresql_where=sa.text("state_id IS NOT NULL")
    )
    op.drop_index(
        "ix_message_provider",
        table_name="message",
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_message_number"), table_name="message")
    op.drop_index("ix_message_contact", table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_session_account_id_user_id"), table_name="session")
    op.drop_index(op.f("ix_session_account_id_token_digest"), table_name="session")
    op.drop_index(op.f("ix_session_account_id_agent_id"), table_name="session")
    op.drop_table("session")
    op.drop_table("rotation_place")
    op.drop_index(
        "uq_conversation_open",
        table_name="conversation",
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.drop_index(
        "ix_conversation_waiting",
        table_name="conversation",
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.drop_index(
        "ix_conversation_route_due",
        table_name="conversation",
        postgresql_where=sa.text("route_due_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_conversation_open_inbox",
        table_name="conversation",
        postgresql_where=sa.text("status <> 'resolved'"),
    )
    op.drop_index("ix_conversation_mine", table_name="conversation")
    op.drop_index(
        "ix_conversation_load",
        table_name="conversation",
        postgresql_where=sa.text("status = 'assigned'"),
    )
    op.drop_index("ix_conversation_inbox", table_name="conversation")
    op.drop_index("ix_conversation_contact", table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(op.f("ix_console_node_id"), table_name="console")
    op.drop_index(op.f("ix_console_account_id_agent_id"), table_name="console")
    op.drop_table("console")
    op.drop_table("template_division")
    op.drop_table("simulated_device")
    op.drop_index(
        op.f("ix_simulated_message_account_id_device_id_created_at"),
        table_name="simulated_message",
    )
    op.drop_index(
        op.f("ix_simulated_message_account_id_device_id_address_created_at"),
        table_name="simulated_message",
    )
    op.drop_table("simulated_message")
    op.drop_index(op.f("ix_rule_account_id_device_id_position"), table_name="rule")
    op.drop_table("rule")
    op.drop_index(
        "uq_inbound_key", table_name="inbound", postgresql_where=sa.text("key IS NOT NULL")
    )
    op.drop_index("ix_inbound_state", table_name="inbound")
    op.drop_index("ix_inbound_received", table_name="inbound")
    op.drop_table("inbound")
    op.drop_index(op.f("ix_early_receipt_received_at"), table_name="early_receipt")
    op.drop_table("early_receipt")
    op.drop_index(
        "uq_agent_token", table_name="agent", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_index(op.f("ix_agent_account_id_division_id"), table_name="agent")
    op.drop_table("agent")
    op.drop_table("template")
    op.drop_table("device")
    op.drop_table("user")
    op.drop_table("media")
    op.drop_index(op.f("ix_idempotency_created_at"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("event_counter")
    op.drop_index(
        "ix_event_history",
        table_name="event",
        postgresql_where=sa.text("type LIKE 'conversation.%' AND type <> 'conversation.updated'"),
    )
    op.drop_index(op.f("ix_event_at"), table_name="event")
    op.drop_index(op.f("ix_event_account_id_contact_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(
        "ix_division_name",
        table_name="division",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("division")
    op.drop_table("directory")
    op.drop_index(op.f("ix_contact_account_id_address"), table_name="contact")
    op.drop_table("contact")
    op.drop_table("client_id")
    op.drop_table("throttle")
    op.drop_table("node")
    op.drop_table("installation")
    op.drop_table("account")
    op.execute("drop sequence request_number")
    op.execute("drop sequence message_number")
