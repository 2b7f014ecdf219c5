"""Rules and defaults: all that routing needs to know of a device."""

from collections.abc import Iterable, Mapping
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
    division_id: UUID | None
    condition: Condition


class DeviceRoutes(Struct, frozen=True):
    """A device's rules in order, its default, and the divisions that have an agent of it.

    `time_zone` is the account's; `gateway_kind` says how a menu can be asked.
    """

    rules: list[RouteRule]
    default_division_id: UUID | None
    agent_division_ids: list[UUID]
    time_zone: str = "UTC"
    gateway_kind: str = ""


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
            from rule r left join division v
              on v.account_id = r.account_id and v.id = r.division_id
            where r.account_id = d.account_id and r.device_id = d.id and r.is_enabled
              and r.deleted_at is null and v.deleted_at is null)::text, '[]'),
          (select v.id from division v where v.account_id = d.account_id
             and v.id = d.default_division_id and v.deleted_at is null),
          array(select distinct a.division_id from agent a
            join division v on v.account_id = a.account_id and v.id = a.division_id
            where a.account_id = d.account_id and a.device_id = d.id
              and a.deleted_at is null and v.deleted_at is null),
          c.time_zone, d.gateway_kind
        from device d join account c on c.id = d.account_id
        where (d.account_id, d.id) in (select * from unnest($1::uuid[], $2::uuid[]))
        """,
        [account_id for account_id, _ in pairs],
        [device_id for _, device_id in pairs],
    )
    return {
        row[0]: DeviceRoutes(_rules.decode(row[1]), row[2], list(row[3]), row[4], row[5])
        for row in rows
    }


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
    session: AsyncSession, account_id: UUID, division_id: UUID, *, to: UUID
) -> list[RuleOut]:
    """Let the rules and choices that lead to a division lead to another one; returns them."""
    rows = await fetch(
        session,
        f"""
        update rule set
          division_id = case when division_id = $2::uuid then $3::uuid else division_id end,
          condition = replace(condition::text, $2::uuid::text, $3::uuid::text)::jsonb
        where account_id = $1 and deleted_at is null and {_NAMES_DIVISION}
        returning {_COLUMNS}
        """,
        account_id,
        division_id,
        to,
    )
    return [_out(row) for row in rows]


async def count_rules_to(session: AsyncSession, account_id: UUID, division_id: UUID) -> int:
    """Return how many rules lead to a division, themselves or by a choice of their menu."""
    rows = await fetch(
        session,
        f"""
        select count(*) from rule
        where account_id = $1 and deleted_at is null and {_NAMES_DIVISION}
        """,
        account_id,
        division_id,
    )
    return int(rows[0][0])


_NAMES_DIVISION = """
  (division_id = $2::uuid or position($2::uuid::text in (condition->'choices')::text) > 0)
"""


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
