"""Labels over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.labels import NewLabel, add_label, change_label, remove_label
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after
from helpdesk.errors import Conflict
from helpdesk.queries.labels import count_label_uses, get_label, list_labels
from helpdesk.shapes.labels import LabelOut, LabelUses

LabelName = Annotated[str, Meta(min_length=1, max_length=50)]
Color = Annotated[int, Meta(ge=1, le=8)]


class LabelIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new label; its name is its own in the account, whatever its case."""

    name: LabelName
    color: Color = 1


class LabelPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a label; what is absent stays."""

    name: LabelName | UnsetType = UNSET
    color: Color | UnsetType = UNSET


@get("/labels", opt=allow(STAFF), operation_id="list_labels")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[LabelOut]:
    """List labels in the order of their making."""
    labels = await list_labels(
        reading, actor.account_id, after=read_after(after, UUID), limit=limit
    )
    return page(labels, limit, lambda label: label.id)


@post("/labels", opt=allow(MANAGING), operation_id="add_label")
async def add(data: JSONBody[LabelIn], work: Work, now: Now) -> LabelOut:
    """Add a label."""
    return await add_label(work, NewLabel(data.name, data.color), now=now)


@get("/labels/{label_id:uuid}", opt=allow(STAFF), operation_id="get_label")
async def read(label_id: FromPath[UUID], reading: Reading, actor: Acting) -> LabelOut:
    """Read a label."""
    return await get_label(reading, actor.account_id, label_id)


@get("/labels/{label_id:uuid}/uses", opt=allow(STAFF), operation_id="get_label_uses")
async def read_uses(label_id: FromPath[UUID], reading: Reading, actor: Acting) -> LabelUses:
    """Count what a label is on, and the rules that name it."""
    await get_label(reading, actor.account_id, label_id)
    return await count_label_uses(reading, actor.account_id, label_id)


@patch(
    "/labels/{label_id:uuid}", opt=allow(MANAGING) | faults(Conflict), operation_id="change_label"
)
async def change(
    label_id: FromPath[UUID], data: JSONBody[LabelPatch], work: Work, now: Now
) -> LabelOut:
    """Rename a label, or give it another colour."""
    return await change_label(work, label_id, columns_of(data), now=now)


@delete(
    "/labels/{label_id:uuid}", opt=allow(MANAGING) | faults(Conflict), operation_id="remove_label"
)
async def remove(label_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a label and take it off everything; refused while rules name it."""
    await remove_label(work, label_id, now=now)


router = Router("/", route_handlers=[list_all, add, read, read_uses, change, remove])
