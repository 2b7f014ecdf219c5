"""Rules and defaults: all that routing needs to know of a device."""

from collections.abc import Iterable
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.shapes import Condition


class RouteRule(Struct, frozen=True):
    """One enabled rule."""

    id: UUID
    division_id: UUID
    condition: Condition


class DeviceRoutes(Struct, frozen=True):
    """A device's rules in order, its default, and the divisions that have an agent of it."""

    rules: list[RouteRule]
    default_division_id: UUID | None
    agent_division_ids: list[UUID]


_rules = msgspec.json.Decoder(list[RouteRule])


async def load_routes(
    session: AsyncSession, devices: Iterable[tuple[UUID, UUID]]
) -> dict[UUID, DeviceRoutes]:
    """Return the routes of devices, given as (account, id). Deleted divisions do not count."""
    pairs = sorted(set(devices))
    rows = await fetch(
        session,
        """
        select d.id,
          coalesce((
            select json_agg(json_build_object('id', r.id, 'division_id', r.division_id,
                                              'condition', r.condition) order by r.position, r.id)
            from rule r join division v on v.account_id = r.account_id and v.id = r.division_id
            where r.account_id = d.account_id and r.device_id = d.id and r.is_enabled
              and r.deleted_at is null and v.deleted_at is null)::text, '[]'),
          (select v.id from division v where v.account_id = d.account_id
             and v.id = d.default_division_id and v.deleted_at is null),
          array(select distinct a.division_id from agent a
            join division v on v.account_id = a.account_id and v.id = a.division_id
            where a.account_id = d.account_id and a.device_id = d.id
              and a.deleted_at is null and v.deleted_at is null)
        from device d
        where (d.account_id, d.id) in (select * from unnest($1::uuid[], $2::uuid[]))
        """,
        [account_id for account_id, _ in pairs],
        [device_id for _, device_id in pairs],
    )
    return {row[0]: DeviceRoutes(_rules.decode(row[1]), row[2], list(row[3])) for row in rows}
