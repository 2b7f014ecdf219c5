"""Contacts over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.contacts import add_contact, name_contact
from helpdesk.actions.devices import check_number
from helpdesk.actions.labels import label_contact
from helpdesk.api.access import ANYBODY, STAFF, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import also
from helpdesk.api.pages import Page, page, read_after
from helpdesk.queries.contacts import get_contact, list_contacts
from helpdesk.queries.members import list_members
from helpdesk.shapes.conversations import ContactOut, MemberOut

LabelIds = Annotated[list[UUID], Meta(max_length=20)]
Number = Annotated[str, Meta(max_length=100)]
ContactName = Annotated[str, Meta(max_length=256)]
NumberFilter = Annotated[
    str | None,
    QueryParameter(max_length=100, description="A number in any spelling, or a group's id."),
]
NamePart = Annotated[
    str | None, QueryParameter(name="query", max_length=100, description="A part of the name.")
]


class ContactIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A person's number, in any spelling."""

    number: Number
    name: ContactName = ""


class ContactPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a contact; what is absent stays.

    With an empty name the gateway's is taken again. `labels` are all that it has from now on.
    """

    name: ContactName | UnsetType = UNSET
    labels: LabelIds | UnsetType = UNSET


@get("/contacts", opt=allow(ANYBODY), operation_id="list_contacts")
async def list_all(
    reading: Reading,
    actor: Acting,
    number: FromQuery[NumberFilter] = None,
    name_part: FromQuery[NamePart] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ContactOut]:
    """List the contacts that the caller sees."""
    contacts = await list_contacts(
        reading,
        actor,
        address=_address(number) if number else None,
        query=name_part,
        after=read_after(after, UUID),
        limit=limit,
    )
    return page(contacts, limit, lambda contact: contact.id)


def _address(spelling: str) -> str:
    """Ids of groups and lids are taken as they are."""
    return spelling.strip() if "@" in spelling else check_number(spelling)


@post("/contacts", opt=allow(STAFF) | also(200), operation_id="add_contact")
async def add(data: JSONBody[ContactIn], work: Work, now: Now) -> Response[ContactOut]:
    """Add a contact; one that is there already is answered with 200, as it is."""
    added = await add_contact(work, data.number, name=data.name, now=now)
    return Response(added.contact, status_code=201 if added.is_new else 200)


@get("/contacts/{contact_id:uuid}", opt=allow(ANYBODY), operation_id="get_contact")
async def read(contact_id: FromPath[UUID], reading: Reading, actor: Acting) -> ContactOut:
    """Read a contact."""
    return await get_contact(reading, actor, contact_id)


@patch("/contacts/{contact_id:uuid}", opt=allow(STAFF), operation_id="change_contact")
async def change(
    contact_id: FromPath[UUID], data: JSONBody[ContactPatch], work: Work, actor: Acting, now: Now
) -> ContactOut:
    """Name a contact, or set its labels."""
    contact = None
    if data.labels is not UNSET:
        contact = await label_contact(work, actor, contact_id, data.labels, now=now)
    if data.name is not UNSET:
        contact = await name_contact(work, actor, contact_id, data.name, now=now)
    return contact or await get_contact(work.session, actor, contact_id)


@get("/contacts/{contact_id:uuid}/members", opt=allow(ANYBODY), operation_id="list_members")
async def members(contact_id: FromPath[UUID], reading: Reading, actor: Acting) -> Page[MemberOut]:
    """List who wrote in a group, whoever wrote last first; of a person nobody. Always one page."""
    group = await get_contact(reading, actor, contact_id)
    return Page(items=await list_members(reading, actor.account_id, group.id), next=None)


router = Router("/", route_handlers=[list_all, add, read, change, members])
