"""Every page of the console and the phone, with something on each, and the ways to look at them."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

from playwright.async_api import expect

from helpdesk.demo import PRICE_LIST
from tests.browser.desk import Desk
from tests.browser.look import NADIA, Look, ask
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.browser.states import state_looks
from tests.pdfs import pdf

KINDS = (
    "devices", "divisions", "agents", "templates", "labels", "rotators", "rules", "autoreplies",
)  # fmt: skip
ON_ITS_WAY = "Order {?order number} of {contact.name} is on its way."


async def fill(office: Office) -> None:
    """Put something on every page."""
    await office.furnish("Ani", "Budi")
    await office.add_template("On its way", "way", ON_ITS_WAY, media_id=await office.upload())
    await office.add_template("Thanks", "bye", "Thank you, {contact.name}!")
    for name, kind in (("Tier", "text"), ("Birthday", "date")):
        await office.make("fields", name=name, kind=kind)
    sales, device = office.division["id"], office.device["id"]
    vip = await office.make("labels", name="VIP", color=3)
    await office.make("labels", name="Wholesale", color=5)
    hours = {"type": "hours", "days": ["sat", "sun"], "from": "18:00", "to": "02:00"}
    choices = [{"label": "Prices", "division_id": sales}, {"label": "Orders", "division_id": sales}]
    conditions = {
        "Prices": {"type": "text_contains", "words": ["price", "harga"]},
        "Order numbers": {"type": "text_matches", "pattern": "order #?[0-9]+"},
        "Weekend nights of VIPs": {
            "type": "all_of",
            "conditions": [hours, {"type": "contact_label", "label_ids": [vip["id"]]}],
        },
        "All else": {"type": "always"},
        "Menu": {"type": "menu", "text": "What is it about?", "choices": choices},
    }
    for name, condition in conditions.items():
        leads = {} if name == "Menu" else {"division_id": sales}
        await office.make("rules", name=name, condition=condition, device_id=device, **leads)
    texts = {"greeting": "Welcome!", "busy_text": "All are busy.", "outside_text": "We open at 9."}
    open_ = {"hours": [], "holidays": ["2030-08-17"], "time_zone": "Asia/Jakarta"}
    await office.call("PATCH", f"/divisions/{sales}", json=texts | open_)
    await office.call("PATCH", f"/devices/{device}", json={"group": True})
    numbers = [{"number": f"62812000000{n}", "weight": 1 + n % 3} for n in range(10, 14)]
    await office.make("rotators", name="Leads", rotation="partial", numbers=numbers)
    hook = {"url": "http://127.0.0.1:9/hook?key=1", "event_types": ["message.received"]}
    webhook = await office.make("webhooks", **hook)
    await office.call("POST", f"/webhooks/{webhook['id']}/ping")
    answers: list[dict[str, Any]] = [
        {"name": "Prices", "kind": "contains", "words": ["price", "harga"], "text": "From 15,000."},
        {"name": "Nights", "kind": "default", "hours": hours, "text": "We open at 9."},
    ]
    for answer in answers:
        await office.make("autoreplies", device_id=device, **answer)
    lines = "\n".join(f"62812555000{n},Customer {n}" for n in range(1, 6))
    pace = {"delay_min": 3_000, "delay_max": 3_600}
    to = {"device_id": device, "text": "Hi {name}, we open at 9.", "lines": lines}
    await office.make("broadcasts", **to, **pace)


async def talk(office: Office, ani: Desk) -> None:
    """Let every customer write, and Ani answer one of them."""
    await ask(office)
    await ani.choose(NADIA)
    await ani.reply(NADIA, "Ten thousand")
    await expect(ani.line(NADIA, "Ten thousand")).to_be_visible()


async def sign_in_looks(stage: Stage, _office: Office, **options: Any) -> AsyncIterator[Look]:
    """The sign-in page, for agents and for supervisors."""
    page = await stage.page(**options)
    for name, path in (("agent", "/app/"), ("supervisor", "/app/sign-in?as=supervisor")):
        await page.goto(path)
        await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        yield Look(f"sign-in-{name}", page)


async def inbox_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """The inbox with a thread, quick replies, palette, keys, transfer, and an empty one."""
    ani = await stage.agent(office, "Ani", **options)
    yield Look("inbox-nothing-open", ani.page)
    await talk(office, ani)
    yield Look("inbox-thread", ani.page)
    async for look in document_looks(office, ani):
        yield look
    await ani.field(NADIA).press_sequentially("/way")
    await expect(ani.page.get_by_role("dialog", name="Quick replies")).to_be_visible()
    yield Look("inbox-quick-replies", ani.page)
    await ani.field(NADIA).fill("")
    keys = {"palette": "Control+k", "transfer": "f", "snooze": "s", "labels": "l", "all-keys": "?"}
    for name, key in keys.items():
        await ani.field(NADIA).press("Escape")
        await ani.page.keyboard.press(key)
        await expect(ani.page.get_by_role("dialog")).to_be_visible()
        yield Look(f"inbox-{name}", ani.page)
        await ani.page.keyboard.press("Escape")
        await expect(ani.page.get_by_role("dialog")).to_be_hidden()
    await ani.page.keyboard.press("y")
    why = ani.page.get_by_role("dialog", name="Why this agent")
    await expect(why.get_by_role("button", name="Copy record")).to_be_visible()
    yield Look("inbox-why", ani.page)
    await ani.page.keyboard.press("Escape")
    await expect(ani.page.get_by_role("dialog")).to_be_hidden()
    async for look in menu_looks(ani):
        yield look
    await office.write_in_group("Rama", "Is there a price for all of us?")
    await office.until_owned("")
    group = (await office.conversations())[""]["id"]
    await ani.open(f"/app/inbox/all/{group}")
    await expect(ani.page.get_by_text("Is there a price for all of us?").last).to_be_visible()
    yield Look("inbox-group", ani.page)
    for view in ("waiting", "snoozed", "resolved"):
        await ani.open(f"/app/inbox/{view}")
        yield Look(f"inbox-{view}", ani.page)


async def document_looks(office: Office, ani: Desk) -> AsyncIterator[Look]:
    """A PDF that was sent, and a table, as they are read."""
    talk = (await office.conversations())[NADIA]["id"]
    files = {"contract.pdf": pdf("Contract", "Terms"), "prices.csv": b"Item,Price\nBatik,120000\n"}
    for name, content in files.items():
        media = await office.call("POST", "/media", files={"file": (name, content)})
        body = {"client_id": str(uuid4()), "media_id": media["id"]}
        await office.call("POST", f"/conversations/{talk}/messages", json=body)
    for name, role in (("contract.pdf", "img"), ("prices.csv", "table")):
        await ani.button(f"Open {name}").click()
        dialog = ani.page.get_by_role("dialog", name=name)
        await expect(dialog.get_by_role(role)).to_be_visible()
        yield Look(f"inbox-{name.replace('.', '-')}", ani.page)
        await ani.page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()


async def menu_looks(ani: Desk) -> AsyncIterator[Look]:
    """One's own menu and one in the list, open; on a phone the own one stands in a sheet."""
    own = ani.page.get_by_role("navigation").locator(".me")
    if not await own.is_visible():
        await ani.page.get_by_role("link", name="Back to the list").click()
        await ani.page.get_by_role("button", name="More", exact=True).click()
        own = ani.page.get_by_role("dialog").locator(".me")
    for name, button in (("own", own), ("order", ani.button("Longest wait"))):
        await button.click()
        await expect(ani.page.get_by_role("menu")).to_be_visible()
        yield Look(f"inbox-menu-{name}", ani.page)
        await ani.page.keyboard.press("Escape")
        await expect(ani.page.get_by_role("menu")).to_be_hidden()
        if await ani.page.get_by_role("dialog").count():
            await ani.page.keyboard.press("Escape")
            await expect(ani.page.get_by_role("dialog")).to_be_hidden()


async def supervisor_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """Every page of a supervisor, lists, things and forms, with turns to be shown."""
    if not await office.conversations():
        await stage.agent(office, "Ani", **options)
        await ask(office)
    desk = await stage.supervisor(office, **options)
    places = {"setup": "setup", "all": "inbox/all", "turns": f"turns/{office.division['id']}"}
    places |= {"settings": "settings"}
    for kind in KINDS:
        items = (await office.call("GET", f"/{kind}"))["items"]
        places |= {kind: kind, f"{kind}-new": f"{kind}/new"}
        names = [each["name"].lower().replace(" ", "-") for each in items]
        ids = [each["id"] for each in items] if kind == "rules" else [items[0]["id"]]
        places |= {f"{kind}-{n}": f"{kind}/{id_}" for n, id_ in zip(names, ids, strict=False)}
    contact = (await office.call("GET", "/contacts"))["items"][0]["id"]
    places |= {"contacts": "contacts", "contact": f"contacts/{contact}"}
    places |= {"fields": "fields", "fields-new": "fields/new"}
    places |= {"webhooks": "webhooks", "webhooks-new": "webhooks/new"}
    for webhook in (await office.call("GET", "/webhooks"))["items"][:1]:
        place = f"webhooks/{webhook['id']}"
        places |= {"webhook": place, "webhook-deliveries": f"{place}/deliveries"}
    poll = {"name": "Which blend?", "choices": ["Java", "Bali", "Toraja"]}
    talks = (await office.call("GET", "/conversations"))["items"]
    asking = {"client_id": str(uuid4()), "poll": poll}
    await office.call("POST", f"/conversations/{talks[0]['id']}/messages", json=asking)
    asked = (await office.call("GET", "/polls"))["items"][0]["id"]
    places |= {"polls": "polls", "poll": f"polls/{asked}"}
    places |= {"packages": "packages", "package": "packages/regular"}
    sent = (await office.call("GET", "/broadcasts"))["items"][0]["id"]
    places |= {"broadcasts": "broadcasts", "broadcasts-new": "broadcasts/new"}
    places |= {"broadcast": f"broadcasts/{sent}", "history": "history"}
    for name, place in places.items():
        await desk.open(f"/app/{place}")
        await expect(desk.page.get_by_role("heading").first).to_be_attached()
        yield Look(name, desk.page)


async def phone_looks(stage: Stage, office: Office, **options: Any) -> AsyncIterator[Look]:
    """The customer's phone with a picture in the chat."""
    phone = await stage.handset(office, **options)
    await expect(phone.page.get_by_role("textbox")).to_be_visible()
    await phone.attach(PRICE_LIST)
    await expect(
        phone.page.get_by_role("img", name="Picture: price-list.png").first
    ).to_be_visible()
    yield Look("phone", phone.page)


Looks = Callable[..., AsyncIterator[Look]]
LOOKS: dict[str, Looks] = {
    "sign-in": sign_in_looks,
    "inbox": inbox_looks,
    "supervisor": supervisor_looks,
    "phone": phone_looks,
    "states": state_looks,
}
"""Every page, by whose it is."""
