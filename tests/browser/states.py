"""States that pages are seldom in: on their way, empty, refused, away, and what was not to be."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from playwright.async_api import Route, expect

from tests.browser.desk import Desk
from tests.browser.look import NADIA, Look, ask
from tests.browser.network import Network
from tests.browser.office import Office
from tests.browser.stage import Stage

SYNC, RESOLVED = "**/api/v1/sync", "**/api/v1/conversations?*view=resolved*"
WEBHOOKS, POLLS, BROADCASTS = (f"**/api/v1/{name}*" for name in ("webhooks", "polls", "broadcasts"))
FAULT = {"type": "about:blank", "title": "Internal error", "status": 500, "code": "internal",
         "detail": "The server met an error.", "request_id": "5f0c2a"}  # fmt: skip
BROUGHT_ABOUT = (r"net::ERR_", r"WebSocket connection to", r"(status of|answer) (404|422|500|503)")


async def hang(_route: Route) -> None:
    """Never answer."""


async def fail(route: Route) -> None:
    """Answer with a fault of the server."""
    await route.fulfill(status=500, json=FAULT, content_type="application/problem+json")


async def be_empty(route: Route) -> None:
    """Answer with nothing."""
    await route.fulfill(json={"items": [], "next": None})


async def state_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """Lists and pages that are loading, refused, empty or not allowed; truths; notices."""
    stage.watch.expect(*BROUGHT_ABOUT)
    async for look in first_looks(stage, office, **options):
        yield look
    context = await stage.context(**options)
    network = Network(context)
    await network.watch()
    ani = await stage.agent_in(context, office, "Ani")
    if not await office.conversations():
        await ask(office)
    async for look in thread_looks(ani, office):
        yield look
    async for look in truth_looks(ani, office, network):
        yield look
    async for look in list_looks(ani):
        yield look
    async for look in supervisor_looks(await stage.supervisor(office, **options)):
        yield look


async def first_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """Before the first snapshot is there, where it is refused, and where a seat shows less."""
    for name, answer in (("loading", hang), ("refused", fail)):
        context = await stage.context(**options)
        page = await stage.page_of(context, office, "Budi")
        await context.route(SYNC, answer)
        await page.goto("/app/inbox/mine")
        status = page.get_by_role("main").get_by_role("status").first
        await expect(status).to_be_attached()
        if answer is fail:
            await expect(page.get_by_text("could not be loaded").first).to_be_attached()
        yield Look(f"state-{name}", page)
        await context.close()
    if "Citra" not in office.tokens:
        await office.hire("Citra", sees="own", limit=0)
    citra = await stage.agent(office, "Citra", **options)
    await citra.open("/app/inbox/all")
    await expect(citra.page.get_by_text("only your own conversations")).to_be_visible()
    yield Look("state-not-allowed", citra.page)
    await citra.page.context.close()


async def thread_looks(ani: Desk, office: Office) -> AsyncIterator[Look]:
    """A picture large, a colleague called, what was found, what was refused, what can be undone."""
    talk = (await office.conversations())[NADIA]["id"]
    path = f"/conversations/{talk}"
    ids = {each["name"]: each["id"] for each in (await office.call("GET", "/agents"))["items"]}
    await office.call("POST", f"{path}/assign", json={"agent_id": ids["Ani"]})
    picture = {"client_id": str(uuid4()), "media_id": await office.upload()}
    await office.call("POST", f"{path}/messages", json=picture)
    called = {"text": "@Ani, may we give a discount?", "mentions": [ids["Ani"]]}
    await office.call("POST", f"{path}/notes", json=called | {"client_id": str(uuid4())})
    page = ani.page
    await ani.open(f"/app/inbox/mine/{talk}")
    await page.get_by_role("button", name="Enlarge").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    yield Look("state-lightbox", page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.get_by_role("textbox", name="Note about").press_sequentially("Ask @")
    await expect(page.get_by_role("listbox", name="Colleagues")).to_be_visible()
    yield Look("state-calling", page)
    await page.keyboard.press("Escape")
    await page.get_by_role("textbox", name="Note about").fill("")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+Shift+F")
    search = page.get_by_role("dialog", name="Search messages and contacts")
    await search.get_by_label("What to look for").fill("price")
    await expect(search.locator("mark").first).to_be_visible()
    yield Look("state-search", page)
    await page.keyboard.press("Escape")
    device = f"/simulated/devices/{office.device['id']}"
    await office.call("PATCH", device, json={"refuse_next": True})
    await page.get_by_role("button", name="Reply", exact=True).click()
    await ani.reply(NADIA, "This one is refused")
    await expect(ani.thread(NADIA).get_by_role("img", name="failed")).to_be_attached()
    yield Look("state-failed", page)


async def truth_looks(ani: Desk, office: Office, network: Network) -> AsyncIterator[Look]:
    """What is said above the composer: away, used up, resolved, blocked, another's."""
    page, talks = ani.page, await office.conversations()
    talk, contact = talks[NADIA]["id"], talks[NADIA]["contact"]["id"]
    banner = ani.thread(NADIA).locator(".truth")
    await network.lose()
    await expect(banner).to_contain_text("Reconnecting")
    await ani.field(NADIA).fill("It waits here")
    await ani.field(NADIA).press("Enter")
    await expect(banner).to_contain_text("1 reply waits")
    yield Look("state-offline", page)
    network.find()
    await ani.until_live()
    device = f"/devices/{office.device['id']}"
    before = (await office.call("GET", "/packages"))["items"][1]
    await office.call("PATCH", f"/packages/{before['code']}", json={"messages_per_month": 1})
    await office.call("PATCH", device, json={"package": before["code"]})
    await expect(banner).to_contain_text("all that its package allows", timeout=20_000)
    yield Look("state-used-up", page)
    await office.call("PATCH", device, json={"package": None})
    full = {"messages_per_month": before["messages_per_month"]}
    await office.call("PATCH", f"/packages/{before['code']}", json=full)
    await expect(banner).to_have_count(0, timeout=20_000)
    ids = {each["name"]: each["id"] for each in (await office.call("GET", "/agents"))["items"]}
    to = {"agent_id": ids["Budi"]}
    await office.call("POST", f"/conversations/{talk}/assign", json=to)
    await expect(banner).to_contain_text("Budi has this conversation")
    yield Look("state-owned", page)
    await office.call("POST", f"/contacts/{contact}/block")
    await expect(banner).to_contain_text("is blocked")
    yield Look("state-blocked", page)
    await office.call("POST", f"/contacts/{contact}/unblock")
    await office.call("POST", f"/conversations/{talk}/reopen")
    to = {"agent_id": ids["Ani"]}
    await office.call("POST", f"/conversations/{talk}/assign", json=to)
    await expect(banner).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await expect(page.locator(".toast")).to_contain_text("resolved")
    yield Look("state-resolved", page)
    await page.keyboard.press("z")
    await expect(banner).to_have_count(0)


async def list_looks(ani: Desk) -> AsyncIterator[Look]:
    """A list that fails, finds nothing or is empty; a conversation that is not there."""
    page = ani.page
    await page.context.route(RESOLVED, fail)
    await ani.open("/app/inbox/resolved")
    await expect(page.get_by_role("button", name="Try again").first).to_be_visible()
    yield Look("state-list-error", page)
    await ani.open("/app/inbox/mine")
    await page.keyboard.press("Control+f")
    await page.get_by_role("textbox", name="Search conversations").fill("zzz")
    await expect(page.get_by_text("Nobody found")).to_be_visible()
    yield Look("state-nobody-found", page)
    await ani.open(f"/app/inbox/mine/{uuid4()}")
    await expect(page.get_by_text("may have been deleted")).to_be_visible()
    yield Look("state-no-conversation", page)


async def supervisor_looks(desk: Desk) -> AsyncIterator[Look]:
    """A supervisor's list on its way, failed and empty; a form with faults; what asks first."""
    page = desk.page
    for name, pattern, answer in (
        ("loading", WEBHOOKS, hang), ("error", POLLS, fail), ("empty", BROADCASTS, be_empty),
    ):  # fmt: skip
        await page.context.route(pattern, answer)
        await desk.open(f"/app/{pattern.rpartition('/')[2].rstrip('*')}")
        if answer is fail:
            await expect(page.get_by_role("button", name="Try again").first).to_be_visible()
        yield Look(f"state-list-{name}-supervisor", page)
        await page.context.unroute(pattern)
    await desk.open("/app/labels/new")
    await page.locator("button[type=submit]").last.click()
    await expect(page.locator("[aria-invalid=true]").first).to_be_attached()
    yield Look("state-form-faults", page)
    await desk.open("/app/labels")
    await page.get_by_role("button", name="Delete label VIP").click()
    await expect(page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))).to_be_visible()
    yield Look("state-asks-first", page)
