"""Contacts: found or made once, and locked in one order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.shapes import ContactKind, ContactOut, ContactRef
from helpdesk.tables.columns import new_id
from helpdesk.tables.contact import Contact

Address = tuple[UUID, str]
_COLUMNS = "account_id, id, kind, address, name, is_named, created_at"


class ContactRow(Struct):
    """A contact as actions work on it."""

    account_id: UUID
    id: UUID
    kind: ContactKind
    address: str
    name: str
    is_named: bool
    created_at: datetime

    def ref(self) -> ContactRef:
        """Return the contact as a conversation names it."""
        return ContactRef(id=self.id, name=self.name, number=self.address)

    def out(self) -> ContactOut:
        """Return the contact as the API shows it."""
        return ContactOut(
            id=self.id,
            kind=self.kind,
            number=self.address,
            name=self.name,
            created_at=self.created_at,
        )


async def lock_contacts(
    session: AsyncSession, wanted: Mapping[Address, tuple[ContactKind, str]], *, now: datetime
) -> dict[Address, ContactRow]:
    """Find or make the contacts, given as kind and name by address, and lock them.

    Whoever holds a contact's lock decides which conversation is the open one.
    """
    found = await _lock(session, wanted)
    missing = [address for address in sorted(wanted) if address not in found]
    found |= await _insert(session, missing, wanted, now)
    raced = [address for address in missing if address not in found]
    return found | await _lock(session, raced)


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


async def _lock(session: AsyncSession, addresses: Iterable[Address]) -> dict[Address, ContactRow]:
    pairs = list(addresses)
    if not pairs:
        return {}
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from contact
        where (account_id, address) in (select * from unnest($1::uuid[], $2::text[]))
        order by account_id, id for no key update
        """,
        [account_id for account_id, _ in pairs],
        [address for _, address in pairs],
    )
    return _by_address(ContactRow(*row) for row in rows)


async def _insert(
    session: AsyncSession,
    missing: Sequence[Address],
    wanted: Mapping[Address, tuple[ContactKind, str]],
    now: datetime,
) -> dict[Address, ContactRow]:
    rows = await insert_rows(
        session,
        Contact,
        [_new(address, *wanted[address], now) for address in missing],
        on_conflict="do nothing",
        returning=_COLUMNS,
    )
    return _by_address(ContactRow(*row) for row in rows)


def _new(address: Address, kind: ContactKind, name: str, now: datetime) -> dict[str, Any]:
    return {
        "account_id": address[0],
        "id": new_id(),
        "kind": kind,
        "address": address[1],
        "name": name,
        "is_named": False,
        "created_at": now,
    }


def _by_address(rows: Iterable[ContactRow]) -> dict[Address, ContactRow]:
    return {(row.account_id, row.address): row for row in rows}


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
