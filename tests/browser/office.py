"""An account of its own on a running server, set up over the API as far as a test wants it."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from helpdesk import clock
from helpdesk.actions.accounts import create_account
from helpdesk.bus import Bus
from helpdesk.database import Database
from helpdesk.demo import PRICE_LIST
from helpdesk.installation import read_secret_key
from helpdesk.vault import Vault
from tests.flow.process import Process
from tests.flow.shop import post_until_taken, url_of
from tests.served import TRUST

PASSWORD = "kopi-senja-2026"
NUMBERS = itertools.count(6281100000001)
CUSTOMERS = {
    "Nadia Rahmawati": "628110000101",
    "Yusuf Hakim": "628110000102",
    "Oskar Lindqvist": "628110000103",
}
"""The customers whom the simulated phone knows from the beginning."""


@dataclass
class Office:
    """An account: who owns it, and its first device and division where it is furnished."""

    process: Process
    email: str
    token: str
    device: dict[str, Any]
    division: dict[str, Any]
    tokens: dict[str, str]
    """The agents' tokens by their names."""

    async def call(self, method: str, path: str, **request: Any) -> Any:
        """Ask the API as the account; what it answers."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        base = f"{self.process.url}/api/v1"
        async with httpx.AsyncClient(base_url=base, headers=bearer, verify=TRUST) as client:
            answer = await client.request(method, path, timeout=10, **request)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def make(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Create something."""
        made: dict[str, Any] = await self.call("POST", f"/{kind}", json=fields)
        return made

    async def furnish(self, *agents: str, **agent: Any) -> None:
        """Make a division with full rotation, a device that leads to it, and agents."""
        self.division = await self.make("divisions", name="Sales", rotation="full")
        self.device = await self.make(
            "devices",
            name="Kopi Senja",
            number=str(next(NUMBERS)),
            gateway={"kind": "simulated"},
            default_division_id=self.division["id"],
        )
        for name in agents:
            await self.hire(name, **agent)

    async def hire(self, name: str, **fields: Any) -> None:
        """Make an agent."""
        place = {"device_id": self.device["id"], "division_id": self.division["id"]}
        self.tokens[name] = (await self.make("agents", name=name, **place, **fields))["token"]

    async def add_template(self, name: str, shortcut: str, text: str, **more: Any) -> None:
        """Make a quick reply."""
        await self.make("templates", name=name, shortcut=shortcut, text=text, **more)

    async def upload(self, path: Path = PRICE_LIST) -> str:
        """Store a file and return its id."""
        content = await asyncio.to_thread(path.read_bytes)
        made = await self.call("POST", "/media", files={"file": (path.name, content)})
        id_: str = made["id"]
        return id_

    async def send_file(self, customer: str, path: Path) -> None:
        """Let the house send a file to a customer."""
        talk = (await self.conversations())[customer]["id"]
        body = {"client_id": str(uuid4()), "media_id": await self.upload(path)}
        await self.call("POST", f"/conversations/{talk}/messages", json=body)

    async def write(self, customer: str, text: str) -> None:
        """Let a customer write, as a gateway does: again until it is taken."""
        await self._post({"from": CUSTOMERS[customer], "name": customer, "text": text})

    async def write_in_group(self, member: str, text: str) -> None:
        """Let a member of a group write."""
        body = {"from": "120363025246125486@g.us", "member": "628110000199", "name": member}
        await self._post(body | {"text": text})

    async def _post(self, body: dict[str, str]) -> None:
        hook = f"{self.process.url}/hooks/{self.device['hook_url'].rpartition('/hooks/')[2]}"
        async with httpx.AsyncClient(verify=TRUST, timeout=20) as client:
            message = {"type": "message", "id": uuid4().hex} | body
            await post_until_taken(client, hook, message)

    async def conversations(self) -> dict[str, dict[str, Any]]:
        """Return the conversations by the names of their customers."""
        page = await self.call("GET", "/conversations")
        return {each["contact"]["name"]: each for each in page["items"]}

    async def lines(self, customer: str) -> list[str]:
        """Return the texts of a conversation as the database has them, oldest first."""
        id_ = (await self.conversations())[customer]["id"]
        page = await self.call("GET", f"/conversations/{id_}/messages", params={"limit": 200})
        return [each["text"] for each in reversed(page["items"])]

    async def until_owned(self, customer: str, by: Collection[str] = ()) -> str:
        """Wait until somebody, or one of these, has the conversation, and return the name."""
        names = {each["id"]: each["name"] for each in (await self.call("GET", "/agents"))["items"]}
        for _ in range(100):
            found = (await self.conversations()).get(customer, {}).get("assignee_id")
            if found and (not by or names[found] in by):
                return str(names[found])
            await asyncio.sleep(0.05)
        raise AssertionError(f"nobody got the conversation of {customer}")


@contextlib.asynccontextmanager
async def database_of(process: Process) -> AsyncIterator[Database]:
    """The database of a server with its own data, beside the server."""
    url = url_of(process.data_dir).replace("postgresql:", "postgresql+asyncpg:", 1)
    database = Database(url, Bus())
    try:
        yield database
    finally:
        await database.close()


async def open_office(process: Process) -> Office:
    """Make an empty account with an owner."""
    email = f"{uuid4().hex}@example.com"
    vault = Vault(read_secret_key(process.data_dir))
    named = {"name": "Kopi Senja", "email": email, "password": PASSWORD}
    async with database_of(process) as database, database.unit_of_work() as work:
        made = await create_account(work, vault, **named, now=clock.now())
    return Office(process, email, made.token, device={}, division={}, tokens={})
