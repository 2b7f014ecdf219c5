"""Polls and their results over REST."""

from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath, FromQuery

from helpdesk.api.access import MANAGING, allow
from helpdesk.api.deps import Acting, After, Limit, Reading
from helpdesk.api.pages import Page, TimeKey, page, read_after
from helpdesk.queries.polls import find_poll, list_polls, list_votes
from helpdesk.shapes.polls import PollOut, VoteOut


@get("/polls", opt=allow(MANAGING), operation_id="list_polls")
async def list_all(
    reading: Reading,
    actor: Acting,
    device_id: FromQuery[UUID | None] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[PollOut]:
    """List the questions that were asked with their results, the newest question first.

    The same question with the same choices by the same device is one poll, however often it was
    sent.
    """
    key = read_after(after, TimeKey)
    polls = await list_polls(
        reading,
        actor.account_id,
        device_id=device_id,
        after=(key.at, key.id) if key else None,
        limit=limit,
    )
    return page(polls, limit, lambda poll: TimeKey(poll.asked_at, poll.id))


@get("/polls/{poll_id:uuid}", opt=allow(MANAGING), operation_id="get_poll")
async def read(poll_id: FromPath[UUID], reading: Reading, actor: Acting) -> PollOut:
    """Read a poll, by its id or that of a message which asks it."""
    return await find_poll(reading, actor.account_id, poll_id)


@get("/polls/{poll_id:uuid}/votes", opt=allow(MANAGING), operation_id="list_votes")
async def list_of_poll(
    poll_id: FromPath[UUID],
    reading: Reading,
    actor: Acting,
    after: After = None,
    limit: Limit = 50,
) -> Page[VoteOut]:
    """List each person's last vote, newest first; by the poll's id or that of a message of it."""
    poll = await find_poll(reading, actor.account_id, poll_id)
    key = read_after(after, TimeKey)
    votes = await list_votes(
        reading, actor.account_id, poll.id, after=(key.at, key.id) if key else None, limit=limit
    )
    return page(votes, limit, lambda vote: TimeKey(vote.voted_at, vote.message_id))


router = Router("/", route_handlers=[list_all, read, list_of_poll])
