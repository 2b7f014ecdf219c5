"""The members of a group, as far as they wrote in it."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from helpdesk.database import fetch
from helpdesk.shapes.conversations import MemberOut

MOST_MEMBERS = 1_024
"""As many as WhatsApp lets into a group."""


async def list_members(session: AsyncSession, account_id: UUID, group_id: UUID) -> list[MemberOut]:
    """Return who wrote in a group, whoever wrote last first; nobody where it is a person."""
    rows = await fetch(
        session,
        """
        select p.id, p.name, p.address as number, w.messages, w.last_at
        from (
          select member_contact_id, count(*) as messages, max(sort_at) as last_at
          from message
          where account_id = $1 and contact_id = $2 and member_contact_id is not null
          group by 1
        ) w join contact p on p.account_id = $1 and p.id = w.member_contact_id
        order by w.last_at desc, p.id limit $3
        """,
        account_id,
        group_id,
        MOST_MEMBERS,
    )
    return [MemberOut(**dict(row)) for row in rows]
