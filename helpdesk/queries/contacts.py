"""Contacts: found or made once, and locked in one order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.inbox import pattern, visible_sql
from helpdesk.shapes.conversations import ContactOut, ContactRef
from helpdesk.shapes.words import ContactKind
from helpdesk.tables.columns import new_id
from helpdesk.tables.contact import Contact

Address = tuple[UUID, str]
_COLUMNS = "account_id, id, kind, address, name, is_named, labels, created_at"
_encoder = msgspec.json.Encoder()


class ContactRow(Struct):
    """A contact as actions work on it."""

    account_id: UUID
    id: UUID
    kind: ContactKind
    address: str
    name: str
    is_named: bool
    created_at: datetime
    labels: list[UUID] = field(default_factory=list)

    def ref(self) -> ContactRef:
        """Return the contact as a conversation names it."""
        return ContactRef(id=self.id, name=self.name, number=self.address, labels=self.labels)

    def out(self) -> ContactOut:
        """Return the contact as the API shows it."""
        return ContactOut(
            id=self.id,
            kind=self.kind,
            number=self.address,
            name=self.name,
            labels=self.labels,
            created_at=self.created_at,
        )


async def lock_contacts(
    session: AsyncSession, wanted: Mapping[Address, tuple[ContactKind, str]], *, now: datetime
) -> dict[Address, ContactRow]:
    """Find or make the contacts, given as kind and name by address, and lock them.

    Whoever holds a contact's lock decides which conversation is the open one. One statement makes
    the missing ones and locks the others, in the order of their addresses: two statements, one
    for each, could close a circle of three processes. What was waited for is read after.
    """
    await insert_rows(
        session,
        Contact,
        [_new(address, *wanted[address], now) for address in wanted],
        order_by="v.account_id, v.address",
        on_conflict="(account_id, address) do update set name = contact.name where false",
    )
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from contact
        where (account_id, address) in (select * from unnest($1::uuid[], $2::text[]))
        """,
        [account_id for account_id, _ in wanted],
        [address for _, address in wanted],
    )
    return {(row["account_id"], row["address"]): _row(row) for row in rows}


async def lock_contact_of(session: AsyncSession, account_id: UUID, conversation_id: UUID) -> None:
    """Lock the contact of a conversation, before the conversation itself."""
    await execute(
        session,
        """
        select from contact p join conversation c
          on c.account_id = p.account_id and c.contact_id = p.id
        where c.account_id = $1 and c.id = $2 for no key update of p
        """,
        account_id,
        conversation_id,
    )


def _new(address: Address, kind: ContactKind, name: str, now: datetime) -> dict[str, Any]:
    return {
        "account_id": address[0],
        "id": new_id(),
        "kind": kind,
        "address": address[1],
        "name": name,
        "is_named": False,
        "labels": "[]",
        "created_at": now,
    }


def _row(row: asyncpg.Record) -> ContactRow:
    return ContactRow(**{**row, "labels": list(map(UUID, row["labels"]))})


async def set_names(session: AsyncSession, contacts: Sequence[ContactRow]) -> None:
    """Store the names of locked contacts."""
    await update_rows(
        session,
        Contact,
        [
            {"account_id": c.account_id, "id": c.id, "name": c.name, "is_named": c.is_named}
            for c in contacts
        ],
    )


async def set_contact_labels(session: AsyncSession, contact: ContactRow) -> None:
    """Store the labels of a locked contact."""
    row = {"account_id": contact.account_id, "id": contact.id, "labels": _json(contact.labels)}
    await update_rows(session, Contact, [row])


def _json(labels: Sequence[UUID]) -> str:
    return _encoder.encode(labels).decode()


async def lock_contact(session: AsyncSession, account_id: UUID, id_: UUID) -> ContactRow:
    """Lock one contact. Raises NotFound."""
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from contact
        where account_id = $1 and id = $2 and deleted_at is null for no key update
        """,
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such contact.")
    return _row(rows[0])


async def insert_contact(session: AsyncSession, contact: ContactRow) -> ContactRow | None:
    """Insert a contact, or return the one that has the address already."""
    inserted = await insert_rows(
        session,
        Contact,
        [msgspec.structs.asdict(contact) | {"labels": _json(contact.labels)}],
        on_conflict="do nothing",
        returning="id",
    )
    if inserted:
        return None
    rows = await fetch(
        session,
        f"select {_COLUMNS} from contact where account_id = $1 and address = $2",
        contact.account_id,
        contact.address,
    )
    return _row(rows[0])


async def get_contact(session: AsyncSession, actor: Actor, id_: UUID) -> ContactOut:
    """Return one contact, if the actor sees it. Raises NotFound."""
    rows = await fetch(session, f"{_seen_by(actor)} and p.id = $5", *_arguments(actor), id_)
    if not rows:
        raise NotFound("There is no such contact.")
    return _row(rows[0]).out()


async def list_contacts(
    session: AsyncSession,
    actor: Actor,
    *,
    address: str | None = None,
    query: str | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[ContactOut]:
    """Return the contacts that the actor sees, in the order of their making.

    `address` is the whole of it; `query` is a part of the name, in any case.
    """
    rows = await fetch(
        session,
        f"""
        {_seen_by(actor)}
          and ($5::text is null or p.address = $5) and ($6::text is null or p.name ilike $6)
          and ($7::uuid is null or p.id > $7)
        order by p.id limit $8
        """,
        *_arguments(actor),
        address,
        pattern(query) if query else None,
        after,
        limit,
    )
    return [_row(row).out() for row in rows]


def _seen_by(actor: Actor) -> str:
    """Return the select of `p` with its condition; the parameters are those of `visible_sql`."""
    return f"""
        select {", ".join(f"p.{name}" for name in _COLUMNS.split(", "))} from contact p
        where p.account_id = $1 and p.deleted_at is null and {_sight(actor)}
          and ($2::uuid is null or true) and ($3::uuid is null or true)
          and ($4::uuid is null or true)
        """


def _sight(actor: Actor) -> str:
    """A token sees whoever has a message on its device, an agent whose conversation it sees."""
    if actor.is_supervising:
        return "true"
    if actor.role == "device":
        return """exists (
          select from message m where m.account_id = p.account_id and m.contact_id = p.id
            and m.device_id = $4)"""
    return f"""exists (
          select from conversation c where c.account_id = p.account_id and c.contact_id = p.id
            and {visible_sql(actor)})"""


def _arguments(actor: Actor) -> tuple[Any, ...]:
    return actor.account_id, actor.agent_id, actor.division_id, actor.device_id
