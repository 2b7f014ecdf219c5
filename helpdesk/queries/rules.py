"""Rules and defaults: all that routing needs to know of a device."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.shapes.rules import Condition, RuleOut
from helpdesk.tables.rule import Rule


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

_COLUMNS = "id, device_id, name, position, condition, division_id, is_enabled, deleted_at"


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


async def find_rule(session: AsyncSession, account_id: UUID, id_: UUID) -> RuleOut | None:
    """Return one rule, also a deleted one, or None."""
    one = f"select {_COLUMNS} from rule where account_id = $1 and id = $2"
    rows = await fetch(session, one, account_id, id_)
    return _out(rows[0]) if rows else None


async def get_rule(session: AsyncSession, account_id: UUID, id_: UUID) -> RuleOut:
    """Return one living rule. Raises NotFound."""
    rule = await find_rule(session, account_id, id_)
    if rule is None or rule.is_deleted:
        raise NotFound("There is no such rule.")
    return rule


async def lock_rule(session: AsyncSession, account_id: UUID, id_: UUID) -> RuleOut:
    """Lock one living rule. Raises NotFound."""
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from rule
        where account_id = $1 and id = $2 and deleted_at is null for no key update
        """,
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such rule.")
    return _out(rows[0])


async def list_rules(
    session: AsyncSession,
    account_id: UUID,
    *,
    device_id: UUID | None = None,
    after: tuple[int, UUID] | None = None,
    limit: int | None = None,
) -> list[RuleOut]:
    """Return living rules, of one device where given, in the order of `(position, id)`."""
    position, id_ = after or (None, None)
    rows = await fetch(
        session,
        f"""
        select {_COLUMNS} from rule
        where account_id = $1 and deleted_at is null and ($2::uuid is null or device_id = $2)
          and ($3::int is null or (position, id) > ($3, $4::uuid))
        order by position, id limit $5
        """,
        account_id,
        device_id,
        position,
        id_,
        limit,
    )
    return [_out(row) for row in rows]


async def next_position(session: AsyncSession, account_id: UUID, device_id: UUID) -> int:
    """Return the position after a locked device's last rule."""
    rows = await fetch(
        session,
        """
        select coalesce(max(position) + 1, 0) from rule
        where account_id = $1 and device_id = $2 and deleted_at is null
        """,
        account_id,
        device_id,
    )
    return int(rows[0][0])


async def insert_rule(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a rule."""
    await insert_rows(session, Rule, [_encoded(columns)])


async def set_rule(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a rule, one at least."""
    row = {"account_id": account_id, "id": id_, **_encoded(changes)}
    await update_rows(session, Rule, [row])


async def move_rules(
    session: AsyncSession, account_id: UUID, division_id: UUID, *, to: UUID | None, now: datetime
) -> list[RuleOut]:
    """Let a division's rules lead to another one, or remove them; returns them."""
    rows = await fetch(
        session,
        f"""
        update rule set division_id = coalesce($3, division_id),
          deleted_at = case when $3 is null then $4::timestamptz end
        where account_id = $1 and division_id = $2::uuid and deleted_at is null
        returning {_COLUMNS}
        """,
        account_id,
        division_id,
        to,
        now,
    )
    return [_out(row) for row in rows]


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the condition into its JSON text."""
    if "condition" not in columns:
        return dict(columns)
    return {**columns, "condition": msgspec.json.encode(columns["condition"]).decode()}


def _out(row: asyncpg.Record) -> RuleOut:
    return RuleOut(
        id=row["id"],
        device_id=row["device_id"],
        name=row["name"],
        position=row["position"],
        condition=msgspec.convert(row["condition"], Condition),
        division_id=row["division_id"],
        enabled=row["is_enabled"],
        is_deleted=row["deleted_at"] is not None,
    )
