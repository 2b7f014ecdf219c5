"""What tests start from: each factory stores one thing in an account, in a commit of its own.

None of them makes an event, except `receive`, which goes the whole way of a webhook.
"""

import secrets
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from helpdesk import clock
from helpdesk.actions.ingest import NEWS, Delivery, take_deliveries
from helpdesk.actions.packages import add_standard_packages
from helpdesk.actors import Actor
from helpdesk.database import Database, Session, UnitOfWork, fetch
from helpdesk.events import EventRow
from helpdesk.gateways.simulated import Simulated
from helpdesk.queries.contact_rows import lock_contacts
from helpdesk.queries.conversations import get_conversation
from helpdesk.queries.events import list_events
from helpdesk.queries.messages import find_messages
from helpdesk.queries.presence import insert_console, renew_node
from helpdesk.shapes.conversations import ContactOut, ConversationOut
from helpdesk.shapes.messages import MessageOut
from helpdesk.shapes.words import Sees
from helpdesk.tables.account import Account
from helpdesk.tables.agent import Agent
from helpdesk.tables.columns import Row, new_id
from helpdesk.tables.conversation import Conversation
from helpdesk.tables.device import Device
from helpdesk.tables.directory import Directory
from helpdesk.tables.division import Division
from helpdesk.tables.event import EventCounter
from helpdesk.tables.media import Media
from helpdesk.tables.webhook import Webhook
from helpdesk.tables.webhook_delivery import WebhookDelivery
from helpdesk.vault import Vault, make_webhook_secret

CUSTOMER = "6285550001"
PARSER = Simulated(phone=None)  # type: ignore[arg-type] - nothing is sent


@dataclass(frozen=True)
class AccountUnderTest:
    """An account in the test database."""

    id: UUID
    database: Database
    vault: Vault

    def work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a unit of work for the account."""
        return self.database.unit_of_work(self.id)

    def reading(self) -> AbstractAsyncContextManager[Session]:
        """Open a read-only transaction for the account."""
        return self.database.reading(self.id)

    @property
    def supervisor(self) -> Actor:
        """Somebody who sees everything of the account; nobody that is stored."""
        return Actor(account_id=self.id, role="supervisor", kind="user", id=self.id, name="Sari")

    async def insert(self, *rows: Row) -> None:
        """Store rows of any tables, in this order."""
        async with self.work() as work:
            for row in rows:
                work.session.add(row)
                await work.session.flush()

    async def events(self, *types: str) -> list[EventRow]:
        """Return the account's events, of these types where some are named, in their order."""
        async with self.reading() as session:
            rows = await list_events(session, self.id, after=0, limit=10_000)
        return [row for row in rows if not types or row.type in types]


def contact_out(**given: Any) -> ContactOut:
    """Return a person of whom nothing is known but what is given."""
    number = given.get("number", CUSTOMER)
    plain: dict[str, Any] = {
        "id": uuid4(), "kind": "person", "number": number, "numbers": [number], "name": "",
        "labels": [], "fields": {}, "notes": 0, "is_blocked": False, "merged_into_id": None,
        "created_at": clock.now(),
    }  # fmt: skip
    return ContactOut(**plain | given)


def body_of(event: EventRow) -> dict[str, Any]:
    """Return what an event tells."""
    return msgspec.json.decode(event.body, type=dict[str, Any])


@dataclass(frozen=True)
class DeviceUnderTest:
    """A device on the simulated gateway; `actor` is who shows its token."""

    id: UUID
    number: str
    token: str
    hook_key: str
    actor: Actor


@dataclass(frozen=True)
class Line:
    """What was stored of a delivered message, where it came into a conversation."""

    message: MessageOut
    conversation: ConversationOut


async def make_account(database: Database, vault: Vault) -> AccountUnderTest:
    """Store an account, its event counter and its packages."""
    account = AccountUnderTest(id=new_id(), database=database, vault=vault)
    token = secrets.token_hex()
    await account.insert(
        Account(
            id=account.id,
            name="Toko",
            token_digest=vault.digest(token),
            token_sealed=vault.seal(token),
            created_at=clock.now(),
        ),
        EventCounter(account_id=account.id, epoch=uuid4()),
    )
    async with account.work() as work:
        await add_standard_packages(work, account.id)
    return account


async def make_device(
    account: AccountUnderTest,
    *,
    number: str = "6281100000001",
    default_division_id: UUID | None = None,
    is_group_routed: bool = False,
) -> DeviceUnderTest:
    """Store a device on the simulated gateway, and what the directory says of it."""
    vault, id_, token, hook_key = account.vault, new_id(), secrets.token_hex(), secrets.token_hex()
    keys = {
        "device_number": number,
        "device_token": vault.digest(token).hex(),
        "hook": vault.digest(hook_key).hex(),
    }
    await account.insert(
        Device(
            account_id=account.id,
            id=id_,
            name="Shop",
            number=number,
            number_raw=number,
            token_digest=vault.digest(token),
            token_sealed=vault.seal(token),
            hook_key_sealed=vault.seal(hook_key),
            gateway_kind="simulated",
            gateway_settings={},
            gateway_secrets_sealed=vault.seal("{}"),
            default_division_id=default_division_id,
            is_group_routed=is_group_routed,
            created_at=clock.now(),
        ),
        *(Directory(kind=k, key=key, account_id=account.id, id=id_) for k, key in keys.items()),
    )
    actor = Actor(
        account_id=account.id, role="device", kind="token", id=id_, name="Shop", device_id=id_
    )
    return DeviceUnderTest(id=id_, number=number, token=token, hook_key=hook_key, actor=actor)


async def make_division(account: AccountUnderTest, **columns: Any) -> UUID:
    """Store a division."""
    row = Division(
        **{"account_id": account.id, "id": new_id(), "name": "Sales", "created_at": clock.now()}
        | columns
    )
    await account.insert(row)
    return row.id


async def make_agent(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    *,
    name: str = "Ani",
    division_id: UUID | None = None,
    sees: Sees = "division",
    token: str | None = None,
    **columns: Any,
) -> Actor:
    """Store an agent and return it as it acts when signed in; it has no console yet."""
    row = Agent(
        account_id=account.id,
        id=new_id(),
        name=name,
        device_id=device.id,
        division_id=division_id,
        token_digest=account.vault.digest(token or secrets.token_hex()),
        sees=sees,
        created_at=clock.now(),
        **columns,
    )
    await account.insert(row)
    return Actor(
        account_id=account.id,
        role="agent",
        kind="agent",
        id=row.id,
        name=name,
        agent_id=row.id,
        device_id=device.id,
        division_id=division_id,
        sees=sees,
        rights="1",
    )


async def open_console(account: AccountUnderTest, agent: Actor) -> UUID:
    """Store an open console of the agent on a living node; it counts as online for 20 s."""
    node_id, console_id = uuid4(), uuid4()
    async with account.work() as work:
        await renew_node(work.session, node_id, "test")
        await insert_console(
            work.session, account.id, console_id, agent_id=agent.id, node_id=node_id
        )
    return console_id


async def make_conversation(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    *,
    number: str = CUSTOMER,
    name: str = "",
    division_id: UUID | None = None,
    assignee: Actor | None = None,
    **columns: Any,
) -> ConversationOut:
    """Store a conversation without messages: assigned, waiting or unrouted, unless told else."""
    now, key = clock.now(), (account.id, number)
    async with account.work() as work:
        contacts = await lock_contacts(work.session, {key: ("person", name)}, now=now)
        row = Conversation(
            **{
                "account_id": account.id,
                "id": new_id(),
                "device_id": device.id,
                "contact_id": contacts[key].id,
                "division_id": division_id,
                "assignee_id": assignee.id if assignee else None,
                "status": "assigned" if assignee else "waiting" if division_id else "unrouted",
                "waiting_since": now,
                "unanswered_since": columns.get("waiting_since", now),
                "opened_at": now,
                "last_message_at": now,
            }
            | columns
        )
        work.session.add(row)
        await work.session.flush()
        return (await get_conversation(work.session, account.id, row.id)).out()


async def make_file(account: AccountUnderTest, **columns: Any) -> UUID:
    """Store a file's row, without the file."""
    row = Media(
        **{
            "account_id": account.id,
            "id": new_id(),
            "filename": "photo.jpg",
            "mime": "image/jpeg",
            "size": 3,
            "path": f"{account.id.hex}/{uuid4().hex}",
            "created_at": clock.now(),
        }
        | columns
    )
    await account.insert(row)
    return row.id


async def make_webhook(account: AccountUnderTest, **columns: Any) -> UUID:
    """Store a webhook of all events, on a port of the loopback where nobody listens."""
    row = Webhook(
        **{
            "account_id": account.id,
            "id": new_id(),
            "url": "http://127.0.0.1:9/hook",
            "secret_sealed": account.vault.seal(make_webhook_secret()),
            "created_at": clock.now(),
        }
        | columns
    )
    await account.insert(row)
    return row.id


async def make_delivery(account: AccountUnderTest, webhook_id: UUID, **columns: Any) -> UUID:
    """Store a delivery to a webhook: a ping that is due."""
    id_, now = new_id(), clock.now()
    row = WebhookDelivery(
        **{
            "account_id": account.id,
            "id": id_,
            "webhook_id": webhook_id,
            "type": "ping",
            "subject_id": id_,
            "retries_left": 0,
            "due_at": now,
            "created_at": now,
        }
        | columns
    )
    await account.insert(row)
    return id_


async def deliver(
    account: AccountUnderTest, device: DeviceUnderTest, body: bytes, *, now: datetime | None = None
) -> None:
    """Take one webhook of the device's gateway, as the hook would."""
    delivery = Delivery(
        hook_digest=account.vault.digest(device.hook_key).hex(),
        gateway_kind="simulated",
        body=body,
        content_type="application/json",
        parsed=PARSER.parse_webhook(body, "application/json"),
    )
    async with account.database.unit_of_work() as work:
        await take_deliveries(work, [delivery], now=now or clock.now())
    for take in NEWS.values():
        async with account.database.unit_of_work() as work:
            await take(work, [delivery], now=now or clock.now())


async def receive(
    account: AccountUnderTest,
    device: DeviceUnderTest,
    *,
    text: str = "Hello",
    number: str = CUSTOMER,
    now: datetime | None = None,
    **fields: Any,
) -> Line:
    """Let a customer write, and return what was stored; `fields` are the simulated gateway's."""
    message = {"type": "message", "id": uuid4().hex, "from": number, "text": text} | fields
    await deliver(account, device, msgspec.json.encode(message), now=now)
    async with account.reading() as session:
        by_key = "select message_id from inbound where account_id = $1 and key = $2"
        id_ = (await fetch(session, by_key, account.id, f"id:{message['id']}"))[0][0]
        stored = (await find_messages(session, [(account.id, id_)]))[id_]
        assert stored.conversation_id, "the message came into no conversation"
        row = await get_conversation(session, account.id, stored.conversation_id)
    return Line(stored, row.out())
