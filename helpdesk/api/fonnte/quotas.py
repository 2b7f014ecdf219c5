"""Packages and quotas in Fonnte's words, and `/order`, which gives a device a package."""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from litestar import Response, post

from helpdesk import clock
from helpdesk.actions.devices import order_package
from helpdesk.api.access import PUBLIC, allow
from helpdesk.api.deps import AnyRequest
from helpdesk.api.fonnte.answers import INPUT, refused, say
from helpdesk.api.fonnte.body import Fields, read_body
from helpdesk.api.fonnte.fields import whole
from helpdesk.api.fonnte.tokens import WRONG_DEVICE, identify_one
from helpdesk.api.parts import parts_of
from helpdesk.queries.packages import Allowance
from helpdesk.shapes.packages import PackageCode

PLANS: tuple[PackageCode, ...] = (
    "lite", "regular", "regular-pro", "master", "super", "advanced", "ultra",
)  # fmt: skip
"""By `plan`, which counts from 1."""
MONTHS = {1: 1, 10: 12}
"""By `duration`: months, or years."""
MOST_MONTHS = 120

NO_PACKAGE = "Ultra"
"""What a device without limits is said to have: Fonnte's largest package."""
UNLIMITED = 1_000_000
"""Fonnte's answers have a number also where there is no limit."""


def quota_of(allowance: Allowance) -> int:
    """Return how many messages are left of the month."""
    return UNLIMITED if allowance.left is None else allowance.left


def describe_quotas(
    senders: Sequence[UUID], allowances: Mapping[UUID, Allowance]
) -> dict[str, object]:
    """Return `quota` of an answer to a send: by device, what it had, used now, and has left."""
    return {
        allowances[device_id].number_raw: _quota(allowances[device_id], used)
        for device_id, used in Counter(senders).items()
    }


def _quota(allowance: Allowance, used: int) -> dict[str, object]:
    had = UNLIMITED if allowance.left is None else allowance.left + used
    return {
        "details": "deduced from total quota",
        "quota": had,
        "remaining": had - used,
        "used": used,
    }


@post("/order", opt=allow(PUBLIC), status_code=200, include_in_schema=False)
async def order(request: AnyRequest) -> Response[bytes]:
    """Give the device a package for some months, where the account lets its programs do so.

    Nothing is paid here, so what is asked of AI is passed over.
    """
    actor = await identify_one(request, "device", WRONG_DEVICE)
    fields = (await read_body(request)).fields
    plan, months = whole(fields, "plan", default=0), _months(fields)
    if not 1 <= plan <= len(PLANS):
        raise refused(INPUT)
    now = clock.now()
    async with parts_of(request).database.unit_of_work(actor.account_id) as work:
        await order_package(
            work, actor.id, PLANS[plan - 1], expires_at=_later(now, months), now=now
        )
    return say({"detail": "order success"})


def _months(fields: Fields) -> int:
    months = MONTHS.get(whole(fields, "duration", default=1), 0)
    months *= whole(fields, "duration-value", default=1)
    if not 1 <= months <= MOST_MONTHS:
        raise refused(INPUT)
    return months


def _later(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later, or the last one of a month that is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
