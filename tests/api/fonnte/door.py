"""The door as its callers use it, and what came of it in the database."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx

from helpdesk.database import fetch
from tests.api.house import House
from tests.factories import AccountUnderTest
from tests.served import Caller

TARGET = "081234567890"
SENT_TO = "6281234567890"
Body = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """A caller without session, and the tokens of a house."""

    house: House
    caller: Caller

    @property
    def account(self) -> AccountUnderTest:
        return self.house.account

    async def send(self, fields: Body | None = None, **more: Any) -> Body:
        """Send as a form with the device's token; `more` are httpx's, `json` or `files`."""
        bare = {"Authorization": self.house.device.token}
        more.setdefault("headers", bare)
        return read(await self.caller.post("/send", data=fields, **more))

    async def as_account(self, path: str, **more: Any) -> Body:
        """Post with the account's token."""
        headers = {"Authorization": self.house.account_token}
        return read(await self.caller.post(path, headers=headers, **more))

    async def messages(self, body: Body) -> list[asyncpg.Record]:
        """Return what a successful answer names, in its order."""
        found = await self.ask(
            """
            select m.*, p.address, p.kind as contact_kind, p.name as contact_name, o.due_at
            from message m join contact p on p.account_id = m.account_id and p.id = m.contact_id
            left join outbox o on o.account_id = m.account_id and o.message_id = m.id
            where m.account_id = $1 and m.number = any($2::bigint[])
            order by array_position($2::bigint[], m.number)
            """,
            body["id"],
        )
        assert len(found) == len(body["id"])
        return found

    async def ask(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Ask the database about the account, `$1`."""
        async with self.account.reading() as session:
            return await fetch(session, sql, self.account.id, *arguments)

    async def count(self) -> int:
        """How many messages the account has."""
        return int((await self.ask("select count(*) from message where account_id = $1"))[0][0])


def open_door(house: House) -> Door:
    """Stand before the door of a house's server."""
    return Door(house, house.served.caller())


def read(answer: httpx.Response) -> Body:
    """Return the body of an answer: 200, JSON, every object's keys in order as Go writes maps."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body: Body = json.loads(answer.text, object_pairs_hook=_in_order)
    return body


def _in_order(pairs: list[tuple[str, Any]]) -> Body:
    names = [name for name, _ in pairs]
    assert names == sorted(names)
    return dict(pairs)


def refusal(body: Body) -> str:
    """Return the reason of a refusal that tells its request's number."""
    assert body.keys() == {"reason", "requestid", "status"}, body
    assert body["status"] is False
    assert isinstance(body["requestid"], int)
    return str(body["reason"])
