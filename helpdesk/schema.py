"""The schema: brought to its newest version, or compared with it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from helpdesk.driver_errors import unavailable_when_unreached

if TYPE_CHECKING:
    from alembic.config import Config

PACKAGE = Path(__file__).parent
HEAD = "0026"
"""The newest migration, so that a start on a current schema needs no alembic (0.2 s)."""


def migrate(url: str) -> None:
    """Bring the schema to head, one process at a time. Blocks; runs a loop of its own."""
    from alembic import command

    with unavailable_when_unreached():
        command.upgrade(_config(url), "head")


def migrate_if_old(url: str) -> None:
    """Bring the schema to head unless it is there. Blocks; runs a loop of its own."""

    async def ask() -> bool:
        engine = create_async_engine(url)
        try:
            return await is_current(engine)
        finally:
            await engine.dispose()

    if not asyncio.run(ask()):
        migrate(url)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database's schema is the one that this version was written for."""
    try:
        with unavailable_when_unreached():
            async with engine.connect() as connection:
                result = await connection.execute(text("select version_num from alembic_version"))
                return list(result.scalars()) == [HEAD]
    except ProgrammingError:
        return False


def scripts() -> Path:
    """Return where the migrations are: in the wheel, or beside the package in a checkout."""
    bundled = PACKAGE / "_bundled" / "migrations"
    return bundled if bundled.is_dir() else PACKAGE.parent / "migrations"


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.set_main_option(
        "file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    config.attributes["url"] = url
    return config
