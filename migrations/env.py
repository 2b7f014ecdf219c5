"""Runs the migrations: one at a time over all processes, and never waiting long for a lock."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from helpdesk.tables import metadata

MIGRATION_LOCK = 4_851_223_001


def main() -> None:
    """Connect as the role that may change the schema, and migrate."""
    asyncio.run(_migrate(context.config.attributes["url"]))


async def _migrate(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(f"select pg_advisory_lock({MIGRATION_LOCK})"))
        await connection.execute(text("set lock_timeout = '1s'"))
        await connection.commit()
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


main()
