"""The command line: imports little before PostgreSQL is asked to start, and the rest meanwhile."""

import asyncio
import gc
import json
import secrets
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from helpdesk import __version__, clock
from helpdesk.errors import HelpdeskError, InputError, Unavailable
from helpdesk.installation import SECRET_FILE, open_installation
from helpdesk.listening import require_free_port
from helpdesk.logs import configure_logging
from helpdesk.settings import Settings, read_settings

if TYPE_CHECKING:  # imported while PostgreSQL starts: see _opened
    from helpdesk.actions.accounts import NewAccount
    from helpdesk.actions.device_import import ImportedDevice
    from helpdesk.database import Database

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
    with _opened(settings, "helpdesk.demo", "helpdesk.serving") as opened:
        from helpdesk.demo import describe_demo, ensure_demo, load_demo
        from helpdesk.serving import serve

        plan = load_demo(opened.data_dir)
        made = _with_database(opened, lambda database: ensure_demo(database, opened, plan))
        serve(
            opened,
            host="127.0.0.1",
            port=port,
            ready=lambda: click.echo(describe_demo(plan, opened, made)),
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
    with _opened(settings, "helpdesk.serving") as opened:
        from helpdesk.serving import serve

        _with_database(opened, _ask_nothing)
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
    with _opened(_settings(), "helpdesk.schema") as opened, _database_in_reach():
        from helpdesk.schema import migrate

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

    with _opened(_settings(), "helpdesk.actions.accounts") as opened:
        from helpdesk.actions.accounts import create_account
        from helpdesk.vault import Vault

        async def create(database: "Database") -> "NewAccount":
            vault = Vault(opened.require_secret_key())
            async with database.unit_of_work() as work:
                return await create_account(
                    work, vault, name=name, email=email, password=chosen, now=clock.now()
                )

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

    with _opened(_settings(), "helpdesk.actions.accounts") as opened:
        from helpdesk.actions import accounts

        async def reset(database: "Database") -> None:
            async with database.unit_of_work() as work:
                await accounts.reset_password(work, email=email, password=chosen)

        _with_database(opened, reset)
    click.echo(f"The password of {email} is now: {chosen}")


@main.command(name="import-fonnte")
@click.argument("email")
@click.option("--token", prompt="Account token at Fonnte", hide_input=True, help="Asked for.")
@click.option("--base-url", default="https://api.fonnte.com", show_default=True)
def import_fonnte(email: str, token: str, base_url: str) -> None:
    """Take over the devices of a Fonnte account into the account of EMAIL.

    Fonnte stays their gateway, and programs keep their device tokens: they only change their base
    URL. Devices whose number is here already stay as they are.
    """
    with _opened(_settings(), "helpdesk.actions.device_import") as opened:
        from helpdesk.actions.accounts import find_account_of
        from helpdesk.actions.device_import import import_devices
        from helpdesk.gateways.fonnte import Fonnte
        from helpdesk.gateways.outbound import Outbound
        from helpdesk.vault import Vault

        async def take_over(database: "Database") -> "list[ImportedDevice]":
            async with database.unit_of_work() as work:
                account_id = await find_account_of(work, email)
            outbound = Outbound(opened.outbound_hosts)
            try:
                gateway = Fonnte(outbound)
                found = await gateway.list_devices(base_url, token)
                return await import_devices(
                    *(database, Vault(opened.require_secret_key()), {gateway.kind: gateway}),
                    *(account_id, found),
                    now=clock.now(),
                )
            finally:
                await outbound.close()

        imported = _with_database(opened, take_over)
    for device in imported:
        click.echo(_line(device, opened.public_url))
    click.echo(
        f"{sum(not each.trouble for each in imported)} of {len(imported)} devices taken over."
    )


def _line(device: "ImportedDevice", public_url: str) -> str:
    if device.trouble:
        return f"{device.number}  not taken over: {device.trouble}"
    kept = "token kept" if device.is_token_kept else "new token, see the console"
    hook = f"{public_url.rstrip('/')}/hooks/fonnte/{device.hook_key}"
    return f"{device.number}  {device.name}, {kept}\n  webhook for Fonnte: {hook}"


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of the native API."""
    import msgspec

    from helpdesk.api.openapi import document_of
    from helpdesk.app import create_app

    settings = Settings(
        database_url="postgresql+asyncpg://nobody@127.0.0.1/none", secret_key="x" * 32
    )
    document = document_of(create_app(settings))
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _settings(host: str = "127.0.0.1", port: int = 8000, **changes: Any) -> Settings:
    """Read the settings; without a public address the one that is listened on is taken."""
    settings = read_settings(**changes)
    if "public_url" not in settings.model_fields_set:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared only
        shown = f"[{shown}]" if ":" in shown else shown
        settings = settings.model_copy(update={"public_url": f"http://{shown}:{port}"})
    configure_logging(settings.log_level)
    return settings


@contextmanager
def _opened(settings: Settings, *modules: str) -> Generator[Settings]:
    """Open the installation, and import meanwhile what the command goes on with.

    None of that is garbage, and looking for some would take a fifth of the time.
    """

    def load() -> None:
        gc.disable()
        for module in modules:
            import_module(module)
        gc.freeze()
        gc.enable()

    with open_installation(settings, meanwhile=load) as opened:
        yield opened


def _with_database(settings: Settings, ask: Callable[["Database"], Awaitable[Answer]]) -> Answer:
    """Ask the database, when its schema is current and the secret key is the one it knows."""
    from helpdesk.bus import Bus
    from helpdesk.database import Database

    async def run() -> Answer:
        database = Database(settings.database_url, Bus(), pool_size=1)
        try:
            await _require_ours(database, settings)
            return await ask(database)
        finally:
            await database.close()

    with _database_in_reach():
        return asyncio.run(run())


async def _ask_nothing(_database: "Database") -> None:
    """What a command asks that only wants to know whether the database is ours."""


async def _require_ours(database: "Database", settings: Settings) -> None:
    from helpdesk.actions.installation import is_secret_key
    from helpdesk.schema import is_current
    from helpdesk.vault import Vault

    if not await is_current(database.engine):
        raise InputError("The database's schema is not current. Run: helpdesk migrate")
    async with database.unit_of_work() as work:
        if not await is_secret_key(work, Vault(settings.require_secret_key())):
            raise InputError(
                "This database was made with another secret key: put that one back, into "
                "HELPDESK_SECRET_KEY or (embedded, without that variable) the file "
                f"{settings.data_dir.resolve() / SECRET_FILE}."
            )


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
