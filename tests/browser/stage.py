"""Who plays in a browser test: each in a context of its own, watched from the first page on."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.desk import Desk
from tests.browser.handset import Handset
from tests.browser.office import PASSWORD, Office
from tests.browser.watch import Watch

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 20_000


@dataclass
class Stage:
    """Opens contexts on one server; what all of them must not do is in `watch`."""

    browser: Browser
    url: str
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    async def context(self, **options: Any) -> BrowserContext:
        """Open a context: English, light, on a desktop, unless told else."""
        usual = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce"}
        context = await self.browser.new_context(base_url=self.url, **usual | options)
        context.set_default_timeout(PATIENCE_MS)
        self.watch.follow(context)
        self.contexts.append(context)
        return context

    async def page(self, **options: Any) -> Page:
        """Open a page of somebody who is not signed in."""
        return await (await self.context(**options)).new_page()

    async def _signed_in(self, credentials: dict[str, str], **options: Any) -> Page:
        return await self._signed_in_to(await self.context(**options), credentials)

    async def _signed_in_to(self, context: BrowserContext, credentials: dict[str, str]) -> Page:
        answer = await context.request.post("/api/v1/session", data=credentials)
        assert answer.ok, await answer.text()
        return await context.new_page()

    async def agent(self, office: Office, name: str, **options: Any) -> Desk:
        """Sign an agent in and open the inbox, live."""
        return await self.agent_in(await self.context(**options), office, name)

    async def agent_in(self, context: BrowserContext, office: Office, name: str) -> Desk:
        """Sign an agent in, in a context that is open, and open the inbox, live."""
        desk = Desk(await self.page_of(context, office, name), name)
        await desk.open("/app/")
        return desk

    async def page_of(self, context: BrowserContext, office: Office, name: str) -> Page:
        """Sign an agent in, in a context that is open; nothing is open yet."""
        credentials = {"device": office.device["number"], "token": office.tokens[name]}
        return await self._signed_in_to(context, credentials)

    async def serving(
        self, office: Office, customer: str, text: str, context: BrowserContext | None = None
    ) -> Desk:
        """Furnish the office, sign Ani in, and let a customer write who becomes hers."""
        await office.furnish("Ani")
        ani = await self.agent_in(context or await self.context(), office, "Ani")
        await office.write(customer, text)
        await office.until_owned(customer)
        return ani

    async def supervisor(self, office: Office, **options: Any) -> Desk:
        """Sign the owner in; no page is open yet."""
        credentials = {"email": office.email, "password": PASSWORD}
        return Desk(await self._signed_in(credentials, **options), "")

    async def handset(self, office: Office, **options: Any) -> Handset:
        """Open the simulated customers' phone with the owner's session."""
        page = (await self.supervisor(office, **options)).page
        await page.goto("/phone/")
        return Handset(page)

    async def close(self) -> None:
        """Close every context."""
        for context in self.contexts:
            await context.close()


def make_stage(browser: Browser, url: str) -> Stage:
    """Return a stage for the server at this address."""
    return Stage(browser, url, Watch(urlsplit(url).netloc))
