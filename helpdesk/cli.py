"""The command line."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from pydantic import ValidationError

from helpdesk import __version__, clock
from helpdesk.actions import accounts
from helpdesk.app import create_app
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.demo import describe_demo, ensure_demo, load_demo
from helpdesk.errors import HelpdeskError, InputError, Unavailable
from helpdesk.installation import open_installation
from helpdesk.logs import configure_logging
from helpdesk.schema import is_current, migrate
from helpdesk.serving import require_free_port, serve
from helpdesk.settings import Settings
from helpdesk.vault import Vault

Answer = TypeVar("Answer")


class Commands(click.Group):
    """Shows our own errors as a sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except HelpdeskError as error:
            raise click.ClickException(error.detail) from error


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """Customer service on WhatsApp, self-hosted."""


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--data-dir", type=click.Path(path_type=Path), help="Default: HELPDESK_DATA_DIR.")
def demo(port: int, data_dir: Path | None) -> None:
    """Start with a demo account on the embedded database, and print how to sign in."""
    changes: dict[str, Any] = {"data_dir": data_dir} if data_dir else {}
    settings = _settings("127.0.0.1", port, **changes)
    embedded: dict[str, Any] = {"database_url": "", "migrate_url": ""}
    if "public_docs" not in settings.model_fields_set:
        embedded["public_docs"] = "on"
    settings = settings.model_copy(update=embedded)
    require_free_port("127.0.0.1", port)
    with open_installation(settings) as opened:
        plan = load_demo(opened.data_dir)
        template_id = _with_database(opened, lambda database: ensure_demo(database, opened, plan))
        serve(
            opened,
            host="127.0.0.1",
            port=port,
            ready=lambda: click.echo(describe_demo(plan, opened, template_id)),
        )


@main.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer requests.",
)
def serve_command(host: str, port: int, workers: int) -> None:
    """Serve. Without HELPDESK_DATABASE_URL this starts the embedded PostgreSQL."""
    settings = _settings(host, port)
    require_free_port(host, port)
    with open_installation(settings) as opened:
        _require_schema(opened)
        serve(
            opened,
            host=host,
            port=port,
            workers=workers,
            ready=lambda: click.echo(f"Helpdesk {__version__} on {opened.public_url}", err=True),
        )


@main.command(name="migrate")
def migrate_command() -> None:
    """Bring the database's schema to this version."""
    with open_installation(_settings()) as opened, _database_in_reach():
        migrate(opened.schema_url)
    click.echo("The schema is current.")


@main.command()
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@click.option("--name", default="My company", show_default=True)
@click.option("--email", default="owner@example.com", show_default=True)
@click.option("--password", help="Default: a random one, which is printed.")
def bootstrap(is_json: bool, name: str, email: str, password: str | None) -> None:
    """Create an account and its owner, and print the account's token."""
    chosen = password or secrets.token_urlsafe(12)

    async def create(database: Database) -> accounts.NewAccount:
        async with database.unit_of_work() as work:
            return await accounts.create_account(
                work, vault, name=name, email=email, password=chosen, now=clock.now()
            )

    with open_installation(_settings()) as opened:
        _require_schema(opened)
        vault = Vault(opened.require_secret_key())
        made = _with_database(opened, create)
    facts = {
        "account_id": str(made.account_id),
        "account_token": made.token,
        "email": email,
        "password": chosen,
    }
    if is_json:
        click.echo(json.dumps(facts))
        return
    for key, value in facts.items():
        click.echo(f"{key:14} {value}")


@main.command(name="reset-password")
@click.argument("email")
@click.option("--password", help="Default: a random one, which is printed.")
def reset_password_command(email: str, password: str | None) -> None:
    """Set a person's password and sign that person out everywhere."""
    chosen = password or secrets.token_urlsafe(12)

    async def reset(database: Database) -> None:
        async with database.unit_of_work() as work:
            await accounts.reset_password(work, email=email, password=chosen)

    with open_installation(_settings()) as opened:
        _require_schema(opened)
        _with_database(opened, reset)
    click.echo(f"The password of {email} is now: {chosen}")


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of the native API."""
    settings = Settings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1/none", secret_key="x" * 32
    )
    document = create_app(settings).openapi_schema.to_schema()
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _settings(host: str = "127.0.0.1", port: int = 8000, **changes: Any) -> Settings:
    """Read the settings; without a public address the one that is listened on is taken."""
    try:
        settings = Settings(**changes)
    except ValidationError as error:
        wrong = "; ".join(
            f"HELPDESK_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()
        )
        raise InputError(f"A setting is wrong. {wrong}") from error
    if "public_url" not in settings.model_fields_set:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared only
        settings = settings.model_copy(update={"public_url": f"http://{shown}:{port}"})
    configure_logging(settings.log_level)
    return settings


def _require_schema(settings: Settings) -> None:
    if not _with_database(settings, lambda database: is_current(database.engine)):
        raise InputError("The database's schema is not current. Run: helpdesk migrate")


def _with_database(settings: Settings, ask: Callable[[Database], Awaitable[Answer]]) -> Answer:
    async def run() -> Answer:
        database = Database(settings.database_url, Bus(), pool_size=1)
        try:
            return await ask(database)
        finally:
            await database.close()

    with _database_in_reach():
        return asyncio.run(run())


@contextmanager
def _database_in_reach() -> Generator[None]:
    """Say in a sentence why the database cannot be reached."""
    try:
        yield
    except Unavailable as error:
        reason = error.__cause__ if isinstance(error.__cause__, OSError) else error.detail
        raise InputError(
            f"The database cannot be reached: {reason}. Check HELPDESK_DATABASE_URL."
        ) from error
