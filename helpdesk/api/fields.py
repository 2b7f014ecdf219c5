"""Fields of contacts over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.fields import NewField, add_field, change_field, remove_field
from helpdesk.api.access import MANAGING, STAFF, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page
from helpdesk.errors import Conflict
from helpdesk.queries.fields import count_field_uses, get_field, list_fields
from helpdesk.render import contact_variable
from helpdesk.shapes.contacts import FieldOut, FieldUses
from helpdesk.shapes.words import FieldKind

FieldName = Annotated[str, Meta(min_length=1, max_length=50)]
Choices = Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=50)]
Position = Annotated[int, Meta(ge=0, le=1_000_000)]


class FieldIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new field, after all others; its name is its own in the account, whatever its case."""

    name: FieldName
    kind: FieldKind = "text"
    choices: Choices = []


class FieldPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a field; what is absent stays, and the kind always does."""

    name: FieldName | UnsetType = UNSET
    choices: Choices | UnsetType = UNSET
    position: Position | UnsetType = UNSET


@get("/fields", opt=allow(STAFF), operation_id="list_fields")
async def list_all(reading: Reading, actor: Acting) -> Page[FieldOut]:
    """List all fields in their order, on one page: there are 50 at most."""
    return Page(items=await list_fields(reading, actor.account_id), next=None)


@post("/fields", opt=allow(MANAGING), operation_id="add_field")
async def add(data: JSONBody[FieldIn], work: Work, now: Now) -> FieldOut:
    """Add a field."""
    new = NewField(name=data.name, kind=data.kind, choices=data.choices)
    return await add_field(work, new, now=now)


@get("/fields/{field_id:uuid}", opt=allow(STAFF), operation_id="get_field")
async def read(field_id: FromPath[UUID], reading: Reading, actor: Acting) -> FieldOut:
    """Read a field."""
    return await get_field(reading, actor.account_id, field_id)


@get("/fields/{field_id:uuid}/uses", opt=allow(STAFF), operation_id="get_field_uses")
async def read_uses(field_id: FromPath[UUID], reading: Reading, actor: Acting) -> FieldUses:
    """Count the contacts with a value, and the templates that name the field."""
    field = await get_field(reading, actor.account_id, field_id)
    variable = contact_variable(field.name)
    return await count_field_uses(reading, actor.account_id, field, variable)


@patch(
    "/fields/{field_id:uuid}", opt=allow(MANAGING) | faults(Conflict), operation_id="change_field"
)
async def change(
    field_id: FromPath[UUID], data: JSONBody[FieldPatch], work: Work, now: Now
) -> FieldOut:
    """Rename a field, move it, or give it other choices; not renamed while templates name it."""
    return await change_field(work, field_id, columns_of(data), now=now)


@delete(
    "/fields/{field_id:uuid}", opt=allow(MANAGING) | faults(Conflict), operation_id="remove_field"
)
async def remove(field_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a field and its values; refused while templates name it."""
    await remove_field(work, field_id, now=now)


router = Router("/", route_handlers=[list_all, add, read, read_uses, change, remove])
