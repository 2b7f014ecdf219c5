"""What lies between a page and its server, and what a browser keeps for when it is away."""

import asyncio
import re

from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute

from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import Stage

NOTED = (r"net::ERR_", r"WebSocket connection to")
"""How the browser notes that nobody can be reached."""


class Network:
    """The way to the server, which a test takes away; what the page is made of still comes."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._sockets: list[WebSocketRoute] = []
        self._is_away = False

    async def watch(self) -> None:
        await self._context.route("**/api/**", self._request)
        await self._context.route_web_socket("**/ws?*", self._socket)

    async def lose(self) -> None:
        self._is_away = True
        for socket in self._sockets:
            await socket.close()
        self._sockets.clear()

    def find(self) -> None:
        self._is_away = False

    async def _request(self, route: Route) -> None:
        await (route.abort() if self._is_away else route.continue_())

    async def _socket(self, socket: WebSocketRoute) -> None:
        if self._is_away:
            await socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)


async def ani_online(stage: Stage, office: Office) -> tuple[Desk, Network]:
    """Ani is at her console, whose network the test takes away."""
    stage.watch.expect(*NOTED)
    await office.furnish("Ani")
    context = await stage.context()
    network = Network(context)
    await network.watch()
    return await stage.agent_in(context, office, "Ani"), network


async def hold_back(context: BrowserContext, part: str) -> asyncio.Event:
    """Let a part of the console come only once the event that this returns is set."""
    may_load = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_load.wait()
        await route.continue_()

    await context.route(re.compile(rf"/assets/{part}-.*\.js"), hold)
    return may_load


async def kept(page: Page, shelf: str) -> list[str]:
    """What the browser keeps of a kind, as the texts of all its databases."""
    found: list[str] = await page.evaluate(KEPT, shelf)
    return found


KEPT = """async shelf => {
  const texts = []
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise(done => {
      const request = indexedDB.open(name)
      request.onsuccess = () => done(request.result)
    })
    texts.push(...await new Promise(done => {
      const request = database.transaction(shelf).objectStore(shelf).getAll()
      request.onsuccess = () => done(request.result.map(each => each.text))
    }))
    database.close()
  }
  return texts
}"""


FORGETFUL = """const open = indexedDB.open.bind(indexedDB)
indexedDB.open = (name, version) => (indexedDB.deleteDatabase(name), open(name, version))"""


async def forget_kept(context: BrowserContext) -> None:
    """Let every page that is opened from now on find nothing kept."""
    await context.add_init_script(FORGETFUL)
