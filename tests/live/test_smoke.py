"""The shortest way through everything."""

from tests.factories import AccountUnderTest, make_agent, make_device, make_division
from tests.served import Served, next_event


async def test_a_customers_message_reaches_the_agents_socket(
    account: AccountUnderTest, served: Served
) -> None:
    device = await make_device(account)
    division = await make_division(account)
    await make_agent(account, device, division_id=division, token="t" * 20)
    ani = await served.agent(device, "t" * 20)
    async with served.socket(ani) as socket:
        assert (await next_event(socket))["type"] == "hello"
        assert (await next_event(socket, "agent.present"))["type"] == "agent.present"
        assert (await served.hook(device, text="How much?")).status_code == 200
        assert (await next_event(socket, "message.received"))["message"]["text"] == "How much?"
