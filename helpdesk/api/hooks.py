"""Webhooks from gateways: the first stop of every inbound message."""

import asyncio
from collections.abc import Sequence

from litestar import post
from litestar.params import FromPath
from litestar.response import Response

from helpdesk.actions.ingest import Delivery
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.loops import OWN_ADDRESS, is_own
from helpdesk.api.parts import Parts, parts_of
from helpdesk.errors import Conflict, NotFound
from helpdesk.gateways import Gateway, Parsed, Unparsed
from helpdesk.queries.inbound import find_hook_devices

LARGE_BYTES = 16 * 1024
MOST_VALUES = 200


@post(
    "/hooks/{gateway:str}/{hook_key:str}",
    opt=allow(PUBLIC),
    status_code=200,
    include_in_schema=False,
)
async def take_webhook(
    request: AnyRequest, gateway: FromPath[str], hook_key: FromPath[str]
) -> Response[dict[str, int | bool]]:
    """Take one webhook; 200 means committed. An unknown key is 404 and stores nothing.

    What this server sent itself is refused (409).
    """
    if is_own(request):
        raise Conflict(OWN_ADDRESS, reason="own_address")
    parts: Parts = parts_of(request)
    carrier = parts.gateways.get(gateway)
    if carrier is None:
        raise NotFound("There is nothing here.")
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    digest = parts.vault.digest(hook_key).hex()
    taken = await parts.ingest.submit(
        Delivery(
            hook_digest=digest,
            gateway_kind=gateway,
            body=body,
            content_type=content_type,
            parsed=await _parse(parts, carrier, digest, body, content_type),
        )
    )
    if not taken.is_known:
        raise NotFound("There is nothing here.")
    return Response({"status": True, "new": taken.fresh})


async def _parse(
    parts: Parts, carrier: Gateway, digest: str, body: bytes, content_type: str
) -> Sequence[Parsed]:
    """Parse a body; a large one only for a known key, and in a thread, for it takes its time."""
    if len(body) <= LARGE_BYTES:
        return _bounded(carrier.parse_webhook(body, content_type))
    async with parts.database.unit_of_work() as work:
        if not await find_hook_devices(work.session, [digest]):
            raise NotFound("There is nothing here.")
    return _bounded(await asyncio.to_thread(carrier.parse_webhook, body, content_type))


def _bounded(parsed: Sequence[Parsed]) -> Sequence[Parsed]:
    if len(parsed) <= MOST_VALUES:
        return parsed
    return [Unparsed(reason=f"More than {MOST_VALUES} messages in one body.")]
