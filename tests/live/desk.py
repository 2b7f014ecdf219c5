"""What the live tests share: a desk with agents who sign in, and words for what sockets do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from helpdesk import clock
from helpdesk.actors import Actor
from helpdesk.audiences import Audience
from helpdesk.bus import driver_dsn
from helpdesk.database import Database, UnitOfWork, execute
from helpdesk.events import ContactUpdated
from helpdesk.tables.columns import new_id
from helpdesk.tables.directory import Directory
from helpdesk.tables.user import User
from helpdesk.vault import hash_password
from tests.factories import (
    AccountUnderTest,
    DeviceUnderTest,
    contact_out,
    make_agent,
    make_device,
    make_division,
)
from tests.served import Caller, Served

PASSWORD = "a long enough password"
HASH = hash_password(PASSWORD)


@dataclass(frozen=True)
class Desk:
    """An account with a device and a division."""

    account: AccountUnderTest
    device: DeviceUnderTest
    division: UUID

    async def agent(self, name: str = "Ani", **columns: Any) -> Actor:
        """Store an agent of the division, unless told else, whose token is made of its name."""
        return await make_agent(
            self.account,
            self.device,
            name=name,
            token=token_of(name),
            **{"division_id": self.division} | columns,
        )

    async def sign_in(self, served: Served, name: str = "Ani") -> Caller:
        """Return a client signed in as the agent."""
        return await served.agent(self.device, token_of(name))

    async def supervisor(self, served: Served) -> Caller:
        """Store a supervisor and return a client signed in as him."""
        email = f"{uuid4().hex}@example.com"
        user = User(
            account_id=self.account.id,
            id=new_id(),
            email=email,
            name="Sari",
            role="supervisor",
            password_hash=HASH,
            created_at=clock.now(),
        )
        entry = Directory(kind="email", key=email, account_id=self.account.id, id=user.id)
        await self.account.insert(user, entry)
        caller = served.caller()
        await caller.sign_in(email=email, password=PASSWORD)
        return caller


async def make_desk(account: AccountUnderTest) -> Desk:
    """Store a device and a division."""
    return Desk(account, await make_device(account), await make_division(account))


def token_of(name: str) -> str:
    """Return the agent's token."""
    return f"{name.lower()}-{'t' * 20}"


async def tell(
    account: AccountUnderTest,
    count: int = 1,
    *,
    audience: Audience = Audience.EVERYBODY,
    text: str = "",
    database: Database | None = None,
) -> None:
    """Commit events, in one unit of work; as another process, unless it is a server's database."""
    async with (database or account.database).unit_of_work(account.id) as work:
        collect(work, count, audience=audience, text=text)


def collect(
    work: UnitOfWork, count: int = 1, *, audience: Audience = Audience.EVERYBODY, text: str = ""
) -> None:
    """Collect events about nothing in particular, named by `text`."""
    for _ in range(count):
        contact = contact_out(
            id=uuid4(), kind="person", number="62855", name=text, labels=[], created_at=clock.now()
        )
        work.collect(ContactUpdated(at=clock.now(), contact=contact), audience)


async def run_sql(account: AccountUnderTest, sql: str, *arguments: Any) -> None:
    """Run a statement and commit it; nobody is woken."""
    async with account.work() as work:
        await execute(work.session, sql, *arguments)


@asynccontextmanager
async def locked(database: Database, table: str) -> AsyncIterator[None]:
    """Keep everybody else from a table: statements on it end with Unavailable after 2 s."""
    connection = await asyncpg.connect(driver_dsn(database.url))
    try:
        async with connection.transaction():
            await connection.execute(f"lock table {table} in access exclusive mode")
            yield
    finally:
        await connection.close()


async def stands_at(caller: Caller) -> dict[str, Any]:
    """Return where a console would start: the query of its socket."""
    snapshot = (await caller.get("/api/v1/sync")).raise_for_status().json()
    return {"epoch": snapshot["epoch"], "after": snapshot["cursor"]}


def bare_socket(
    served: Served, *, cookie: str = "", origin: str | None = None, query: str = ""
) -> Any:
    """Return a connection to be opened with exactly these headers."""
    return connect(
        f"{served.url.replace('http', 'ws', 1)}/ws?{query}",
        origin=origin,  # type: ignore[arg-type] - a text
        additional_headers={"Cookie": cookie} if cookie else {},
        proxy=None,
    )


def cookie_of(caller: Caller) -> str:
    """Return the header with the caller's session."""
    return "; ".join(f"{name}={value}" for name, value in caller.cookies.items())


async def numbered(
    socket: ClientConnection, count: int, *, within: float = 20
) -> list[dict[str, Any]]:
    """Return the next events that have a number."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(within):
        while len(found) < count:
            frame = json.loads(await socket.recv())
            if "seq" in frame and "prev" in frame:
                found.append(frame)
    return found


async def frames_for(socket: ClientConnection, seconds: float) -> list[dict[str, Any]]:
    """Return everything that comes within some seconds."""
    found: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                found.append(json.loads(await socket.recv()))
    except TimeoutError:
        return found


async def close_code(socket: ClientConnection, *, within: float = 5) -> int:
    """Read until the server closes the socket, and return its code."""
    async with asyncio.timeout(within):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


async def until(condition: Any, *, within: float = 5) -> float:
    """Wait until the condition holds, and return after how many seconds."""
    start = monotonic()
    async with asyncio.timeout(within):
        while True:
            found = condition()
            if await found if asyncio.iscoroutine(found) else found:
                return monotonic() - start
            await asyncio.sleep(0.02)
