"""The console as its user sees it: found by roles and words, never by how it is built."""

import re
from contextlib import suppress
from typing import Any

from playwright.async_api import Locator, Page, expect

TEXTS = """lines => lines.map(line => {
  const copy = line.cloneNode(true)
  copy.querySelectorAll('.meta, .sr').forEach(each => each.remove())
  return copy.textContent.trim()
})"""

ASKED_WITHIN_MS = 1_500


class Desk:
    """An agent's or a supervisor's console."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    async def open(self, path: str) -> None:
        """Go to a page and wait until it is live."""
        await self.page.goto(path)
        await self.until_live()

    async def until_live(self, seconds: float = 15) -> None:
        """Wait until the badge says that the screen is live."""
        await self.badge("Live · event").wait_for(state="attached", timeout=seconds * 1_000)

    def badge(self, words: str) -> Locator:
        """The live badge, when it says this."""
        bars = self.page.get_by_role("navigation", name="Main", include_hidden=True)
        return bars.get_by_role("status", include_hidden=True).filter(has_text=words)

    def row(self, customer: str) -> Locator:
        """A customer's row in the list."""
        rows = self.page.get_by_role("list", name="Conversations")
        return rows.get_by_role("link", name=re.compile(customer))

    def thread(self, customer: str) -> Locator:
        """The pane of the open conversation."""
        return self.page.get_by_role("region", name=f"Conversation with {customer}")

    def field(self, customer: str) -> Locator:
        """Where a reply is written."""
        return self.page.get_by_role("textbox", name=f"Reply to {customer}")

    def button(self, name: str, **options: Any) -> Locator:
        return self.page.get_by_role("button", name=name, **options)

    async def another(self) -> "Desk":
        """Open the inbox in another window of the same browser, live."""
        other = Desk(await self.page.context.new_page(), self.name)
        await other.open("/app/inbox/mine")
        return other

    async def choose(self, customer: str) -> Locator:
        """Open a customer's conversation from the list, and return its pane."""
        await self.row(customer).click()
        await expect(self.field(customer)).to_be_visible()
        return self.thread(customer)

    async def reply(self, customer: str, text: str) -> None:
        """Write and send."""
        field = self.field(customer)
        await field.fill(text)
        await field.press("Enter")
        await self.send_anyway(customer)

    async def send_anyway(self, customer: str) -> None:
        """Answer the question that is asked where somebody wrote a moment ago: before it is sent,
        or when the server found it."""
        field, asked = self.field(customer), self.button("Send anyway")
        due = self.thread(customer).get_by_role("img", name="waits to be sent")
        for _ in range(3):
            with suppress(AssertionError):
                await expect(field).to_have_value("", timeout=ASKED_WITHIN_MS)
                await expect(due).to_have_count(0, timeout=ASKED_WITHIN_MS)
            if await asked.count():
                await asked.click()
        await expect(field).to_have_value("")

    def line(self, customer: str, text: str) -> Locator:
        """A message of the open thread."""
        log = self.thread(customer).get_by_role("log", name="Messages")
        return log.locator(".m").filter(has_text=text)

    async def lines(self, customer: str) -> list[str]:
        """Return the texts of the open thread from top to bottom."""
        bubbles = self.thread(customer).get_by_role("log", name="Messages").locator(".m .bub")
        found: list[str] = await bubbles.evaluate_all(TEXTS)
        return found

    async def menu(self, *names: str) -> None:
        """Pick from the menu with one's own name, in the side bar."""
        await self.page.get_by_role("navigation").locator(".me").click()
        for name in names:
            await self.page.get_by_role("menuitem", name=name).click()
