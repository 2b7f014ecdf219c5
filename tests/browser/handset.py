"""The customer's phone as its user sees it."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect


class Handset:
    """The page of the simulated phone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def be(self, customer: str) -> None:
        """Take up this customer's phone."""
        customers = self.page.get_by_role("region", name="Customers")
        await customers.get_by_role("button", name=customer).click()

    async def write(self, customer: str, text: str) -> None:
        """Write as this customer."""
        await self.be(customer)
        await self.page.get_by_role("textbox", name=f"Write as {customer.split()[0]}").fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def send_picture(self, customer: str, path: Path) -> None:
        """Send a picture as this customer."""
        await self.be(customer)
        await self.attach(path)

    async def attach(self, path: Path) -> None:
        """Send a picture as whoever one is."""
        async with self.page.expect_file_chooser() as chosen:
            await self.page.get_by_role("button", name="Attach a picture").click()
        await (await chosen.value).set_files(path)
        await self.page.get_by_role("button", name="Send", exact=True).click()

    def line(self, text: str) -> Locator:
        """A message of the open chat."""
        return self.page.get_by_role("log").locator(".m").filter(has_text=text)

    async def expect_tick(self, text: str, tick: str) -> None:
        """Wait until the customer's message has this tick."""
        await expect(self.line(text).get_by_role("img", name=tick, exact=True)).to_be_visible()


async def expect_shown(picture: Locator) -> None:
    """Wait until a picture is there and was decoded."""
    await expect(picture).to_be_visible()
    await picture.evaluate("picture => picture.decode()")
    assert await picture.evaluate("picture => picture.naturalWidth") > 0
