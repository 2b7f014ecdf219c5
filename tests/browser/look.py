"""A page in some state, ready to be looked at."""

from dataclasses import dataclass

from playwright.async_api import Page

from tests.browser.office import CUSTOMERS, Office

NADIA = "Nadia Rahmawati"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Look:
    """A page in some state, ready to be looked at."""

    name: str
    page: Page

    async def turn(self, theme: str) -> None:
        """Show it in this theme, as the switch in the menu does."""
        await self.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)


async def ask(office: Office) -> None:
    """Let every customer write and get an owner."""
    for customer in CUSTOMERS:
        await office.write(customer, "What is the *price*, and where is https://example.com?")
        await office.until_owned(customer)
