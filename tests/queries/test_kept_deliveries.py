"""Deliveries that became no message: kept as they came, and listed without a gap."""

from helpdesk import clock
from helpdesk.queries.inbound import KeptDelivery, list_inbound
from tests.factories import AccountUnderTest, deliver, make_device

NOW = clock.now()


async def list_kept(account: AccountUnderTest, **arguments: object) -> list[KeptDelivery]:
    defaults = {"state": "unparsed", "most_bytes": 1000, "limit": 10}
    async with account.reading() as session:
        return await list_inbound(session, account.id, **defaults | arguments)


async def test_delivery_that_was_not_understood_is_kept_as_it_came(
    account: AccountUnderTest, other_account: AccountUnderTest
) -> None:
    device = await make_device(account)
    await deliver(account, device, b"{\xff nonsense")
    [kept] = await list_kept(account)
    assert (kept.device_id, kept.body) == (device.id, b"{\xff nonsense")
    assert kept.reason
    assert await list_kept(account, state="parked") == []
    assert await list_kept(other_account) == []


async def test_body_is_cut(account: AccountUnderTest) -> None:
    await deliver(account, await make_device(account), b"x" * 100)
    [kept] = await list_kept(account, most_bytes=10)
    assert kept.body == b"x" * 10


async def test_pages_have_no_gap_between_deliveries_of_one_moment(
    account: AccountUnderTest,
) -> None:
    device = await make_device(account)
    for number in range(5):
        await deliver(account, device, b"nonsense %d" % number, now=NOW)
    first = await list_kept(account, limit=2)
    rest = await list_kept(account, after=(first[-1].received_at, first[-1].id))
    assert len({kept.body for kept in first + rest}) == 5
