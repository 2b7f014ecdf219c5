"""What waits to be sent is taken back by a click; typing at the door is seen on the phone."""

import httpx
from playwright.async_api import expect

from tests.browser.office import CUSTOMERS, Office
from tests.browser.stage import Stage
from tests.served import TRUST

NADIA = "Nadia Rahmawati"


async def tell(office: Office, *, is_connected: bool) -> None:
    """Let the gateway say whether the device is connected."""
    hook = f"{office.process.url}/hooks/{office.device['hook_url'].rpartition('/hooks/')[2]}"
    async with httpx.AsyncClient(verify=TRUST, timeout=20) as client:
        answer = await client.post(hook, json={"type": "device", "connected": is_connected})
    assert answer.status_code == 200


async def test_an_answer_that_waits_for_its_device_is_taken_back_and_never_arrives(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    thread = await ani.choose(NADIA)
    await tell(office, is_connected=False)
    await ani.reply(NADIA, "The wrong price")
    await expect(thread.get_by_text("Waits to be sent")).to_be_visible()
    await thread.get_by_role("button", name="Do not send").click()
    await expect(thread.get_by_text("Taken back before it was sent.")).to_be_visible()
    await tell(office, is_connected=True)
    handset = await stage.handset(office)
    await handset.be(NADIA)
    await expect(handset.line("Hello")).to_be_visible()
    await expect(handset.line("The wrong price")).to_have_count(0)


async def test_a_customer_sees_that_a_program_types(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    handset = await stage.handset(office)
    await handset.be(NADIA)
    headers = {"Authorization": office.device["token"]}
    async with httpx.AsyncClient(base_url=office.process.url, verify=TRUST) as client:
        fields = {"target": CUSTOMERS[NADIA], "duration": "60"}
        answer = await client.post("/typing", headers=headers, data=fields)
        assert answer.json()["status"] is True
        shown = handset.page.get_by_text("is typing…")
        await expect(shown).to_be_visible()
        await client.post("/typing", headers=headers, data=fields | {"stop": "true"})
        await expect(shown).to_have_count(0)
