"""The simulated gateway: the customer's phone is a page of this server.

Its webhook takes JSON objects, one or a list:
`{"type": "message", "id": …, "from": …, "name": …, "text": …, "at": seconds, …}`,
`{"type": "receipt", "id": …, "status": …}` and `{"type": "device", "connected": …}`.
What people switch on at the phone goes wrong here: `Trouble`.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from secrets import choice
from typing import Protocol

import msgspec
import segno
from msgspec import Struct

from helpdesk import phone
from helpdesk.errors import Rejected, Unknown, Unreachable
from helpdesk.gateways import (
    Attachment,
    Change,
    Connection,
    DeviceState,
    Inbound,
    Outgoing,
    Pairing,
    Parsed,
    Poll,
    Probed,
    Receipt,
    Sent,
    Unparsed,
)
from helpdesk.gateways.abilities import Group
from helpdesk.gateways.simulated_body import (
    Body,
    DeleteBody,
    DeviceBody,
    EditBody,
    MessageBody,
    ReactionBody,
    ReceiptBody,
)

NOBODY = "000"
CODE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
MOST_SLOW_SECONDS = 10
"""Below what the outbox waits for an answer."""


class Trouble(Struct, frozen=True, kw_only=True):
    """What goes wrong with a send, because somebody wants to see what happens then."""

    is_disconnected: bool = False
    is_refused: bool = False
    is_answer_lost: bool = False
    slow_seconds: int = 0


class Phone(Protocol):
    """Where sent messages arrive: the simulated customer's phone."""

    async def meet_trouble(self, connection: Connection) -> Trouble:
        """Return what goes wrong with this send; a refusal is used up by it."""
        ...

    async def deliver(self, connection: Connection, outgoing: Outgoing) -> None:
        """Show the message, once for each reference."""
        ...

    async def show_typing(self, connection: Connection, address: str, *, seconds: int) -> None:
        """Show that the device types."""
        ...

    async def list_groups(self, connection: Connection) -> list[Group]:
        """Return the groups in which something was written or sent."""
        ...


MOST_TEXT_CHARS = 65_536
MOST_EMOJI_CHARS = 32
_decoder = msgspec.json.Decoder(Body | list[Body])
NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
OLDEST, NEWEST = datetime(2009, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Simulated:
    """The gateway of the demo, of training and of tests."""

    kind = "simulated"
    is_idempotent = True
    setting_names: frozenset[str] = frozenset()
    secret_names: frozenset[str] = frozenset()

    def __init__(self, phone: Phone, *, page: str = "") -> None:
        self._phone = phone
        self._page = page

    def parse_webhook(self, body: bytes, content_type: str) -> list[Parsed]:
        """Turn one webhook body into values; the content type does not matter."""
        del content_type
        try:
            decoded = _decoder.decode(NUL.sub(rb"\1", body))
        except (msgspec.DecodeError, RecursionError) as error:
            return [Unparsed(reason=str(error)[:500])]
        bodies = decoded if isinstance(decoded, list) else [decoded]
        return [_parsed(each) for each in bodies]

    async def check(self, settings: Mapping[str, str]) -> None:
        """There is no setting that could be wrong."""

    async def probe(self, settings: Mapping[str, str], secrets: Mapping[str, str]) -> Probed:
        """The simulated phone is always there."""
        del settings, secrets
        return Probed(is_ok=True, detail="Connected to the simulated phone.")

    def can_poll(self, poll: Poll) -> bool:
        """The simulated phone shows every poll."""
        del poll
        return True

    async def send(self, connection: Connection, outgoing: Outgoing) -> Sent:
        """Show the message on the simulated phone, unless something goes wrong on the way."""
        trouble = await self._phone.meet_trouble(connection)
        if trouble.is_disconnected:
            raise Unreachable("The device is disconnected.", is_disconnected=True)
        if trouble.is_refused:
            raise Rejected("The simulated gateway was told to refuse this message.")
        typing_seconds = outgoing.typing_seconds
        if typing_seconds:
            await self.show_typing(connection, outgoing.address, seconds=typing_seconds)
        slow_seconds = trouble.slow_seconds + typing_seconds
        await asyncio.sleep(min(slow_seconds, MOST_SLOW_SECONDS))
        await self._phone.deliver(connection, outgoing)
        if trouble.is_answer_lost:
            raise Unknown("The simulated gateway's answer was lost.")
        return Sent(provider_id=outgoing.reference)

    async def show_typing(self, connection: Connection, address: str, *, seconds: int) -> None:
        """Show it on the simulated phone."""
        await self._phone.show_typing(connection, address, seconds=seconds)

    async def find_registered(self, connection: Connection, numbers: Sequence[str]) -> set[str]:
        """Every number is on WhatsApp but those that end in 000."""
        del connection
        return {number for number in numbers if not number.endswith(NOBODY)}

    async def refresh_groups(self, connection: Connection) -> None:
        """The simulated groups are always known."""

    async def list_groups(self, connection: Connection) -> list[Group]:
        """Return the groups of the simulated phone."""
        return await self._phone.list_groups(connection)

    async def disconnect(self, connection: Connection) -> None:
        """There is nobody to tell."""

    async def pair(self, connection: Connection, phone_number: str = "") -> Pairing:
        """Return a picture that leads to the simulated phone, which connects; any code is good."""
        if phone_number:
            return Pairing(code="-".join("".join(choice(CODE) for _ in range(4)) for _ in range(2)))
        picture = BytesIO()
        segno.make(f"{self._page}?device={connection.device_id}").save(picture, "png", scale=6)
        return Pairing(picture=picture.getvalue())


def _parsed(body: Body) -> Parsed:
    match body:
        case ReceiptBody():
            return Receipt(
                status=body.status,
                provider_id=body.id,
                reason=body.reason,
                device_number=body.device,
            )
        case DeviceBody():
            return DeviceState(
                is_connected=body.connected, reason=body.reason, device_number=body.device
            )
        case ReactionBody() | EditBody() | DeleteBody():
            return _change(body)
        case MessageBody():
            return _inbound(body)


def _change(body: ReactionBody | EditBody | DeleteBody) -> Change:
    match body:
        case ReactionBody():
            return Change(
                kind="reacted",
                provider_id=body.id,
                text=_clean(body.emoji, MOST_EMOJI_CHARS),
                by=_address(body.sender),
                device_number=body.device,
            )
        case EditBody():
            text = _clean(body.text, MOST_TEXT_CHARS)
            return Change(kind="edited", provider_id=body.id, text=text, device_number=body.device)
        case DeleteBody():
            return Change(kind="deleted", provider_id=body.id, device_number=body.device)


def _inbound(body: MessageBody) -> Parsed:
    address = _address(body.sender)
    if not address:
        return Unparsed(reason="`from` is no number")
    return Inbound(
        address=address,
        kind=body.kind,
        text=_clean(body.text, MOST_TEXT_CHARS),
        name=_clean(body.name, 256),
        device_number=body.device,
        provider_id=body.id or None,
        sent_at=_moment(body.at),
        attachment=_attachment(body),
        media_id=body.media,
        location=body.location,
        poll=body.poll,
        choices=body.choices,
        member=_address(body.member) if body.member else None,
        is_group=address.endswith("@g.us"),
        is_own=body.own,
        is_forwarded=body.forwarded,
        reply_to=body.reply_to,
    )


def _attachment(body: MessageBody) -> Attachment | None:
    is_to_be_fetched = body.url and body.media is None
    return Attachment(url=body.url, filename=body.filename) if is_to_be_fetched else None


def _address(text: str) -> str:
    if text.endswith(("@g.us", "@lid")):
        return _clean(text, 100)
    return phone.normalise(text) or ""


def _clean(text: str, most: int) -> str:
    return text.replace("\0", "")[:most]


def _moment(seconds: float | None) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and OLDEST <= moment <= NEWEST else None
