"""The simulated customer's phone over REST: its devices, their chats, and what goes wrong there.

What the phone itself does, it does through the gateway's hook: customers write there, receipts and
the device's state come from there.
"""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, patch, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from helpdesk import phone
from helpdesk.actions.media import add_file
from helpdesk.actions.simulate import SIMULATED, require_simulated, switch_trouble
from helpdesk.api.access import BY_PHONE_KEY, MANAGING, allow
from helpdesk.api.deps import Acting, After, Limit, Now, OpenParts, Reading, Work
from helpdesk.api.media import UploadIn, UploadRequest, read_upload
from helpdesk.api.pages import LineKey, Page, page, read_after
from helpdesk.api.simulated_shapes import (
    PhoneLine,
    PhoneState,
    ShownFile,
    SimulatedDeviceOut,
    describe_chat,
    describe_device,
    describe_line,
)
from helpdesk.database import Session
from helpdesk.errors import InputError
from helpdesk.gateways.simulated import MOST_SLOW_SECONDS
from helpdesk.queries.devices import get_device, list_devices
from helpdesk.queries.events import list_heads
from helpdesk.queries.simulated import (
    find_trouble,
    list_chats,
    list_lines,
    list_shown,
    list_unconfirmed,
)
from helpdesk.queries.simulated_abilities import find_typing
from helpdesk.shapes.messages import Location, MediaOut, Poll
from helpdesk.shapes.words import MessageKind, Moment
from helpdesk.tables.device import Device

PHONES = allow(MANAGING) | {BY_PHONE_KEY: True}
MOST_CHATS = 30


class ShownMessage(Struct, frozen=True, kw_only=True):
    """One message as the phone got it; `reference` is the message's id."""

    at: Moment
    reference: str
    kind: MessageKind
    text: str
    attachment: ShownFile | None
    location: Location | None
    poll: Poll | None
    reply_to_provider_id: str | None


class ShownOut(Struct, frozen=True, kw_only=True):
    """What a simulated customer sees, newest first."""

    items: list[ShownMessage]


class SimulatedDevicesOut(Struct, frozen=True, kw_only=True):
    """The account's devices on the simulated gateway."""

    items: list[SimulatedDeviceOut]


class SimulatedDevicePatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to go wrong; what is absent stays."""

    slow_seconds: Annotated[int, Meta(ge=0, le=MOST_SLOW_SECONDS)] | None = None
    lose_answer: bool | None = None
    refuse_next: bool | None = None


class PhoneOut(Struct, frozen=True, kw_only=True):
    """`phone` is None where nothing happened in the account since `after`, else what is there now.

    Give `cursor` back as `after`. `typing_to` is on whose phone the device types now.
    """

    cursor: int
    phone: PhoneState | None
    typing_to: str | None


@get(
    "/devices/{device_id:uuid}/simulated-messages",
    opt=allow(MANAGING),
    operation_id="list_simulated_messages",
)
async def list_all(
    device_id: FromPath[UUID],
    number: FromQuery[str],
    reading: Reading,
    actor: Acting,
    limit: Limit = 50,
) -> ShownOut:
    """List what arrived on a simulated customer's phone."""
    await _get_simulated(reading, actor.account_id, device_id)
    shown = await list_shown(
        reading, actor.account_id, device_id, address=_address(number), limit=limit
    )
    return ShownOut(items=msgspec.convert(shown, list[ShownMessage]))


@get("/simulated/devices", opt=PHONES, operation_id="list_simulated_devices")
async def list_simulated(reading: Reading, actor: Acting, parts: OpenParts) -> SimulatedDevicesOut:
    """List the devices on the simulated gateway."""
    devices = await list_devices(reading, actor.account_id)
    return SimulatedDevicesOut(
        items=[
            describe_device(parts, device, await find_trouble(reading, actor.account_id, device.id))
            for device in devices
            if device.gateway_kind == SIMULATED
        ]
    )


@get("/simulated/devices/{device_id:uuid}", opt=PHONES, operation_id="get_simulated_phone")
async def read_phone(
    device_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    parts: OpenParts,
    after: FromQuery[int] = -1,
) -> PhoneOut:
    """Read a device's chats as its customers' phones show them, unless nothing happened."""
    account_id = actor.account_id
    device = await _get_simulated(reading, account_id, device_id)
    cursor = (await list_heads(reading, [account_id]))[account_id]
    typing_to = await find_typing(reading, account_id, device_id)
    if cursor == after:
        return PhoneOut(cursor=cursor, phone=None, typing_to=typing_to)
    chats = await list_chats(reading, account_id, device_id, limit=MOST_CHATS)
    state = PhoneState(
        device=describe_device(parts, device, await find_trouble(reading, account_id, device_id)),
        chats=[describe_chat(parts, account_id, chat) for chat in chats],
        unconfirmed=await list_unconfirmed(reading, account_id, device_id),
    )
    return PhoneOut(cursor=cursor, phone=state, typing_to=typing_to)


@patch("/simulated/devices/{device_id:uuid}", opt=PHONES, operation_id="change_simulated_device")
async def change(
    device_id: FromPath[UUID], data: JSONBody[SimulatedDevicePatch], work: Work, parts: OpenParts
) -> SimulatedDeviceOut:
    """Switch what goes wrong on a simulated device."""
    device, trouble = await switch_trouble(
        work,
        device_id,
        slow_seconds=data.slow_seconds,
        is_answer_lost=data.lose_answer,
        is_next_refused=data.refuse_next,
    )
    return describe_device(parts, device, trouble)


@get(
    "/simulated/devices/{device_id:uuid}/messages",
    opt=PHONES,
    operation_id="list_phone_messages",
)
async def list_messages(
    device_id: FromPath[UUID],
    number: FromQuery[str],
    reading: Reading,
    actor: Acting,
    parts: OpenParts,
    after: After = None,
    limit: Limit = 50,
) -> Page[PhoneLine]:
    """List both sides of a customer's chat with a device, newest first."""
    account_id = actor.account_id
    await _get_simulated(reading, account_id, device_id)
    key = read_after(after, LineKey)
    lines = await list_lines(
        reading,
        account_id,
        device_id,
        address=_address(number),
        before=(key.sort_at, key.number) if key else None,
        limit=limit,
    )
    following = page(lines, limit, lambda line: LineKey(line.at, line.message.number)).next
    return Page(items=[describe_line(parts, account_id, line) for line in lines], next=following)


@post(
    "/simulated/devices/{device_id:uuid}/media",
    opt=PHONES,
    operation_id="add_phone_media",
    request_class=UploadRequest,
    request_max_body_size=None,
)
async def add_media(
    device_id: FromPath[UUID],
    data: Annotated[UploadIn, Body(media_type=RequestEncodingType.MULTI_PART)],
    work: Work,
    parts: OpenParts,
    now: Now,
) -> MediaOut:
    """Upload a customer's file, whose id is then `media` of a message at the hook."""
    content = await read_upload(data, parts)
    require_simulated(await get_device(work.session, work.account_id, device_id))
    return await add_file(work, parts.files, name=data.file.filename, content=content, now=now)


async def _get_simulated(reading: Session, account_id: UUID, device_id: UUID) -> Device:
    device = await get_device(reading, account_id, device_id)
    require_simulated(device)
    return device


def _address(number: str) -> str:
    address = phone.normalise(number)
    if address is None:
        raise InputError(
            "This is no number: it has 8 to 15 digits.", errors={"number": "Give 8 to 15 digits."}
        )
    return address


router = Router(
    "/",
    route_handlers=[list_all, list_simulated, read_phone, change, list_messages, add_media],
)
