"""Health: whether the process lives, and whether it can do its work."""

from litestar import Response, get
from msgspec import Struct

from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.parts import parts_of
from helpdesk.errors import Unavailable
from helpdesk.schema import is_current


class HealthOut(Struct, frozen=True):
    """One word, and what is wrong where something is."""

    status: str
    detail: str = ""


@get("/health/live", opt=allow(PUBLIC), include_in_schema=False)
async def live() -> HealthOut:
    """Answer without looking at anything: the process lives."""
    return HealthOut("ok")


@get("/health/ready", opt=allow(PUBLIC), include_in_schema=False)
async def ready(request: AnyRequest) -> Response[HealthOut]:
    """Answer 200 when the database answers, its schema fits and the server is not stopping."""
    parts = parts_of(request)
    if parts.is_draining:
        return _not_ready("The server is stopping.")
    try:
        async with parts.database.unit_of_work():
            pass
    except Unavailable as error:
        return _not_ready(error.detail)
    if not await is_current(parts.database.engine):
        return _not_ready("The schema is not current. Run: helpdesk migrate")
    return Response(HealthOut("ok"))


def _not_ready(detail: str) -> Response[HealthOut]:
    return Response(HealthOut("unavailable", detail), status_code=503, headers={"Retry-After": "2"})
