"""Packages, and the months' messages of devices that are counted against them.

A month is one of the account's own time zone. A device whose package has run out has the free one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows
from helpdesk.queries.devices import BRIEF_COLUMNS
from helpdesk.shapes.packages import PackageOut
from helpdesk.tables.package import Package

_FIELDS = "code, name, messages_per_month, has_attachments, watermark"

_PACKAGED = """
packaged as (
  select d.account_id, d.id as device_id, d.number_raw, p.code, p.name, p.messages_per_month,
         coalesce(p.has_attachments, true) as has_attachments,
         coalesce(p.watermark, '') as watermark,
         to_char($1::timestamptz at time zone a.time_zone, 'YYYY-MM') as month
  from device d join account a on a.id = d.account_id
  left join package p on p.account_id = d.account_id
    and p.code = case when d.expires_at <= $1 then 'free' else d.package end)
"""


class Allowance(Struct, frozen=True, kw_only=True):
    """What a device may send this month, and what it `used`; without a package `code` is None."""

    account_id: UUID
    device_id: UUID
    number_raw: str
    code: str | None
    name: str | None
    messages_per_month: int | None
    has_attachments: bool
    watermark: str
    used: int

    @property
    def left(self) -> int | None:
        """How many messages are left of the month, None without limit."""
        if self.messages_per_month is None:
            return None
        return max(0, self.messages_per_month - self.used)


class Charge(Struct, frozen=True, kw_only=True):
    """What came of counting messages: `is_charged` is False where the month has fewer left."""

    allowance: Allowance
    is_charged: bool


async def charge_devices(
    session: AsyncSession, counts: Mapping[tuple[UUID, UUID], int], *, now: datetime
) -> dict[UUID, Charge]:
    """Count messages of devices, given by (account, device), where their month has as many left.

    Each device's row of the month is locked until the commit, in one order.
    """
    rows = await fetch(
        session,
        "with"
        + _PACKAGED
        + """,
        asked as (
          select p.*, v.count
          from unnest($2::uuid[], $3::uuid[], $4::integer[]) v(account_id, device_id, count)
          join packaged p using (account_id, device_id)),
        charged as (
          insert into device_usage as u (account_id, device_id, month, messages)
          select account_id, device_id, month, count from asked
          where messages_per_month is null or count <= messages_per_month
          order by account_id, device_id
          on conflict (account_id, device_id, month) do update
          set messages = u.messages + excluded.messages
          where u.messages + excluded.messages <= (
            select coalesce(k.messages_per_month, 2147483647) from asked k
            where k.account_id = u.account_id and k.device_id = u.device_id)
          returning account_id, device_id, messages)
        select k.account_id, k.device_id, k.number_raw, k.code, k.name, k.messages_per_month,
               k.has_attachments, k.watermark, coalesce(c.messages, 0) as used,
               c.device_id is not null as is_charged
        from asked k left join charged c using (account_id, device_id)
        """,
        now,
        [account_id for account_id, _ in counts],
        [device_id for _, device_id in counts],
        list(counts.values()),
    )
    return {
        row["device_id"]: Charge(allowance=_allowance(row), is_charged=row["is_charged"])
        for row in rows
    }


async def list_allowances(
    session: AsyncSession, account_id: UUID, devices: Iterable[UUID], *, now: datetime
) -> dict[UUID, Allowance]:
    """Return by id what devices may send, and what they have used, at this moment."""
    rows = await fetch(
        session,
        "with"
        + _PACKAGED
        + """
        select p.*, coalesce(u.messages, 0) as used
        from packaged p
        left join device_usage u using (account_id, device_id, month)
        where p.account_id = $2 and p.device_id = any($3::uuid[])
        """,
        now,
        account_id,
        list(devices),
    )
    return {row["device_id"]: _allowance(row) for row in rows}


async def set_used_up(session: AsyncSession, *, now: datetime) -> list[asyncpg.Record]:
    """Note of which devices the month's messages are used up, and of which no more.

    Returns the devices of which that is new.
    """
    return await fetch(
        session,
        "with"
        + _PACKAGED
        + f""",
        counted as (
          select p.account_id, p.device_id,
            coalesce(coalesce(u.messages, 0) >= p.messages_per_month, false) as is_used_up
          from packaged p left join device_usage u using (account_id, device_id, month)),
        changed as (
          select d.account_id, d.id, c.is_used_up
          from counted c join device d on d.account_id = c.account_id and d.id = c.device_id
          where d.is_used_up <> c.is_used_up and d.deleted_at is null
          order by d.account_id, d.id for no key update of d skip locked)
        update device d set is_used_up = c.is_used_up from changed c
        where d.account_id = c.account_id and d.id = c.id
        returning {BRIEF_COLUMNS}
        """,
        now,
    )


async def list_packages(session: AsyncSession, account_id: UUID) -> list[PackageOut]:
    """Return the account's packages, the smallest first."""
    rows = await fetch(
        session,
        f"select {_FIELDS} from package where account_id = $1 order by position",
        account_id,
    )
    return [PackageOut(**dict(row)) for row in rows]


async def insert_packages(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Store packages."""
    await insert_rows(session, Package, rows)


async def set_package(
    session: AsyncSession, account_id: UUID, code: str, changes: Mapping[str, Any]
) -> PackageOut:
    """Change columns of a package. Raises NotFound."""
    package = await session.get(Package, (account_id, code), with_for_update=True)
    if package is None:
        raise NotFound("There is no such package.")
    for column, value in changes.items():
        setattr(package, column, value)
    session.add(package)
    await session.flush()
    return PackageOut(**package.model_dump(exclude={"account_id", "position"}))


def _allowance(row: asyncpg.Record) -> Allowance:
    return Allowance(**{name: row[name] for name in Allowance.__struct_fields__})
