"""`/rotator`: the rotators that `/send` takes as targets."""

from litestar import HttpMethod, Response, route

from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import refuse_in_detail, refused, say
from helpdesk.api.fonnte.tokens import WRONG_ACCOUNT, find_caller
from helpdesk.api.parts import parts_of
from helpdesk.errors import SignedOut
from helpdesk.queries.rotators import list_rotators

NONE_YET = "no rotator yet"


@route(
    "/rotator",
    http_method=[HttpMethod.GET, HttpMethod.POST],
    opt=allow(PUBLIC),
    status_code=200,
    include_in_schema=False,
)
async def rotators(request: AnyRequest) -> Response[bytes]:
    """List the account's rotators, for either token. What is wrong stands in `detail`."""
    refuse_in_detail(request)
    actor = await find_caller(request)
    if actor is None or actor.role not in {"account", "device"}:
        raise SignedOut(WRONG_ACCOUNT)
    async with parts_of(request).database.reading(actor.account_id) as session:
        found = await list_rotators(session, actor.account_id)
    if not found:
        raise refused(NONE_YET)
    return say({"data": [{"id": each.target, "name": each.name} for each in found]})
