"""The shape in which contacts are read and locked.

A contact has a row for each number that reaches it: its own, and those of contacts that were merged
into it. Messages and conversations are of a number's row, what people see is of the contact's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, field
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch, in_parts
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.shapes.conversations import ContactOut, ContactRef
from helpdesk.shapes.words import ContactKind
from helpdesk.tables.columns import new_id
from helpdesk.tables.contact import Contact

Address = tuple[UUID, str]

CONTACT_SELECT = """
select k.account_id, k.id, a.id as address_id, a.kind, a.address, k.name, k.is_named, k.labels,
  k.fields, k.blocked_at, k.created_at,
  array[k.address] || array(select o.address from contact o
    where o.account_id = k.account_id and o.merged_into_id = k.id order by o.address) as numbers,
  (select count(*) from contact_note n where n.account_id = k.account_id and n.contact_id = k.id)
    + (select count(*) from contact o join contact_note n
         on n.account_id = o.account_id and n.contact_id = o.id
       where o.account_id = k.account_id and o.merged_into_id = k.id) as notes
from contact a
join lateral (select * from contact
  where account_id = a.account_id and id = coalesce(a.merged_into_id, a.id) limit 1) k on true
"""
"""Of each row `a`, the contact `k` that it is a number of; they are one where it was not merged."""

_MERGING = "hashtextextended($1, 8)"

_encoder = msgspec.json.Encoder()


class ContactRow(Struct, kw_only=True):
    """A contact as actions work on it, found by one of its numbers.

    `address` is that number and `address_id` the row that messages and conversations name;
    `numbers` are all, its own first. `fields` are values by the fields' ids.
    """

    account_id: UUID
    id: UUID
    address_id: UUID
    kind: ContactKind
    address: str
    name: str
    is_named: bool
    created_at: datetime
    labels: list[UUID] = field(default_factory=list)
    fields: dict[UUID, str] = field(default_factory=dict)
    blocked_at: datetime | None = None
    numbers: list[str] = field(default_factory=list)
    notes: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether nothing was merged: the lock of its row is the lock of all of it."""
        return len(self.numbers) == 1

    def ref(self) -> ContactRef:
        """Return the contact as a conversation of this number names it."""
        return ContactRef(
            id=self.id,
            name=self.name,
            number=self.address,
            labels=self.labels,
            is_blocked=self.blocked_at is not None,
        )

    def out(self, *, merged_into: UUID | None = None) -> ContactOut:
        """Return the contact as the API shows it."""
        return ContactOut(
            id=self.id,
            kind=self.kind,
            number=self.numbers[0],
            numbers=self.numbers,
            name=self.name,
            labels=self.labels,
            fields=self.fields,
            notes=self.notes,
            is_blocked=self.blocked_at is not None,
            merged_into_id=merged_into,
            created_at=self.created_at,
        )


def contact_row(row: asyncpg.Record) -> ContactRow:
    """Build a row from `CONTACT_SELECT`."""
    labels = list(map(UUID, row["labels"]))
    fields = {UUID(id_): value for id_, value in row["fields"].items()}
    return ContactRow(**{**row, "labels": labels, "fields": fields})


async def lock_contacts(
    session: AsyncSession, wanted: Mapping[Address, tuple[ContactKind, str]], *, now: datetime
) -> dict[Address, ContactRow]:
    """Find or make the contacts, given as kind and name by address, and lock these rows.

    Whoever holds a number's lock decides which conversation is the open one. One statement makes
    the missing ones and locks the others, in the order of their addresses: two statements, one
    for each, could close a circle of three processes. What was waited for is read after.
    """
    new = [new_contact(address, *wanted[address], now) for address in sorted(wanted)]
    made = await insert_rows(
        session,
        Contact,
        new,
        order_by='v.account_id, v.address collate "C"',
        on_conflict="(account_id, address) do update set name = contact.name where false",
        returning="id",
    )
    ids = {row[0] for row in made}
    fresh = {_address(row): _fresh(row) for row in new if row["id"] in ids}
    return fresh | await find_contacts(session, [each for each in wanted if each not in fresh])


def _address(columns: Mapping[str, Any]) -> Address:
    return columns["account_id"], columns["address"]


def _fresh(columns: Mapping[str, Any]) -> ContactRow:
    """Return a contact that was just made of these columns."""
    row = {name: columns[name] for name in ("account_id", "id", "kind", "address", "name")}
    return ContactRow(
        **row,
        address_id=columns["id"],
        is_named=columns["is_named"],
        created_at=columns["created_at"],
        numbers=[columns["address"]],
    )


async def find_contacts(
    session: AsyncSession, addresses: Iterable[Address]
) -> dict[Address, ContactRow]:
    """Return the contacts that are reached by addresses, without a lock."""
    found: dict[Address, ContactRow] = {}
    for pairs in in_parts(list(addresses)):
        rows = await fetch(
            session,
            f"""
            {CONTACT_SELECT}
            where (a.account_id, a.address) in (select * from unnest($1::uuid[], $2::text[]))
            """,
            [account_id for account_id, _ in pairs],
            [address for _, address in pairs],
        )
        found |= {(row["account_id"], row["address"]): contact_row(row) for row in rows}
    return found


def new_contact(address: Address, kind: ContactKind, name: str, now: datetime) -> dict[str, Any]:
    """Return the columns of a contact that nobody named."""
    return {
        "account_id": address[0],
        "id": new_id(),
        "kind": kind,
        "address": address[1],
        "name": name,
        "is_named": False,
        "labels": "[]",
        "fields": "{}",
        "created_at": now,
    }


async def lock_contact_of(session: AsyncSession, account_id: UUID, conversation_id: UUID) -> None:
    """Lock the contact's row that a conversation names, before the conversation itself."""
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


async def lock_merging(session: AsyncSession, account_id: UUID) -> None:
    """Be the only one who merges contacts of the account, or takes them apart, and wait for whoever
    keeps them as they are. Before any contact is looked up or locked."""
    await execute(session, f"select pg_advisory_xact_lock({_MERGING})", str(account_id))


async def keep_merged(session: AsyncSession, account_id: UUID) -> None:
    """Keep the contacts of the account from being merged or taken apart, until the unit of work
    ends. Before any contact is looked up or locked."""
    await execute(session, f"select pg_advisory_xact_lock_shared({_MERGING})", str(account_id))


async def lock_contact(session: AsyncSession, account_id: UUID, id_: UUID) -> ContactRow:
    """Lock one contact, all rows of it. Raises as `lock_whole` does."""
    return (await lock_whole(session, account_id, [id_]))[id_]


async def lock_whole(
    session: AsyncSession, account_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, ContactRow]:
    """Lock contacts, all rows of each, and return them by id.

    Which rows those are must be kept already, by `keep_merged` or `lock_merging`. Raises NotFound
    for one that is not there or was merged.
    """
    await execute(
        session,
        """
        select from contact
        where account_id = $1 and (id = any($2::uuid[]) or merged_into_id = any($2::uuid[]))
          and deleted_at is null
        order by account_id, address collate "C" for no key update
        """,
        account_id,
        ids,
    )
    rows = await fetch(
        session,
        f"""
        {CONTACT_SELECT} where a.account_id = $1 and a.id = any($2::uuid[])
          and a.merged_into_id is null and a.deleted_at is null
        """,
        account_id,
        ids,
    )
    if len(rows) < len(set(ids)):
        raise NotFound("There is no such contact.")
    return {row["id"]: contact_row(row) for row in rows}


async def set_contacts(session: AsyncSession, contacts: Sequence[ContactRow]) -> None:
    """Store what people may change of locked contacts."""
    await update_rows(
        session,
        Contact,
        [
            {
                "account_id": c.account_id,
                "id": c.id,
                "name": c.name,
                "is_named": c.is_named,
                "labels": _encoder.encode(c.labels).decode(),
                "fields": _encoder.encode(c.fields).decode(),
                "blocked_at": c.blocked_at,
            }
            for c in contacts
        ],
    )
