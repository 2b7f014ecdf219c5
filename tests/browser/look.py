"""A page in some state, ready to be looked at."""

import os
from dataclasses import dataclass
from pathlib import Path

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

    async def keep(self, theme: str, directory: str | Path | None = None) -> None:
        """Turn it and write `<name>-<width>-<theme>.png`; tests only where pictures are kept."""
        await self.turn(theme)
        place = directory or os.environ.get("HELPDESK_TEST_PICTURES")
        if not place:
            return
        size = self.page.viewport_size
        name = f"{self.name}-{size['width'] if size else 0}-{theme}.png"
        await self.page.screenshot(path=Path(place) / name)


async def ask(office: Office) -> None:
    """Let every customer write and get an owner."""
    for customer in CUSTOMERS:
        await office.write(customer, "What is the *price*, and where is https://example.com?")
        await office.until_owned(customer)
