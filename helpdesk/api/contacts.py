"""Contacts over REST."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from helpdesk.actions.blocking import block_contact, unblock_contact
from helpdesk.actions.contacts import add_contact, fill_contact, name_contact
from helpdesk.actions.devices import check_number
from helpdesk.actions.labels import label_contact
from helpdesk.api.access import ANYBODY, STAFF, allow
from helpdesk.api.deps import Acting, After, Limit, Now, Reading, Work
from helpdesk.api.openapi import also
from helpdesk.api.pages import Page, page, read_after
from helpdesk.queries.contacts import WantedContacts, get_contact, list_contacts
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
Search = Annotated[
    str | None,
    QueryParameter(
        max_length=100, description="A part of the name, or of a number in any spelling."
    ),
]
Blocked = Annotated[bool | None, QueryParameter(description="Only those that are, or are not.")]
FieldValue = Annotated[str, Meta(max_length=1_000)]


class ContactIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """A person's number, in any spelling."""

    number: Number
    name: ContactName = ""


class ContactPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a contact; what is absent stays.

    With an empty name the gateway's is taken again. `labels` are all that it has from now on.
    `fields` are values by the fields' ids: others stay, an empty text takes one away.
    """

    name: ContactName | UnsetType = UNSET
    labels: LabelIds | UnsetType = UNSET
    fields: dict[UUID, FieldValue] | UnsetType = UNSET


@get("/contacts", opt=allow(ANYBODY), operation_id="list_contacts")
async def list_all(  # noqa: PLR0913 - each is a parameter of the address
    reading: Reading,
    actor: Acting,
    number: FromQuery[NumberFilter] = None,
    name_part: FromQuery[NamePart] = None,
    q: FromQuery[Search] = None,
    label_id: FromQuery[UUID | None] = None,
    blocked: FromQuery[Blocked] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ContactOut]:
    """List the contacts that the caller sees."""
    contacts = await list_contacts(
        reading,
        actor,
        WantedContacts(
            address=_address(number) if number else None,
            name_part=name_part,
            search=q,
            label_id=label_id,
            is_blocked=blocked,
        ),
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
    """Read a contact; the id of one that was merged leads to the one that it became."""
    return await get_contact(reading, actor, contact_id)


@patch("/contacts/{contact_id:uuid}", opt=allow(STAFF), operation_id="change_contact")
async def change(
    contact_id: FromPath[UUID], data: JSONBody[ContactPatch], work: Work, actor: Acting, now: Now
) -> ContactOut:
    """Name a contact, set its labels, or write values into its fields."""
    contact = None
    if data.labels is not UNSET:
        contact = await label_contact(work, actor, contact_id, data.labels, now=now)
    if data.fields is not UNSET:
        contact = await fill_contact(work, actor, contact_id, data.fields, now=now)
    if data.name is not UNSET:
        contact = await name_contact(work, actor, contact_id, data.name, now=now)
    return contact or await get_contact(work.session, actor, contact_id)


@post(
    "/contacts/{contact_id:uuid}/block",
    opt=allow(STAFF),
    operation_id="block_contact",
    status_code=200,
)
async def block(contact_id: FromPath[UUID], work: Work, actor: Acting, now: Now) -> ContactOut:
    """Block a contact: what it writes is kept, opens nothing and is told to nobody.

    What is open with it is resolved; an agent may block whom nobody else talks with.
    """
    return await block_contact(work, actor, contact_id, now=now)


@post(
    "/contacts/{contact_id:uuid}/unblock",
    opt=allow(STAFF),
    operation_id="unblock_contact",
    status_code=200,
)
async def unblock(contact_id: FromPath[UUID], work: Work, actor: Acting, now: Now) -> ContactOut:
    """Let a contact write again."""
    return await unblock_contact(work, actor, contact_id, now=now)


@get("/contacts/{contact_id:uuid}/members", opt=allow(ANYBODY), operation_id="list_members")
async def members(contact_id: FromPath[UUID], reading: Reading, actor: Acting) -> Page[MemberOut]:
    """List who wrote in a group, whoever wrote last first; of a person nobody. Always one page."""
    group = await get_contact(reading, actor, contact_id)
    return Page(items=await list_members(reading, actor.account_id, group.id), next=None)


router = Router("/", route_handlers=[list_all, add, read, change, block, unblock, members])
