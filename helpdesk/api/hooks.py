"""Webhooks from gateways: the first stop of every inbound message."""

from litestar import post
from litestar.params import FromPath
from litestar.response import Response

from helpdesk.actions.ingest import Delivery
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.parts import Parts, parts_of
from helpdesk.errors import NotFound


@post(
    "/hooks/{gateway:str}/{hook_key:str}",
    opt=allow(PUBLIC),
    status_code=200,
    include_in_schema=False,
)
async def take_webhook(
    request: AnyRequest, gateway: FromPath[str], hook_key: FromPath[str]
) -> Response[dict[str, int | bool]]:
    """Take one webhook; 200 means committed. An unknown key is 404 and stores nothing."""
    parts: Parts = parts_of(request)
    carrier = parts.gateways.get(gateway)
    if carrier is None:
        raise NotFound("There is nothing here.")
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    taken = await parts.ingest.submit(
        Delivery(
            hook_digest=parts.vault.digest(hook_key).hex(),
            gateway_kind=gateway,
            body=body,
            content_type=content_type,
            parsed=carrier.parse_webhook(body, content_type),
        )
    )
    if not taken.is_known:
        raise NotFound("There is nothing here.")
    return Response({"status": True, "new": taken.fresh})
