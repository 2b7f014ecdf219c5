"""Webhooks: read, locked, inserted and changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import execute, fetch
from helpdesk.errors import NotFound
from helpdesk.queries.bulk import insert_rows, update_rows
from helpdesk.queries.webhook_deliveries import DELIVERY_COLUMNS, delivery_out
from helpdesk.shapes.webhooks import WebhookBrief, WebhookKind, WebhookOut
from helpdesk.tables.webhook import Webhook

_BRIEF = "w.id, w.kind, w.device_id, w.event_types, w.device_ids, w.is_enabled, w.deleted_at"

_SELECT = f"""
select {_BRIEF}, w.url, w.created_at as made_at, d.*
from webhook w
left join lateral (
  select {DELIVERY_COLUMNS} from webhook_delivery d
  where d.account_id = w.account_id and d.webhook_id = w.id and d.tried_at is not null
  order by d.tried_at desc limit 1) d on true
where w.account_id = $1 and w.deleted_at is null and w.url <> ''
"""


class LockedWebhook(Struct, frozen=True, kw_only=True):
    """A webhook that stays as it is until the unit of work ends."""

    kind: WebhookKind
    is_enabled: bool


async def find_brief(session: AsyncSession, account_id: UUID, id_: UUID) -> WebhookBrief:
    """Return what an event tells of a webhook, also of a deleted one. Raises NotFound."""
    rows = await fetch(
        session,
        f"select {_BRIEF} from webhook w where w.account_id = $1 and w.id = $2",
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such webhook.")
    return WebhookBrief(**_brief(rows[0]))


async def get_webhook(session: AsyncSession, account_id: UUID, id_: UUID) -> WebhookOut:
    """Return one living webhook. Raises NotFound."""
    rows = await fetch(session, _SELECT + " and w.id = $2", account_id, id_)
    if not rows:
        raise NotFound("There is no such webhook.")
    return _out(rows[0])


async def list_webhooks(
    session: AsyncSession, account_id: UUID, *, after: UUID | None = None, limit: int | None = None
) -> list[WebhookOut]:
    """Return living webhooks, the devices' too, in the order of their making."""
    rows = await fetch(
        session,
        _SELECT + " and ($2::uuid is null or w.id > $2) order by w.id limit $3",
        account_id,
        after,
        limit,
    )
    return [_out(row) for row in rows]


async def count_webhooks(session: AsyncSession, account_id: UUID) -> int:
    """Return how many living webhooks the account has, those of devices left out."""
    rows = await fetch(
        session,
        """
        select count(*) from webhook
        where account_id = $1 and kind = 'events' and deleted_at is null
        """,
        account_id,
    )
    return int(rows[0][0])


async def lock_webhook(session: AsyncSession, account_id: UUID, id_: UUID) -> LockedWebhook:
    """Lock one living webhook; what happens meanwhile is noted for it nevertheless.

    Raises NotFound.
    """
    rows = await fetch(
        session,
        """
        select kind, is_enabled from webhook
        where account_id = $1 and id = $2 and deleted_at is null and url <> ''
        for no key update
        """,
        account_id,
        id_,
    )
    if not rows:
        raise NotFound("There is no such webhook.")
    return LockedWebhook(**dict(rows[0]))


async def insert_webhook(session: AsyncSession, columns: Mapping[str, Any]) -> None:
    """Insert a webhook."""
    await insert_rows(session, Webhook, [columns])


async def set_webhook(
    session: AsyncSession, account_id: UUID, id_: UUID, changes: Mapping[str, Any]
) -> None:
    """Change columns of a webhook, one at least."""
    await update_rows(session, Webhook, [{"account_id": account_id, "id": id_, **changes}])


async def list_device_addresses(
    session: AsyncSession, account_id: UUID, devices: list[UUID]
) -> dict[UUID, dict[str, str]]:
    """Return the addresses of devices' webhooks by device and kind; those that have any."""
    rows = await fetch(
        session,
        """
        select device_id, kind, url from webhook
        where account_id = $1 and device_id = any($2::uuid[]) and url <> ''
        """,
        account_id,
        devices,
    )
    found: dict[UUID, dict[str, str]] = {}
    for device_id, kind, url in rows:
        found.setdefault(device_id, {})[kind] = url
    return found


async def find_device_webhooks(
    session: AsyncSession, account_id: UUID, device_id: UUID
) -> dict[str, UUID]:
    """Return the ids of a device's webhooks by kind, also of those without an address."""
    rows = await fetch(
        session,
        "select kind, id from webhook where account_id = $1 and device_id = $2",
        account_id,
        device_id,
    )
    return {row["kind"]: row["id"] for row in rows}


async def find_unknown_devices(
    session: AsyncSession, account_id: UUID, devices: list[UUID]
) -> list[UUID]:
    """Return which of these are no living devices of the account."""
    rows = await fetch(
        session,
        "select id from device where account_id = $1 and id = any($2::uuid[]) "
        "and deleted_at is null",
        account_id,
        devices,
    )
    known = {row[0] for row in rows}
    return [each for each in devices if each not in known]


async def give_up_due(
    session: AsyncSession, account_id: UUID, webhook_id: UUID, *, error: str
) -> None:
    """Give up what is due to go to a webhook that is told nothing any more."""
    await execute(
        session,
        """
        update webhook_delivery set state = 'dead', error = $3
        where account_id = $1 and webhook_id = $2 and state = 'due'
        """,
        account_id,
        webhook_id,
        error,
    )


def _brief(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "device_id": row["device_id"],
        "event_types": row["event_types"],
        "device_ids": row["device_ids"],
        "enabled": row["is_enabled"],
        "is_deleted": row["deleted_at"] is not None,
    }


def _out(row: asyncpg.Record) -> WebhookOut:
    return WebhookOut(
        **_brief(row),
        url=row["url"],
        last=delivery_out(row) if row["delivery_id"] else None,
        created_at=row["made_at"],
    )
