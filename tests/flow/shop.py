"""An installation of its own process and embedded PostgreSQL, with a shop in it, to be killed."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from tests.flow.process import Process, run
from tests.workers.embedded_places import open_directory, postmaster

SCALE = int(os.environ.get("HELPDESK_TEST_SCALE", "1"))
FRESH = httpx.Limits(max_connections=40, keepalive_expiry=1)
"""A client drops idle connections long before the server does, which would be a broken request."""


@dataclass
class Shop:
    """The server process, and an account's token; `agents` are on duty whatever dies."""

    process: Process
    token: str
    url: str
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(62811000000, 62812000000)))

    def ensure_running(self) -> None:
        """Start the server where the test before left it dead, or wait where it left it dying."""
        if not self.process.is_running:
            self.process.start()
        self.process.wait_ready()

    def kill_server(self) -> None:
        self.process.kill()
        self.process.start_ready()

    def kill_postgres(self) -> None:
        """SIGKILL the postmaster; the server process starts it again."""
        os.kill(postmaster(self.process.data_dir), signal.SIGKILL)

    def kill_both(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError):
            self.kill_postgres()
        self.kill_server()

    @asynccontextmanager
    async def api(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client with the account's token."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(
            base_url=f"{self.process.url}/api/v1", headers=bearer, timeout=10, limits=FRESH
        ) as client:
            yield client

    async def make(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Create something over the API."""
        async with self.api() as client:
            answer = await client.post(f"/{kind}", json=fields)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made.get("agent", made)

    async def furnish(self, *, agents: int = 3, **gateway: str) -> dict[str, Any]:
        """Make a division, a device that routes to it, and agents who are on duty."""
        division = await self.make("divisions", name=uuid4().hex, rotation="full")
        device = await self.make(
            "devices",
            name="Shop",
            number=str(next(self.numbers)),
            gateway=gateway or {"kind": "simulated"},
            default_division_id=division["id"],
        )
        for number in range(agents):
            agent = await self.make(
                "agents", name=f"A{number}", device_id=device["id"], division_id=division["id"]
            )
            await self.put_on_duty(agent["id"])
        return device

    def hook_of(self, device: dict[str, Any]) -> str:
        """Where the device's gateway posts."""
        key = device["hook_url"].rpartition("/hooks/")[2]
        return f"{self.process.url}/hooks/{key}"

    async def put_on_duty(self, agent_id: str) -> None:
        """Open a console on a node that outlives every kill."""
        await self.ask(
            """
            with node as (
              insert into node (id, name, started_at, seen_at)
              values (gen_random_uuid(), 'test', now(), now() + interval '1 day') returning id)
            insert into console (account_id, id, agent_id, node_id, opened_at)
            select a.account_id, gen_random_uuid(), a.id, node.id, now()
            from agent a, node where a.id = $1
            """,
            agent_id,
        )

    async def ask(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Ask the database; it may be coming back from a kill."""
        for attempt in range(100):
            try:
                connection = await asyncpg.connect(self.url, timeout=5)
                try:
                    return await connection.fetch(sql, *arguments)
                finally:
                    await connection.close()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if attempt == 99:
                    raise
                await asyncio.sleep(0.1)
        raise AssertionError("unreachable")


async def post_until_taken(client: httpx.AsyncClient, url: str, body: object) -> int:
    """Post as a gateway does: again until it is acknowledged. Returns how often it took."""
    times = 1
    while True:
        with suppress(httpx.HTTPError):
            answer = await client.post(url, json=body)
            if answer.status_code in {200, 201}:
                return times
            assert answer.status_code == 503, answer.text
        times += 1
        await asyncio.sleep(0.5)


@contextmanager
def open_shop() -> Iterator[Shop]:
    """An account on a running installation."""
    with open_directory() as directory, Process("serve", directory) as process:
        process.start_ready()
        made = json.loads(run(directory, "bootstrap", "--json").stdout)
        yield Shop(process, made["account_token"], url_of(directory))


def url_of(data_dir: Path) -> str:
    """Where the installation's database answers, as the application's role."""
    lines = (data_dir / "postgres/data/postmaster.pid").read_text().splitlines()
    return f"postgresql://helpdesk_app@/helpdesk?host={lines[4]}"
