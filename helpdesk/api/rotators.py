"""Rotators over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.rotators import NewRotator, add_rotator, change_rotator, remove_rotator
from helpdesk.api.access import MANAGING, allow
from helpdesk.api.changes import columns_of
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import faults
from helpdesk.api.pages import Page, page, read_after
from helpdesk.errors import Conflict
from helpdesk.queries.rotators import get_rotator, list_rotators
from helpdesk.shapes.rotators import RotatorNumber, RotatorOut
from helpdesk.shapes.words import Name, Rotation

Numbers = Annotated[list[RotatorNumber], Meta(min_length=1, max_length=200)]


class RotatorIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A new rotator; its numbers are taken in any spelling, each once. Weights count under partial
    rotation alone."""

    name: Name
    rotation: Rotation = "full"
    numbers: Numbers


class RotatorPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a rotator; what is absent stays. `numbers` are the whole new list."""

    name: Name | UnsetType = UNSET
    rotation: Rotation | UnsetType = UNSET
    numbers: Numbers | UnsetType = UNSET


@get("/rotators", opt=allow(MANAGING), operation_id="list_rotators")
async def list_all(
    reading: Reading, actor: Acting, after: After = None, limit: Limit = 50
) -> Page[RotatorOut]:
    """List rotators in the order of their making."""
    rotators = await list_rotators(
        reading, actor.account_id, after=read_after(after, UUID), limit=limit
    )
    return page(rotators, limit, lambda rotator: rotator.id)


@post("/rotators", opt=allow(MANAGING), operation_id="add_rotator")
async def add(data: JSONBody[RotatorIn], work: Work, now: Now) -> RotatorOut:
    """Add a rotator. Its `target` is what `/send` takes in the place of a number."""
    return await add_rotator(work, NewRotator(data.name, data.rotation, data.numbers), now=now)


@get("/rotators/{rotator_id:uuid}", opt=allow(MANAGING), operation_id="get_rotator")
async def read(rotator_id: FromPath[UUID], reading: Reading, actor: Acting) -> RotatorOut:
    """Read a rotator, with how often each number was picked."""
    return await get_rotator(reading, actor.account_id, rotator_id)


@patch(
    "/rotators/{rotator_id:uuid}",
    opt=allow(MANAGING) | faults(Conflict),
    operation_id="change_rotator",
)
async def change(
    rotator_id: FromPath[UUID], data: JSONBody[RotatorPatch], work: Work, now: Now
) -> RotatorOut:
    """Change a rotator. Its cycle goes on; a number that comes back has the place that it had."""
    return await change_rotator(work, rotator_id, columns_of(data), now=now)


@delete("/rotators/{rotator_id:uuid}", opt=allow(MANAGING), operation_id="remove_rotator")
async def remove(rotator_id: FromPath[UUID], work: Work, now: Now) -> None:
    """Remove a rotator; sends to its target are refused from now on."""
    await remove_rotator(work, rotator_id, now=now)


router = Router("/", route_handlers=[list_all, add, read, change, remove])
