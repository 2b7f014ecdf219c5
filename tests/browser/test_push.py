"""The installed app: its worker shows what is pushed, and leads into the conversation.

A Chromium of a test has no push service behind it: `PushManager.subscribe` is a stub here, and a
push comes by the browser's own debugging protocol, in the form in which the server sends it.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from helpdesk.queries.pushes import DuePush
from helpdesk.workers.pushes import content_of
from tests.browser.chromium import open_chromium
from tests.browser.desk import Desk
from tests.browser.office import Office
from tests.browser.stage import PHONE, Stage
from tests.push import FakeBrowser
from tests.workers.sending import until

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"
STUB = """subscription => {
  let taken = null
  const make = key => ({
    endpoint: subscription.endpoint, options: { applicationServerKey: key },
    toJSON: () => ({ ...subscription, expirationTime: null }),
    unsubscribe: async () => { taken = null; return true },
  })
  PushManager.prototype.getSubscription = async () => taken
  PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
    const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'))
    return (taken = make(Uint8Array.from(text, each => each.charCodeAt(0)).buffer))
  }
}"""


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """A whole Chromium: the shell shows no notifications."""
    async with open_chromium(is_whole=True) as browser:
        yield browser


async def with_stub(context: BrowserContext) -> None:
    """Let every page of the context find a browser that takes pushes."""
    await context.add_init_script(f"({STUB})({json.dumps(FakeBrowser().body)})")


async def open_settings(desk: Desk) -> Any:
    """Open the dialog about notifications from the own menu."""
    more = desk.page.get_by_role("button", name="More", exact=True)
    if await more.is_visible():
        await more.click()
        await desk.page.get_by_role("dialog").locator(".me").click()
        await desk.page.get_by_role("menuitem", name="Notifications on this device").click()
    else:
        await desk.menu("Notifications on this device")
    return desk.page.get_by_role("dialog", name="Notifications on this device")


async def until_worker(page: Page) -> None:
    """Wait until the service worker is at work."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")


async def deliver(page: Page, content: bytes) -> None:
    """Let a push come to the page's service worker, with no page's help."""
    protocol = await page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"])
    )
    await protocol.send("ServiceWorker.enable")

    async def is_known() -> bool:
        return bool(found)

    await until(is_known)
    place = await page.evaluate("location.origin")
    message = {
        "origin": place,
        "registrationId": found[0]["registrationId"],
        "data": content.decode(),
    }
    await protocol.send("ServiceWorker.deliverPushMessage", message)
    await protocol.detach()


def push_of(conversation: dict[str, Any], **fields: Any) -> bytes:
    """Return what the server sends about a conversation."""
    told: dict[str, Any] = {
        "contact": conversation["contact"]["name"], "kind": "text", "text": "", "noted_by": None,
    }  # fmt: skip
    due = DuePush(
        account_id=uuid4(),
        session_id=uuid4(),
        conversation_id=UUID(conversation["id"]),
        seq=1,
        attempt=1,
        endpoint="",
        public_key=b"",
        auth_secret=b"",
        unread=3,
        **told | fields,
    )
    return content_of(due)


SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications()
  return shown.map(({ title, body, tag, icon }) => {
    return { title, body, tag, icon: new URL(icon).pathname }
  })
}"""

SUBSCRIBED = """async () => {
  const { pushManager } = await navigator.serviceWorker.ready
  return Boolean(await pushManager.getSubscription())
}"""


async def test_the_app_can_be_installed(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await until_worker(ani.page)
    protocol = await ani.page.context.new_cdp_session(ani.page)
    answer = await protocol.send("Page.getAppManifest")
    assert answer["errors"] == []
    manifest = json.loads(answer["data"])
    assert (manifest["start_url"], manifest["display"]) == ("/app/", "standalone")
    assert manifest["lang"] == "en"
    shortcuts = [each["url"] for each in manifest["shortcuts"]]
    assert shortcuts == ["/app/inbox/mine", "/app/inbox/waiting"]
    for icon in manifest["icons"]:
        got = await ani.page.request.get(icon["src"])
        assert (got.status, got.headers["content-type"]) == (200, icon["type"])
    worker = await ani.page.request.get("/app/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    scope = await ani.page.evaluate(
        "navigator.serviceWorker.ready.then(it => new URL(it.scope).pathname)"
    )
    assert scope == "/app/"


async def test_a_push_is_shown_once_for_each_conversation_and_leads_into_it(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    context = await stage.context()
    await context.grant_permissions(["notifications"])
    ani = await stage.agent_in(context, office, "Ani")
    for customer in (NADIA, YUSUF):
        await office.write(customer, "Hello?")
        await office.until_owned(customer)
    talks = await office.conversations()
    await until_worker(ani.page)
    await deliver(ani.page, push_of(talks[NADIA], text="One"))
    await deliver(ani.page, push_of(talks[NADIA], kind="image"))
    await deliver(ani.page, push_of(talks[YUSUF], kind=None))

    async def are_shown() -> bool:
        return len(await ani.page.evaluate(SHOWN)) == 2

    await until(are_shown)
    shown = {each["tag"]: each for each in await ani.page.evaluate(SHOWN)}
    assert shown[talks[NADIA]["id"]] == {
        "title": NADIA,
        "body": "Photo",
        "tag": talks[NADIA]["id"],
        "icon": "/app/icon-192.png",
    }
    assert shown[talks[YUSUF]["id"]]["body"] == "This conversation is yours now."
    # Nobody can press a notification here: the worker gets the event from the test, which is
    # why it may not bring the window to the front.
    await context.service_workers[0].evaluate(
        """async tag => {
          const [notification] = await self.registration.getNotifications({ tag })
          self.dispatchEvent(new NotificationEvent('notificationclick', { notification }))
        }""",
        talks[YUSUF]["id"],
    )
    await expect(ani.thread(YUSUF)).to_be_visible()
    assert [each["tag"] for each in await ani.page.evaluate(SHOWN)] == [talks[NADIA]["id"]]


async def test_who_leaves_takes_the_notifications_along_and_gets_no_more(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"net::ERR_", r"WebSocket connection to")
    await office.furnish("Ani")
    context = await stage.context()
    await context.grant_permissions(["notifications"])
    await with_stub(context)
    ani = await stage.agent_in(context, office, "Ani")
    dialog = await open_settings(ani)
    await dialog.get_by_role("button", name="Turn on").click()
    await expect(dialog.get_by_role("status")).to_contain_text("On")
    await ani.page.keyboard.press("Escape")
    await until_worker(ani.page)
    await office.write(NADIA, "My address")
    await office.until_owned(NADIA)
    await deliver(ani.page, push_of((await office.conversations())[NADIA], text="My address"))

    async def is_shown() -> bool:
        return bool(await ani.page.evaluate(SHOWN))

    await until(is_shown)
    await context.set_offline(True)
    await ani.menu("Sign out")
    await ani.button("Keep and sign out").click()
    await expect(ani.page.get_by_text("You left this page.")).to_be_visible()

    async def is_hushed() -> bool:
        left: bool = await ani.page.evaluate(SUBSCRIBED)
        return not left and not await is_shown()

    await until(is_hushed)


async def test_a_push_speaks_the_language_that_is_set_and_not_the_browsers(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    context = await stage.context()
    await context.grant_permissions(["notifications"])
    ani = await stage.agent_in(context, office, "Ani")
    await office.write(NADIA, "Hello?")
    await office.until_owned(NADIA)
    await until_worker(ani.page)
    await ani.menu("Indonesia")

    async def speaks_it() -> bool:
        script = "navigator.serviceWorker.ready.then(it => it.active.scriptURL)"
        return str(await ani.page.evaluate(script)).endswith("?language=id")

    await until(speaks_it)
    await deliver(ani.page, push_of((await office.conversations())[NADIA], kind="image"))

    async def says() -> bool:
        return [each["body"] for each in await ani.page.evaluate(SHOWN)] == ["Foto"]

    await until(says)


async def test_who_turns_notifications_on_stays_there_when_the_app_is_closed(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    context = await stage.context(viewport=PHONE)
    await context.grant_permissions(["notifications"])
    await with_stub(context)
    ani = await stage.agent_in(context, office, "Ani")
    dialog = await open_settings(ani)
    await expect(dialog.get_by_role("status")).to_contain_text("Off")
    await dialog.get_by_role("button", name="Turn on").click()
    await expect(dialog.get_by_text("You count as online for 8 hours")).to_be_visible()

    async def presence() -> tuple[str, str | None]:
        [agent] = (await office.call("GET", "/agents"))["items"]
        return agent["presence"], agent["presence_by"]

    assert await presence() == ("online", "console")
    sari = await stage.supervisor(office)
    await sari.open("/app/agents")
    await expect(sari.page.get_by_role("cell", name="Online")).to_be_visible()
    await ani.page.close()
    await expect(sari.page.get_by_role("cell", name="Reachable by push")).to_be_visible()
    assert await presence() == ("online", "push")
    again = Desk(await context.new_page(), "Ani")
    await again.open("/app/")
    dialog = await open_settings(again)
    await dialog.get_by_role("button", name="Turn off").click()
    await expect(dialog.get_by_role("status")).to_contain_text("Off")
    await again.page.close()
    await expect(sari.page.get_by_role("cell", name="Offline")).to_be_visible()


async def test_why_notifications_cannot_be_had_is_said_plainly(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    for script, words in (
        ("delete window.PushManager", "Not possible in this browser"),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "Needs HTTPS"),
        (
            "Object.defineProperty(Notification, 'permission', { value: 'denied' })",
            "Blocked in this",
        ),
    ):
        context = await stage.context()
        await context.add_init_script(script)
        ani = await stage.agent_in(context, office, "Ani")
        dialog = await open_settings(ani)
        await expect(dialog.get_by_role("status")).to_contain_text(words)
        await expect(dialog.get_by_role("button", name="Turn on")).to_have_count(0)


async def test_a_supervisor_says_for_how_long_push_counts(stage: Stage, office: Office) -> None:
    await office.furnish("Ani")
    sari = await stage.supervisor(office)
    await sari.open("/app/settings")
    field = sari.page.get_by_role("spinbutton", name="Hours after it was last open")
    await expect(field).to_have_value("8")
    await field.fill("73")
    await sari.button("Save settings").click()
    await expect(sari.page.get_by_text("Give a whole number from 0 to 72.")).to_be_visible()
    await field.fill("12")
    await sari.button("Save settings").click()
    await expect(sari.page.get_by_text(re.compile("^Saved"))).to_be_visible()
    assert (await office.call("GET", "/account"))["push_presence_hours"] == 12
