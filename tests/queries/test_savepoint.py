"""A savepoint: what fails inside it costs nothing of what stands around it."""

import pytest

from helpdesk import clock
from helpdesk.audiences import Audience
from helpdesk.database import UnitOfWork, execute
from helpdesk.events import ContactUpdated
from helpdesk.queries.contact_rows import lock_contacts
from helpdesk.queries.contacts import list_contacts
from tests.factories import AccountUnderTest, contact_out

NOW = clock.now()


async def add(work: UnitOfWork, number: str) -> None:
    await lock_contacts(work.session, {(work.account_id, number): ("person", "")}, now=NOW)


async def fail(work: UnitOfWork, statement: str) -> None:
    """Store a contact and collect an event in a savepoint, and fail there."""
    async with work.savepoint():
        await add(work, "6285550002")
        work.collect(ContactUpdated(at=NOW, contact=contact_out()), Audience.EVERYBODY)
        await execute(work.session, statement)
        raise RuntimeError("failed inside")


@pytest.mark.parametrize(
    ("statement", "said"), [("select 1", "inside"), ("select 1 / 0", "by zero")]
)
async def test_statements_and_events_inside_are_undone_and_the_rest_goes_on(
    account: AccountUnderTest, statement: str, said: str
) -> None:
    async with account.work() as work:
        await add(work, "6285550001")
        with pytest.raises(Exception, match=said):
            await fail(work, statement)
    async with account.reading() as session:
        found = await list_contacts(session, account.supervisor, limit=9)
    assert [each.number for each in found] == ["6285550001"]
    assert await account.events() == []
