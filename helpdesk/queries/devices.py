"""Devices: what is shown of them, and how they are found."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.shapes.setup import DeviceBrief
from helpdesk.tables.device import Device

BRIEF_COLUMNS = """
d.account_id, d.id, d.name, d.number, d.status, d.status_reason, d.gateway_kind,
d.default_division_id, d.is_expired, d.is_used_up, d.deleted_at
"""
"""Of a device `d`."""


def brief(device: Device) -> DeviceBrief:
    """Return what everybody signed in may know."""
    return DeviceBrief(**_fields(device.model_dump()))


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "number": row["number"],
        "status": row["status"],
        "status_reason": row["status_reason"],
        "gateway_kind": row["gateway_kind"],
        "default_division_id": row["default_division_id"],
        "is_expired": row["is_expired"],
        "is_used_up": row["is_used_up"],
        "is_deleted": row["deleted_at"] is not None,
    }


async def get_device(session: AsyncSession, account_id: UUID, id_: UUID) -> Device:
    """Return one living device. Raises NotFound."""
    found = await session.exec(_living(account_id).where(Device.id == id_))
    device = found.first()
    if device is None:
        raise NotFound("There is no such device.")
    return device


async def lock_device(session: AsyncSession, account_id: UUID, id_: UUID) -> Device:
    """Lock one living device. Raises NotFound."""
    statement = _living(account_id).where(Device.id == id_).with_for_update(key_share=True)
    device = (await session.exec(statement)).first()
    if device is None:
        raise NotFound("There is no such device.")
    return device


async def list_devices(
    session: AsyncSession, account_id: UUID, *, after: UUID | None = None, limit: int | None = None
) -> list[Device]:
    """Return living devices in the order of their making."""
    statement = _living(account_id).order_by(col(Device.id)).limit(limit)
    if after:
        statement = statement.where(col(Device.id) > after)
    return list((await session.exec(statement)).all())


async def count_work(session: AsyncSession, account_id: UUID, id_: UUID) -> dict[str, int]:
    """Return how many agents and open conversations depend on a device."""
    rows = await fetch(
        session,
        """
        select
          (select count(*) from agent
           where account_id = $1 and device_id = $2 and deleted_at is null) as agents,
          (select count(*) from conversation
           where account_id = $1 and device_id = $2 and status <> 'resolved') as conversations
        """,
        account_id,
        id_,
    )
    return dict(rows[0])


def _living(account_id: UUID) -> SelectOfScalar[Device]:
    return select(Device).where(Device.account_id == account_id, col(Device.deleted_at).is_(None))


async def set_connections(
    session: AsyncSession, news: Iterable[tuple[UUID, UUID, str, str]]
) -> list[asyncpg.Record]:
    """Store (account, device, status, reason) where it is a change, and return what changed."""
    rows = sorted(news)
    return await fetch(
        session,
        f"""
        with changed as (
          select d.account_id, d.id, v.status, v.reason
          from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
            v(account_id, id, status, reason)
          join device d on d.account_id = v.account_id and d.id = v.id
          where d.status <> v.status and d.deleted_at is null
          order by d.account_id, d.id for no key update of d)
        update device d set status = c.status, status_reason = c.reason from changed c
        where d.account_id = c.account_id and d.id = c.id
        returning {BRIEF_COLUMNS}
        """,
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def set_expired(session: AsyncSession) -> list[asyncpg.Record]:
    """Note which packages have run out since this was last asked, and return their devices."""
    return await fetch(
        session,
        f"""
        with expired as (
          select account_id, id from device
          where expires_at <= statement_timestamp() and not is_expired and deleted_at is null
            and package is distinct from 'free'
          order by account_id, id for no key update skip locked)
        update device d set is_expired = true from expired e
        where d.account_id = e.account_id and d.id = e.id
        returning {BRIEF_COLUMNS}
        """,
    )


def brief_of(row: asyncpg.Record) -> DeviceBrief:
    """Return the shape from a row of this module."""
    return DeviceBrief(**_fields(dict(row)))
