"""Contacts: what agents write down, merge and block; what supervisors define, find and import."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.office import CUSTOMERS, Office
from tests.browser.stage import Stage

NADIA, YUSUF = "Nadia Rahmawati", "Yusuf Hakim"


async def test_agent_fills_a_field_and_writes_a_note_that_a_colleague_sees_at_once(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    await office.make("fields", name="Tier", kind="choice", choices=["Gold", "Silver"])
    await office.make("fields", name="Birthday", kind="date")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    pane = ani.page.get_by_role("complementary", name="Contact")
    await pane.get_by_role("button", name="Change the details").click()
    await pane.get_by_label("Tier").select_option("Gold")
    await pane.get_by_label("Birthday").fill("1990-01-31")
    await pane.get_by_role("button", name="Save", exact=True).click()
    await expect(pane.get_by_text("31 Jan 1990")).to_be_visible()

    sari = await stage.supervisor(office)
    await sari.open("/app/contacts")
    await sari.page.get_by_role("link", name=NADIA).click()
    beside = sari.page.get_by_role("complementary", name="Contact")
    await expect(beside.get_by_text("Gold", exact=True)).to_be_visible()
    await pane.get_by_label("New note").fill("Pays on Fridays")
    await pane.get_by_role("button", name="Add note").click()
    await expect(beside.get_by_text("Pays on Fridays")).to_be_visible()
    await beside.get_by_role("button", name="Delete note").click()
    await sari.page.get_by_role("dialog").get_by_role("button", name="Delete note").click()
    await expect(pane.get_by_text("Pays on Fridays")).to_have_count(0)


async def test_two_numbers_of_one_customer_become_one_contact_and_two_again(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    for customer in (NADIA, YUSUF):
        await office.write(customer, f"I am {customer}")
        await office.until_owned(customer)
    await ani.choose(NADIA)
    pane = ani.page.get_by_role("complementary", name="Contact")
    await pane.get_by_role("button", name="Merge with another contact").click()
    finder = ani.page.get_by_role("combobox")
    await finder.fill(CUSTOMERS[YUSUF][-5:])
    await expect(ani.page.get_by_role("option", name=YUSUF)).to_have_attribute(
        "data-highlighted", ""
    )
    await finder.press("Enter")
    asked = ani.page.get_by_role("dialog", name=f"Merge {YUSUF} into {NADIA}?")
    await expect(asked.get_by_role("button", name="Merge")).to_be_focused()
    assert {NADIA, YUSUF} <= (await office.conversations()).keys()
    await ani.page.keyboard.press("Enter")
    await expect(ani.row(NADIA)).to_have_count(2)
    for customer in (NADIA, YUSUF):
        end = CUSTOMERS[customer][-3:]
        await expect(ani.row(NADIA).filter(has_text=f"0000-{end}")).to_have_count(1)
    await expect(pane.get_by_text("This is the first one.")).to_have_count(0)
    await office.write(YUSUF, "From my old number")
    await expect(ani.row(NADIA).filter(has_text="From my old number")).to_be_visible()
    await ani.page.keyboard.press("Escape")
    await ani.page.keyboard.press("z")
    await expect(ani.row(YUSUF)).to_have_count(1)
    await expect(ani.row(NADIA)).to_have_count(1)


async def test_agent_is_told_why_a_customer_of_a_colleague_is_not_blocked(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani", "Budi", sees="division")
    budi = await stage.agent(office, "Budi")
    await office.write(NADIA, "Hello")
    await office.until_owned(NADIA, ["Budi"])
    ani = await stage.agent(office, "Ani")
    await ani.open("/app/inbox/all")
    await ani.row(NADIA).click()
    await (
        ani.page.get_by_role("complementary", name="Contact")
        .get_by_role("button", name="Block")
        .click()
    )
    dialog = ani.page.get_by_role("dialog", name=f"Block {NADIA}?")
    await expect(dialog.get_by_text("Budi has a conversation with this contact")).to_be_visible()
    await expect(dialog.get_by_role("button", name="Block", exact=True)).to_have_count(0)
    await expect(budi.row(NADIA)).to_be_visible()


async def test_contact_leaves_the_blocked_ones_when_it_is_unblocked(
    stage: Stage, office: Office
) -> None:
    made = await office.make("contacts", number="0811 0000 101", name=NADIA)
    await office.call("POST", f"/contacts/{made['id']}/block")
    sari = await stage.supervisor(office)
    await sari.open("/app/contacts")
    await sari.button("Blocked").click()
    await sari.page.get_by_role("link", name=NADIA).click()
    await sari.button("Unblock").click()
    await expect(sari.page.get_by_text("Nobody fits this search.")).to_be_visible()


async def test_blocked_customer_reaches_nobody_until_unblocked(
    stage: Stage, office: Office
) -> None:
    await office.furnish("Ani")
    ani = await stage.agent(office, "Ani")
    await office.write(NADIA, "Spam")
    await office.until_owned(NADIA)
    await ani.choose(NADIA)
    pane = ani.page.get_by_role("complementary", name="Contact")
    await pane.get_by_role("button", name="Block").click()
    dialog = ani.page.get_by_role("dialog", name=f"Block {NADIA}?")
    await dialog.get_by_role("button", name="Block").click()
    await expect(ani.row(NADIA)).to_have_count(0)
    banner = ani.page.get_by_text(f"{NADIA} is blocked. Unblock to write.")
    await expect(banner).to_be_visible()
    await office.write(NADIA, "More spam")
    await ani.thread(NADIA).get_by_role("button", name="Unblock").click()
    await expect(banner).to_have_count(0)
    await office.write(NADIA, "Sorry")
    await expect(ani.row(NADIA)).to_be_visible()
    await ani.page.reload()
    await ani.until_live()
    await expect(ani.line(NADIA, "More spam")).to_be_visible()


async def add_field(page: Page, name: str) -> None:
    await page.get_by_role("link", name="New field").first.click()
    await page.get_by_role("textbox", name="Name").fill(name)
    await page.get_by_role("button", name="Save field").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_supervisor_defines_fields_and_puts_them_in_order(
    stage: Stage, office: Office
) -> None:
    sari = await stage.supervisor(office)
    await sari.open("/app/fields")
    for name in ("City", "Tier"):
        await add_field(sari.page, name)
    rows = sari.page.get_by_role("list", name="Contact fields").get_by_role("listitem")
    await expect(rows).to_have_text(["CityText", "TierText"])
    await sari.button("Move Tier up").click()
    await expect(rows).to_have_text(["TierText", "CityText"])
    await sari.button("Delete field City").click()
    dialog = sari.page.get_by_role("dialog")
    await expect(dialog.get_by_text("No contact has a value in it.")).to_be_visible()
    await dialog.get_by_role("button", name="Delete field").click()
    await expect(rows).to_have_text(["TierText"])


async def test_supervisor_sees_what_is_wrong_with_a_file_before_it_is_imported(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("number;name\n0812-3456-7890;Rina\n12;Nobody\n", encoding="utf-8-sig")
    sari = await stage.supervisor(office)
    await sari.open("/app/contacts")
    await expect(sari.page.get_by_text("There are no contacts yet.")).to_be_visible()
    await sari.button("Import").first.click()
    dialog = sari.page.get_by_role("dialog", name="Import contacts")
    await dialog.get_by_label("Choose a file").set_input_files(file)
    await expect(dialog.get_by_text("1 new · 1 line is left out")).to_be_visible()
    await expect(dialog.get_by_role("row", name="3 number Give 8 to 15 digits")).to_be_visible()
    await dialog.get_by_role("button", name="Import 1 contact").click()
    await expect(dialog.get_by_text("1 added")).to_be_visible()
    await sari.page.keyboard.press("Escape")
    await expect(sari.page.get_by_role("link", name="Rina")).to_be_visible()
    await sari.page.get_by_label("Search contacts").fill("62 812-34")
    await expect(sari.page.get_by_role("link", name="Rina")).to_be_visible()
    await sari.page.get_by_label("Search contacts").fill("Somebody")
    await expect(sari.page.get_by_text("Nobody fits this search.")).to_be_visible()
    async with sari.page.expect_download() as download:
        await sari.page.get_by_role("link", name="Export").click()
    assert "6281234567890,Rina" in (await (await download.value).path()).read_text("utf-8-sig")


async def test_indonesian_console_says_in_its_language_what_is_wrong(
    stage: Stage, office: Office, tmp_path: Path
) -> None:
    stage.watch.expect("status of 409")
    file = tmp_path / "contacts.csv"
    file.write_text("number,labels\n12,\n081234567890,Gold\n")
    await office.make("labels", name="VIP")
    sari = await stage.supervisor(office, locale="id-ID")
    await sari.page.goto("/app/contacts")
    await sari.button("Impor").first.click()
    dialog = sari.page.get_by_role("dialog")
    await dialog.locator("input[type=file]").set_input_files(file)
    await expect(
        dialog.get_by_text("Isi 8 sampai 15 angka, semuanya ditulis lengkap.")
    ).to_be_visible()
    await expect(dialog.get_by_text("Tidak ada label Gold.")).to_be_visible()
    await sari.page.goto("/app/labels/new")
    await sari.page.get_by_role("textbox", name="Nama").fill("vip")
    await sari.page.keyboard.press("Enter")
    await expect(sari.page.get_by_text("Sudah dipakai. Isi yang lain.")).to_be_visible()
