"""What gateways delivered: found by hook key, stored once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.queries.autoreplies import answers_itself
from helpdesk.queries.bulk import insert_rows
from helpdesk.tables.inbound import Inbound, InboundState


class HookDevice(Struct, frozen=True):
    """The device behind a hook key."""

    account_id: UUID
    id: UUID
    number: str
    gateway_kind: str
    is_group_routed: bool
    default_division_id: UUID | None
    is_autoread: bool
    is_personal_told: bool
    relay_address: str
    is_answering: bool
    """Whether it has autoreplies that may answer."""


async def find_hook_devices(session: AsyncSession, digests: Sequence[str]) -> dict[str, HookDevice]:
    """Return the living devices by the digest of their hook key; unknown digests are absent."""
    rows = await fetch(
        session,
        f"""
        select h.key, d.account_id, d.id, d.number, d.gateway_kind, d.is_group_routed,
               d.default_division_id, d.is_autoread, d.is_personal_told, d.relay_address,
               {answers_itself("d")}
        from directory h join device d on d.account_id = h.account_id and d.id = h.id
        where h.kind = 'hook' and h.key = any($1::text[]) and d.deleted_at is null
        """,
        list(set(digests)),
    )
    return {row[0]: HookDevice(*row[1:]) for row in rows}


async def insert_inbound(
    session: AsyncSession, rows: Sequence[Mapping[str, Any]]
) -> dict[UUID, int]:
    """Insert what has a new key or none, and return a message number for each row inserted.

    A concurrent delivery of the same key is waited for, and then counts as the first. The order of
    insertion is that of the keys, so that two batches never wait for each other; the numbers follow
    the order of the list.
    """
    inserted = await insert_rows(
        session,
        Inbound,
        rows,
        order_by="v.account_id, v.device_id, v.key",
        on_conflict="do nothing",
        returning="id, nextval('message_number')",
    )
    fresh = {row[0] for row in inserted}
    ids = [row["id"] for row in rows if row["id"] in fresh]
    return dict(zip(ids, sorted(row[1] for row in inserted), strict=True))


class KeptDelivery(Struct, frozen=True, kw_only=True):
    """A delivery as it came; `body` is cut where the reader said."""

    id: UUID
    device_id: UUID
    state: InboundState
    reason: str
    content_type: str
    body: bytes
    received_at: datetime


async def list_inbound(
    session: AsyncSession,
    account_id: UUID,
    *,
    state: InboundState,
    most_bytes: int,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[KeptDelivery]:
    """Return deliveries in a state, newest first; those of one batch came at the same moment."""
    received_at, id_ = after or (None, None)
    rows = await fetch(
        session,
        """
        select id, device_id, state, reason, content_type, substring(body for $3) as body,
               received_at
        from inbound
        where account_id = $1 and state = $2
          and ($4::timestamptz is null or (received_at, id) < ($4, $5::uuid))
        order by received_at desc, id desc limit $6
        """,
        account_id,
        state,
        most_bytes,
        received_at,
        id_,
        limit,
    )
    return [KeptDelivery(**dict(row)) for row in rows]
