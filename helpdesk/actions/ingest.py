"""Taking in what gateways deliver: each message once, in one conversation, with an owner.

One call handles a list of deliveries in one transaction, with a fixed number of set-based
statements whatever the length of the list. A delivery is answered only after the commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from helpdesk import phone
from helpdesk.actions.changes import DeviceChange, record_changes
from helpdesk.actions.connections import ConnectionNews, record_connections
from helpdesk.actions.receipts import DeviceReceipt, record_receipts
from helpdesk.actions.receive import receive_messages
from helpdesk.actions.threads import Received
from helpdesk.database import UnitOfWork
from helpdesk.gateways import Change, DeviceState, Ignored, Inbound, Parsed, Receipt, Unparsed
from helpdesk.queries.inbound import HookDevice, find_hook_devices, insert_inbound
from helpdesk.tables.columns import new_id

State = Literal["stored", "ignored", "unparsed", "parked", "failed"]


AnyNews = TypeVar("AnyNews", Change, Receipt, DeviceState)


class Delivery(Struct, frozen=True, kw_only=True):
    """One webhook request; `hook_digest` is the digest of its key, in hex."""

    hook_digest: str
    gateway_kind: str
    body: bytes
    content_type: str
    parsed: Sequence[Parsed]


class TakeNews(Protocol):
    """A unit of work on one kind of news."""

    async def __call__(
        self, work: UnitOfWork, deliveries: Sequence[Delivery], *, now: datetime
    ) -> None:
        """Record the news that the deliveries hold of it."""
        ...


class Taken(Struct, frozen=True):
    """The answer: whether the key is known, and how many values were new."""

    is_known: bool
    fresh: int = 0


def holds(deliveries: Iterable[Delivery], kind: type[Parsed]) -> bool:
    """Whether anything of the kind was delivered."""
    return any(isinstance(value, kind) for each in deliveries for value in each.parsed)


class Item(Struct, kw_only=True):
    """One value of a delivery, on its way."""

    place: int
    device: HookDevice
    value: Parsed
    delivery: Delivery
    id: UUID
    state: State
    reason: str = ""


async def take_deliveries(
    work: UnitOfWork, deliveries: Sequence[Delivery], *, now: datetime
) -> list[Taken]:
    """Store, route and assign the messages delivered; the answers are in the order of the list."""
    devices = await find_hook_devices(work.session, [each.hook_digest for each in deliveries])
    items = list(_items(deliveries, devices))
    numbers = await insert_inbound(work.session, _first_of_each_key(_inbound_rows(items, now)))
    await receive_messages(work, _received(items, numbers), now=now)
    fresh = [0] * len(deliveries)
    for item in items:
        fresh[item.place] += item.id in numbers
    return [
        Taken(_device(delivery, devices) is not None, count)
        for delivery, count in zip(deliveries, fresh, strict=True)
    ]


async def keep_failed(work: UnitOfWork, delivery: Delivery, *, reason: str, now: datetime) -> Taken:
    """Keep a delivery that could not be handled, raw, for a supervisor to see."""
    devices = await find_hook_devices(work.session, [delivery.hook_digest])
    device = _device(delivery, devices)
    if device is None:
        return Taken(is_known=False)
    item = Item(
        place=0,
        device=device,
        value=Unparsed(reason=reason),
        delivery=delivery,
        id=new_id(),
        state="failed",
        reason=reason,
    )
    await insert_inbound(work.session, [_inbound_row(item, now, with_body=True)])
    return Taken(is_known=True)


def _items(deliveries: Sequence[Delivery], devices: dict[str, HookDevice]) -> Iterable[Item]:
    for place, delivery in enumerate(deliveries):
        device = _device(delivery, devices)
        if device is None:
            continue
        for value in delivery.parsed:
            state, reason = _judge(device, value)
            yield Item(
                place=place,
                device=device,
                value=value,
                delivery=delivery,
                id=new_id(),
                state=state,
                reason=reason,
            )


def _device(delivery: Delivery, devices: dict[str, HookDevice]) -> HookDevice | None:
    device = devices.get(delivery.hook_digest)
    return device if device and device.gateway_kind == delivery.gateway_kind else None


def _judge(device: HookDevice, value: Parsed) -> tuple[State, str]:
    """Return what becomes of a value, and why, where it is not simply stored."""
    if isinstance(value, Unparsed):
        return "unparsed", value.reason
    if value.device_number and phone.normalise(value.device_number) != device.number:
        return "parked", "The body names another device."
    if isinstance(value, Ignored):
        return "ignored", value.reason
    if isinstance(value, Inbound) and value.is_group and not device.is_group_routed:
        return "ignored", "Messages of groups are switched off for this device."
    return "stored", ""


def _kept(item: Item) -> bool:
    """What changes something that is there already is no row of its own."""
    return item.state != "stored" or isinstance(item.value, Inbound)


def _inbound_rows(items: Iterable[Item], now: datetime) -> list[dict[str, Any]]:
    """Return the rows of what is kept; the first of each delivery has the raw body."""
    kept = [item for item in items if _kept(item)]
    firsts = {item.place: item.id for item in reversed(kept)}
    return [_inbound_row(item, now, with_body=firsts[item.place] == item.id) for item in kept]


def _inbound_row(item: Item, now: datetime, *, with_body: bool) -> dict[str, Any]:
    return {
        "account_id": item.device.account_id,
        "id": item.id,
        "device_id": item.device.id,
        "key": _key(item),
        "state": item.state,
        "reason": item.reason,
        "content_type": item.delivery.content_type[:200],
        "body": item.delivery.body if with_body else b"",
        "message_id": item.id if item.state == "stored" else None,
        "received_at": now,
    }


def _key(item: Item) -> str | None:
    """Return what makes a redelivery known; None keeps both copies."""
    if item.state != "stored" or not isinstance(item.value, Inbound):
        return None
    if item.value.provider_id:
        return f"id:{item.value.provider_id}"
    return f"print:{item.value.fingerprint}" if item.value.fingerprint else None


def _first_of_each_key(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[tuple[UUID, str]] = set()
    first = []
    for row in rows:
        key = (row["device_id"], row["key"])
        if row["key"] is None or key not in seen:
            seen.add(key)
            first.append(row)
    return first


def _received(items: Iterable[Item], numbers: dict[UUID, int]) -> list[Received]:
    return [
        Received(
            device=item.device,
            inbound=item.value,
            message_id=item.id,
            number=numbers[item.id],
            is_possible_repeat=_key(item) is None,
        )
        for item in items
        if item.id in numbers and item.state == "stored" and isinstance(item.value, Inbound)
    ]


async def take_changes(work: UnitOfWork, deliveries: Sequence[Delivery], *, now: datetime) -> None:
    """Record what contacts did with messages afterwards."""
    news = await _news(work, deliveries, Change)
    changes = [DeviceChange(device.account_id, device.id, change) for device, change in news]
    await record_changes(work, changes, now=now)


async def take_receipts(work: UnitOfWork, deliveries: Sequence[Delivery], *, now: datetime) -> None:
    """Record what became of messages that were sent."""
    news = await _news(work, deliveries, Receipt)
    receipts = [DeviceReceipt(device.account_id, device.id, receipt) for device, receipt in news]
    await record_receipts(work, receipts, now=now)


async def take_connections(
    work: UnitOfWork, deliveries: Sequence[Delivery], *, now: datetime
) -> None:
    """Record which devices are connected."""
    news = await _news(work, deliveries, DeviceState)
    states = [ConnectionNews(device.account_id, device.id, state) for device, state in news]
    await record_connections(work, states, now=now)


NEWS: Mapping[type[Parsed], TakeNews] = {
    Change: take_changes,
    Receipt: take_receipts,
    DeviceState: take_connections,
}
"""What is recorded after the messages, each kind in a unit of work of its own: messages lock
contacts and then their conversations, these conversations alone, each in one order, so that no
circle can close. What was recorded before changes nothing."""


async def _news(
    work: UnitOfWork, deliveries: Sequence[Delivery], kind: type[AnyNews]
) -> list[tuple[HookDevice, AnyNews]]:
    devices = await find_hook_devices(work.session, [each.hook_digest for each in deliveries])
    return [
        (item.device, item.value)
        for item in _items(deliveries, devices)
        if item.state == "stored" and isinstance(item.value, kind)
    ]
