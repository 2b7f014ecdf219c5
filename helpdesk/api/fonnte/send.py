"""`/send`: messages to numbers and groups, by one device or by several in turn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from litestar import HttpMethod, Response, route
from msgspec import Struct

from helpdesk import clock
from helpdesk.actions.outgoing import Content, Manner
from helpdesk.actions.rotate import draw
from helpdesk.actions.send import Addressed, Send, send_to_addresses
from helpdesk.actors import Actor
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import DISCONNECTED, INPUT, number_request, refused, say
from helpdesk.api.fonnte.attachments import fetch_file, store_file
from helpdesk.api.fonnte.body import Part, read_body, read_query
from helpdesk.api.fonnte.fields import text
from helpdesk.api.fonnte.orders import RANDOM, Order, Planned, plan, read_orders
from helpdesk.api.fonnte.quotas import describe_quotas
from helpdesk.api.fonnte.redirects import redirect_to
from helpdesk.api.fonnte.targets import UNKNOWN
from helpdesk.api.fonnte.tokens import identify_senders
from helpdesk.api.media import UploadRequest
from helpdesk.api.parts import Parts, parts_of
from helpdesk.errors import Conflict, NotFound
from helpdesk.queries.accounts import get_account
from helpdesk.queries.devices import get_device
from helpdesk.queries.messages import next_request_number
from helpdesk.queries.packages import list_allowances
from helpdesk.queries.rotas import Place
from helpdesk.shapes.messages import MediaOut
from helpdesk.tables.account import Account

MOST_LINKS = 10
QUEUED = "success! message in queue"
SCHEDULED = "success! message will be sent on scheduled time"
REFUSALS = {
    "insufficient_quota": "insufficient quota",
    "no_attachments": "attachments are not part of the package",
}


class Sender(Place, kw_only=True):
    """A device among those that share the sending."""

    actor: Actor


class Caller(Struct, frozen=True):
    """The devices of an account that may send, which are connected, and the request's number."""

    account: Account
    senders: list[Actor]
    connected: list[Actor]
    number: int


@route(
    "/send",
    http_method=[HttpMethod.GET, HttpMethod.POST],
    opt=allow(PUBLIC),
    status_code=200,
    request_class=UploadRequest,
    request_max_body_size=None,
    include_in_schema=False,
)
async def send(request: AnyRequest) -> Response[bytes]:
    """Queue messages; what becomes of them comes as events."""
    parts, is_get = parts_of(request), request.method == "GET"
    if is_get and parts.settings.get_send == "off":
        raise refused("GET is switched off, use POST")
    caller = await _identify(request, parts)
    sent = read_query(request) if is_get else await read_body(request)
    upload = sent.files.get("file")
    orders = read_orders(sent.fields, has_file=upload is not None)
    now = clock.now()
    planned = plan(orders, now=now, random=RANDOM)
    senders = _choose(caller, planned)
    media = await _attach(parts, senders[0], orders, upload, now)
    pairs = zip(senders, planned, strict=True)
    sends = [_send(*each, media, caller.number) for each in pairs]
    addressed, quotas = await _queue(parts, caller.account.id, sends, now)
    redirect = text(sent.fields, "redirect") if is_get else ""
    answer = say({**_success(caller, planned, addressed, now), "quota": quotas})
    return redirect_to(parts, caller.account, redirect) or answer


async def _queue(
    parts: Parts, account_id: UUID, sends: Sequence[Send], now: datetime
) -> tuple[list[Addressed], dict[str, object]]:
    """Store the messages, and tell what is left of the quotas.

    Raises InputError for a rotator that is not there, and for a device that may send no more.
    """
    senders = [send.device_id for send in sends]
    try:
        async with parts.database.unit_of_work(account_id) as work:
            addressed = await send_to_addresses(work, sends, now=now)
            allowances = await list_allowances(work.session, account_id, set(senders), now=now)
    except NotFound as error:
        raise refused(UNKNOWN) from error
    except Conflict as error:
        raise refused(REFUSALS[str(error.facts["reason"])]) from error
    return addressed, describe_quotas(senders, allowances)


async def _identify(request: AnyRequest, parts: Parts) -> Caller:
    async with parts.database.unit_of_work() as work:
        number = await next_request_number(work.session)
        number_request(request, number)
        senders = await identify_senders(work.session, request)
        account = await get_account(work.session, senders[0].account_id)
        devices = [await get_device(work.session, account.id, each.id) for each in senders]
    connected = {device.id for device in devices if device.status == "connect"}
    return Caller(account, senders, [each for each in senders if each.id in connected], number)


def _choose(caller: Caller, planned: Sequence[Planned]) -> list[Actor]:
    """Return who sends each message: a partial rotation of the devices.

    Raises InputError where none of them is connected and an order does not want to wait for it.
    """
    if not caller.connected and any(each.order.is_connect_only for each in planned):
        raise refused(DISCONNECTED)
    places = [Sender(actor=each) for each in caller.connected or caller.senders]
    if len(places) == 1:
        return [places[0].actor] * len(planned)
    return [draw(places).actor for _ in planned]


async def _attach(
    parts: Parts, sender: Actor, orders: Sequence[Order], upload: Part | None, now: datetime
) -> dict[tuple[str, str], MediaOut]:
    """Store each file that is sent along, once for each name that it is to have."""
    files = dict.fromkeys((each.url, each.filename) for each in orders if each.url or upload)
    if len(files) > MOST_LINKS:
        raise refused(INPUT)
    media = {}
    for url, filename in files:
        part = upload or await fetch_file(parts, url)
        async with parts.database.unit_of_work(sender.account_id) as work:
            media[url, filename] = await store_file(work, parts, part, filename, now=now)
    return media


def _send(
    sender: Actor,
    planned: Planned,
    media: Mapping[tuple[str, str], MediaOut],
    request_number: int,
) -> Send:
    order = planned.order
    return Send(
        sender=sender.out(),
        device_id=sender.id,
        address=planned.target.address,
        rotator=planned.target.rotator,
        name=planned.target.name,
        content=Content(
            text=planned.text,
            media=media.get((order.url, order.filename)),
            location=order.location,
            poll=order.poll,
        ),
        due_at=planned.due_at,
        quoted=order.quoted,
        manner=Manner(
            scheduled_at=order.due_at,
            sequence=request_number if order.is_sequence else None,
            typing_seconds=order.typing_seconds,
            has_preview=order.has_preview,
        ),
    )


def _success(
    caller: Caller, planned: Sequence[Planned], addressed: Sequence[Addressed], now: datetime
) -> dict[str, object]:
    numbers = [each.message.number for each in addressed]
    is_scheduled = any(each.order.due_at and each.order.due_at > now for each in planned)
    return {
        "detail": SCHEDULED if is_scheduled else QUEUED,
        "id": [str(number) for number in numbers] if caller.account.is_id_text else numbers,
        "process": "pending",
        "requestid": caller.number,
        "target": [each.address for each in addressed],
    }
