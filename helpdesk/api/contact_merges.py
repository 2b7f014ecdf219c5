"""Merging contacts over REST, and undoing it."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from helpdesk.actions.contact_merges import merge_contacts, undo_merge
from helpdesk.api.access import STAFF, allow
from helpdesk.api.deps import Acting, Now, Reading, Work
from helpdesk.api.pages import Page
from helpdesk.queries.contact_merges import list_merges
from helpdesk.queries.contacts import get_contact
from helpdesk.shapes.contacts import MergeOut
from helpdesk.shapes.conversations import ContactOut


class MergeIn(Struct, kw_only=True, forbid_unknown_fields=True):
    """The contact that is merged into the one of the path, and is that one from then on."""

    contact_id: UUID


@post("/contacts/{contact_id:uuid}/merges", opt=allow(STAFF), operation_id="merge_contacts")
async def merge(
    contact_id: FromPath[UUID], data: JSONBody[MergeIn], work: Work, actor: Acting, now: Now
) -> MergeOut:
    """Merge another contact into this one; for those who see both.

    Its conversations and notes are this one's, labels and values are taken over where this one has
    none, and its number goes on reaching this one. The other's id leads to this one.
    """
    return await merge_contacts(work, actor, contact_id, data.contact_id, now=now)


@get("/contacts/{contact_id:uuid}/merges", opt=allow(STAFF), operation_id="list_merges")
async def list_all(contact_id: FromPath[UUID], reading: Reading, actor: Acting) -> Page[MergeOut]:
    """List the merges into a contact that can be undone, all on one page, newest first."""
    contact = await get_contact(reading, actor, contact_id)
    return Page(items=await list_merges(reading, actor.account_id, contact.id), next=None)


@post(
    "/contacts/{contact_id:uuid}/merges/{merge_id:uuid}/undo",
    opt=allow(STAFF),
    operation_id="undo_merge",
    status_code=200,
)
async def undo(
    contact_id: FromPath[UUID], merge_id: FromPath[UUID], work: Work, actor: Acting, now: Now
) -> ContactOut:
    """Undo a merge: the two are apart as before, but for what was changed since."""
    return await undo_merge(work, actor, contact_id, merge_id, now=now)


router = Router("/", route_handlers=[merge, list_all, undo])
