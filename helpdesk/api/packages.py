"""Packages over REST: what devices may send in a month."""

from typing import Annotated

from litestar import Router, get, patch
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.api.access import MANAGING, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, Reading, Work
from helpdesk.api.pages import Page
from helpdesk.queries.packages import list_packages, set_package
from helpdesk.shapes.packages import PackageOut
from helpdesk.shapes.words import Name

MessagesPerMonth = Annotated[int, Meta(ge=0, le=100_000_000)]
Watermark = Annotated[str, Meta(max_length=200)]


class PackagePatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a package; `messages_per_month` null is without limit."""

    name: Name | UnsetType = UNSET
    messages_per_month: MessagesPerMonth | UnsetType | None = UNSET
    has_attachments: bool | UnsetType = UNSET
    watermark: Watermark | UnsetType = UNSET


@get("/packages", opt=allow(MANAGING), operation_id="list_packages")
async def list_all(reading: Reading, actor: Acting) -> Page[PackageOut]:
    """List packages. A device without one has no limits."""
    return Page(items=await list_packages(reading, actor.account_id), next=None)


@patch("/packages/{code:str}", opt=allow(MANAGING), operation_id="change_package")
async def change(code: FromPath[str], data: JSONBody[PackagePatch], work: Work) -> PackageOut:
    """Change a package for every device that has it, from the next message on."""
    return await set_package(work.session, work.account_id, code, columns_of(data))


router = Router("/", route_handlers=[list_all, change])
