"""The schema: brought to its newest version, or compared with it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from helpdesk.driver_errors import unavailable_when_unreached

PACKAGE = Path(__file__).parent


def migrate(url: str) -> None:
    """Bring the schema to head, one process at a time. Blocks; runs a loop of its own."""
    with unavailable_when_unreached():
        command.upgrade(_config(url), "head")


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database's schema is the one that this version was written for."""
    head = ScriptDirectory.from_config(_config("")).get_current_head()
    try:
        with unavailable_when_unreached():
            async with engine.connect() as connection:
                result = await connection.execute(text("select version_num from alembic_version"))
                return list(result.scalars()) == [head]
    except ProgrammingError:
        return False


def scripts() -> Path:
    """Return where the migrations are: in the wheel, or beside the package in a checkout."""
    bundled = PACKAGE / "_bundled" / "migrations"
    return bundled if bundled.is_dir() else PACKAGE.parent / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.set_main_option(
        "file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s"
    )
    config.attributes["url"] = url
    return config
