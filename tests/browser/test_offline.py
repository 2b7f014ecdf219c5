"""Without a network the console shows what was there, says so, and sends later what is written."""

from playwright.async_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.network import Network, ani_online, kept
from tests.browser.office import Office
from tests.browser.stage import Stage
from tests.workers.sending import until

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"


async def with_customers(office: Office, stage: Stage) -> tuple[Desk, Network]:
    """Ani is at her desk and has read what two customers wrote."""
    ani, network = await ani_online(stage, office)
    for customer in (NADIA, YUSUF):
        await office.write(customer, f"Hello, this is {customer}")
        await office.until_owned(customer)
        await ani.choose(customer)
        await expect(ani.line(customer, "Hello, this is")).to_be_visible()
    return ani, network


async def lose(ani: Desk, network: Network) -> None:
    """Cut the network, and wait until the page has noticed."""
    await network.lose()
    await expect(ani.badge("Offline since")).to_be_attached()


async def are_out(office: Office, customer: str, *texts: str) -> bool:
    return (await office.lines(customer))[-len(texts) :] == list(texts)


async def test_a_reload_without_a_network_shows_what_was_there_and_sends_what_is_written_in_order(
    stage: Stage, office: Office
) -> None:
    ani, network = await with_customers(office, stage)
    await until(lambda: _has_lines(ani.page))
    await lose(ani, network)
    await ani.choose(NADIA)
    await ani.reply(NADIA, "first")
    await ani.page.reload()
    await expect(ani.badge("Offline, as it was")).to_be_attached()
    await expect(ani.line(NADIA, "Hello, this is")).to_be_visible()
    await expect(ani.line(NADIA, "first")).to_be_visible()
    contact = ani.page.get_by_role("complementary", name="Contact")
    await expect(contact.get_by_text("Comes when you are online again.").first).to_be_visible()
    await expect(contact.get_by_text("cannot be reached")).to_have_count(0)
    for text in ("second", "third"):
        await ani.reply(NADIA, text)
    await ani.choose(YUSUF)
    await expect(ani.line(YUSUF, "Hello, this is")).to_be_visible()
    await ani.field(YUSUF).fill("not sent yet")
    await expect(ani.badge("3 waiting to be sent")).to_be_attached()
    network.find()
    await ani.until_live()
    await expect(contact.get_by_text("No pictures or videos yet.")).to_be_visible()
    await until(lambda: are_out(office, NADIA, "first", "second", "third"))
    await ani.page.reload()
    await ani.until_live()
    await expect(ani.field(YUSUF)).to_have_value("not sent yet")


async def test_a_thread_that_could_not_be_loaded_shows_what_is_written_and_comes_whole(
    stage: Stage, office: Office
) -> None:
    ani, network = await ani_online(stage, office)
    for text in ("first", "second"):
        await office.write(NADIA, text)
    await office.until_owned(NADIA)
    await lose(ani, network)
    await ani.choose(NADIA)
    await expect(ani.thread(NADIA).get_by_text("The server cannot be reached.")).to_be_visible()
    await ani.reply(NADIA, "written meanwhile")
    await expect(ani.line(NADIA, "written meanwhile")).to_be_visible()
    network.find()
    await ani.until_live()
    await expect(ani.line(NADIA, "written meanwhile")).to_have_count(1)
    await until(lambda: are_out(office, NADIA, "first", "second", "written meanwhile"))
    for text in ("first", "second"):
        await expect(ani.line(NADIA, text)).to_be_visible()


async def _has_lines(page: Page) -> bool:
    return len(await kept(page, "threads")) == 2 and len(await kept(page, "picture")) == 1


async def test_a_note_written_without_a_network_waits_and_is_written_once(
    stage: Stage, office: Office
) -> None:
    ani, network = await with_customers(office, stage)
    await lose(ani, network)
    await ani.button("Note", exact=True).click()
    field = ani.page.get_by_role("textbox", name="Note about")
    await field.fill("He pays on Friday")
    await field.press("Enter")
    await expect(field).to_have_value("")
    await expect(ani.badge("1 waiting to be sent")).to_be_attached()
    await expect(ani.thread(YUSUF).get_by_text("He pays on Friday")).to_be_visible()
    await expect(ani.row(YUSUF).get_by_text("He pays on Friday")).to_be_visible()
    await expect(ani.row(YUSUF).get_by_label("waits to be sent")).to_be_visible()
    network.find()
    await ani.until_live()
    await until(lambda: are_out(office, YUSUF, "He pays on Friday"))
    await expect(ani.thread(YUSUF).get_by_text("He pays on Friday")).to_have_count(1)
    await expect(ani.badge("waiting to be sent")).to_have_count(0)


async def test_what_waits_for_a_connection_keeps_its_conversation(
    stage: Stage, office: Office
) -> None:
    ani, network = await with_customers(office, stage)
    await lose(ani, network)
    await ani.reply(YUSUF, "Goodbye then")
    await ani.button("Resolve", exact=True).click()
    await expect(ani.page.get_by_text("The server cannot be reached.")).to_be_visible()
    network.find()
    await ani.until_live()
    await until(lambda: are_out(office, YUSUF, "Goodbye then"))
    assert (await office.conversations())[YUSUF]["status"] == "assigned"


async def test_who_signs_out_leaves_no_picture_and_no_lines_behind(
    stage: Stage, office: Office
) -> None:
    stage.watch.expect(r"status of 401")
    ani, _network = await with_customers(office, stage)
    await until(lambda: _has_lines(ani.page))
    await ani.menu("Sign out")
    await ani.button("Keep and sign out").click()
    await expect(ani.page.get_by_label("Agent token")).to_be_visible()
    for shelf in ("picture", "threads", "drafts", "outgoing"):
        assert await kept(ani.page, shelf) == []


async def test_what_an_older_page_kept_is_moved_over_once(stage: Stage, office: Office) -> None:
    ani, _network = await with_customers(office, stage)
    me = (await ani.page.evaluate("fetch('/api/v1/session').then(each => each.json())"))["agent"]
    [nadia] = [each for each in await conversations(office) if each["contact"]["name"] == NADIA]
    draft = {"text": "an old draft", "attachments": [], "location": None, "poll": None}
    old = {nadia["id"]: draft | {"replyTo": None, "at": None}}
    await ani.page.evaluate(
        "([place, old]) => localStorage.setItem(place, JSON.stringify(old))",
        [f"helpdesk.drafts.{me['id']}", old],
    )
    await ani.page.reload()
    await ani.choose(NADIA)
    await expect(ani.field(NADIA)).to_have_value("an old draft")
    assert (
        await ani.page.evaluate("Object.keys(localStorage).filter(k => k.includes('drafts'))") == []
    )


async def conversations(office: Office) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await office.call("GET", "/conversations?view=all"))["items"]
    return found


async def test_a_browser_without_room_says_so(stage: Stage, office: Office) -> None:
    ani, _network = await with_customers(office, stage)
    await ani.page.evaluate(
        """() => {
          IDBObjectStore.prototype.put = () => {
            throw new DOMException('no room', 'QuotaExceededError')
          }
        }"""
    )
    await ani.field(YUSUF).fill("no room for this")
    await expect(ani.page.get_by_text("There is no room left in this browser")).to_be_visible()
