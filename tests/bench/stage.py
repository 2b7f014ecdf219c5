"""What the benchmark runs on: one PostgreSQL, two databases, three servers of one process each."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from helpdesk.bus import Bus, driver_dsn
from helpdesk.database import Database
from helpdesk.embedded import EmbeddedPostgres
from helpdesk.schema import migrate
from helpdesk.vault import Vault
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    make_account,
    make_agent,
    make_device,
    make_division,
    open_console,
)

SECRET_KEY = "bench" * 8
AGENTS = 5
AGENT_TOKEN = "t" * 20


@dataclass
class Shop:
    """A database with an account, a device, a division and agents; and the server on it."""

    url: str
    """By the role that may analyze."""
    account: AccountUnderTest
    device: DeviceUnderTest
    port: int
    hook: str


async def make_database(owner: str, app: str) -> tuple[str, str]:
    """Make and migrate a database, and return how its owner and the application reach it."""
    name = f"bench_{uuid4().hex}"
    admin = make_url(owner).set(username="postgres", database="postgres")
    connection = await asyncpg.connect(driver_dsn(admin.render_as_string(hide_password=False)))
    await connection.execute(f"create database {name} owner helpdesk_owner")
    await connection.close()
    named = make_url(owner).set(database=name).render_as_string(hide_password=False)
    await asyncio.to_thread(migrate, named)
    return named, make_url(app).set(database=name).render_as_string(hide_password=False)


async def furnish(owner: str, url: str, port: int, *, is_product: bool) -> Shop:
    """Put one account into the database, its agents online for a day."""
    database = Database(url, Bus(), pool_size=1)
    account = await make_account(database, Vault(SECRET_KEY))
    division = await make_division(account)
    device = await make_device(account, default_division_id=division)
    for number in range(AGENTS):
        token = AGENT_TOKEN if number == 0 else None
        await open_console(
            account, await make_agent(account, device, division_id=division, token=token)
        )
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("update node set seen_at = now() + interval '1 day'")
    key = device.hook_key if is_product else str(device.id)
    return Shop(owner, account, device, port, f"/hooks/simulated/{key}")


async def analyze(shop: Shop) -> None:
    """Do at once what autovacuum does within a minute: until then the plans are guesses."""
    connection = await asyncpg.connect(driver_dsn(shop.url))
    await connection.execute("analyze")
    await connection.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(arguments: list[str], url: str, port: int, data: Path) -> subprocess.Popen[bytes]:
    """Start a server of one process."""
    environment = os.environ | {
        "HELPDESK_DATABASE_URL": url,
        "HELPDESK_SECRET_KEY": SECRET_KEY,
        "HELPDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HELPDESK_DATA_DIR": str(data),
        "HELPDESK_LOG_LEVEL": "WARNING",
    }
    return subprocess.Popen([sys.executable, "-m", *arguments], env=environment)


async def until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when somebody listens."""
    while process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise RuntimeError(f"the server ended with {process.returncode}")


@asynccontextmanager
async def stage() -> AsyncIterator[tuple[Shop, Shop, int]]:
    """The product's shop, the naive one, and the port of the server that stores nothing."""
    with tempfile.TemporaryDirectory(prefix="hd-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)  # noqa: ASYNC240 - before anything runs
        postgres = EmbeddedPostgres(directory)
        urls = await asyncio.to_thread(postgres.start)
        ports = [free_port() for _ in range(3)]
        owners, apps = zip(
            *[await make_database(urls.owner, urls.app) for _ in range(2)], strict=True
        )
        product = await furnish(owners[0], apps[0], ports[0], is_product=True)
        naive = await furnish(owners[1], apps[1], ports[1], is_product=False)
        serve = ["helpdesk", "serve", "--port", str(ports[0])]
        data = directory / "data"
        processes = [
            start(serve, apps[0], ports[0], data),
            start(["tests.bench.naive", str(ports[1])], apps[1], ports[1], data),
            start(["tests.bench.naive", str(ports[2])], apps[1], ports[2], data),
        ]
        try:
            for port, process in zip(ports, processes, strict=True):
                await until_open(port, process)
            yield product, naive, ports[2]
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                await asyncio.to_thread(process.wait, 20)
            for shop in (product, naive):
                await shop.account.database.close()
            await asyncio.to_thread(postgres.close)
