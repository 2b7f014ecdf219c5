"""Contacts: added, and listed for those who see them."""

from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.actors import Actor
from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.contact_rows import (
    CONTACT_SELECT,
    Address,
    ContactRow,
    contact_row,
    find_contacts,
)
from helpdesk.queries.inbox import number_pattern, pattern, visible_sql
from helpdesk.queries.labels import labelled
from helpdesk.shapes.conversations import ContactOut
from helpdesk.tables.contact import Contact


class WantedContacts(Struct, frozen=True, kw_only=True):
    """Which contacts: narrowed down by filters.

    `address` is the whole of one of its numbers; `name_part` is a part of the name, in any case;
    `search` the same, or a part of a number in any spelling.
    """

    address: str | None = None
    name_part: str | None = None
    search: str | None = None
    label_id: UUID | None = None
    is_blocked: bool | None = None


async def insert_contact(
    session: AsyncSession, address: Address, columns: dict[str, Any]
) -> tuple[ContactRow, bool]:
    """Return the contact that the address reaches, and whether it was inserted with the columns."""
    inserted = await insert_rows(
        session, Contact, [columns], on_conflict="do nothing", returning="id"
    )
    return (await find_contacts(session, [address]))[address], bool(inserted)


async def get_contact(session: AsyncSession, actor: Actor, id_: UUID) -> ContactOut:
    """Return one contact, if the actor sees it; for a merged one's id what it became.

    Raises NotFound.
    """
    rows = await fetch(
        session,
        f"""
        {_seen_by(actor)} and a.id = (
          select coalesce(merged_into_id, id) from contact where account_id = $1 and id = $5)
        """,
        *_arguments(actor),
        id_,
    )
    if not rows:
        raise NotFound("There is no such contact.")
    return contact_row(rows[0]).out()


async def list_contacts(
    session: AsyncSession,
    actor: Actor,
    wanted: WantedContacts = WantedContacts(),  # noqa: B008 - it is frozen
    *,
    after: UUID | None = None,
    limit: int,
) -> list[ContactOut]:
    """Return the contacts that the actor sees, in the order of their making."""
    rows = await fetch(
        session,
        f"""
        {_seen_by(actor)}
          and ($5::text is null or a.address = $5 or {_any_number("o.address = $5")})
          and ($6::text is null or a.name ilike $6)
          and ($7::text is null or a.name ilike $7 or a.address like $8
            or {_any_number("(o.address like $8 or o.name ilike $7)")})
          and ($9::uuid is null or {labelled("a", "$9")})
          and ($10::boolean is null or (a.blocked_at is not null) = $10)
          and ($11::uuid is null or a.id > $11)
        order by a.id limit $12
        """,
        *_arguments(actor),
        wanted.address,
        pattern(wanted.name_part) if wanted.name_part else None,
        pattern(wanted.search) if wanted.search else None,
        number_pattern(wanted.search) if wanted.search else None,
        wanted.label_id,
        wanted.is_blocked,
        after,
        limit,
    )
    return [contact_row(row).out() for row in rows]


def _any_number(condition: str) -> str:
    """Return the condition that it holds for a number `o` that was merged into `a`."""
    return f"""exists (select from contact o where o.account_id = a.account_id
      and o.merged_into_id = a.id and {condition})"""


def _seen_by(actor: Actor) -> str:
    """Return the select with its condition; the parameters are those of `visible_sql`."""
    return f"""
        {CONTACT_SELECT}
        where a.account_id = $1 and a.merged_into_id is null and a.deleted_at is null
          and {_sight(actor)}
          and ($2::uuid is null or true) and ($3::uuid is null or true)
          and ($4::uuid is null or true)
        """


def _sight(actor: Actor) -> str:
    """A token sees whoever has a message on its device, an agent whose conversation it sees."""
    if actor.is_supervising:
        return "true"
    rows = """any(array(select a.id union all select o.id from contact o
            where o.account_id = a.account_id and o.merged_into_id = a.id))"""
    if actor.role == "device":
        return f"""exists (
          select from message m where m.account_id = a.account_id and m.contact_id = {rows}
            and m.device_id = $4)"""
    return f"""exists (
          select from conversation c where c.account_id = a.account_id and c.contact_id = {rows}
            and {visible_sql(actor)})"""


def _arguments(actor: Actor) -> tuple[Any, ...]:
    return actor.account_id, actor.agent_id, actor.division_id, actor.device_id
